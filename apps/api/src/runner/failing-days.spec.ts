import { addDays } from '@daysync/progress';
import { beforeEach, describe, expect } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import type { Dataset } from '../datasets/file/dataset.js';
import type { FetchedDay } from '../sources/day-source.js';
import { D1, D2, failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { NO_ROOM } from './every-outcome.fixture.js';
import {
  installationsOn,
  type RunningLane,
  type ScratchInstallation,
} from './installation.fixture.js';
import type { StepResult } from './lane-step.js';

const MINUTE = 60_000;
const DOWN = failedWith('source_wide', { code: 'REFUSED' });

const scratch = migratedDatabases();

describe.each(DIALECTS)('failing days, on %s', (dialect) => {
  const it = testsOn(dialect);
  const open = installationsOn(dialect, scratch);
  let sync: ScratchInstallation;
  let batchId: string;
  beforeEach(async () => {
    sync = await openWith(1);
  });

  function openWith(
    concurrency: number,
    changes: Partial<Dataset> = {},
  ): Promise<ScratchInstallation> {
    return open({ datasets: [makeDataset({ concurrency, attempts: 2, ...changes })] });
  }

  async function start(days: number): Promise<void> {
    ({ batch_id: batchId } = await sync.startRunning(D1, addDays(D1, days - 1)));
  }

  /** Runs a lane with one answer after the other. @returns the day that is in flight then, or how it was released */
  async function run(...answers: FetchedDay[]): Promise<RunningLane | StepResult> {
    let day = await sync.begin();
    for (const answer of answers) {
      const result = await sync.finish(day, answer);
      if (result.kind !== 'claimed') return result;
      day = { ...day, ...result };
    }
    return day;
  }

  async function states(): Promise<string[]> {
    const days = await sync.days(batchId);
    return days.map(({ state, waits_for, attempts }) => `${waits_for ?? state} ${attempts}`);
  }

  async function expectProgress(expected: object): Promise<void> {
    const progress = await sync.progress(batchId);
    expect(progress).toMatchObject(expected);
    expect(await sync.shown(batchId)).toEqual(progress);
  }

  async function errors(): Promise<(string | null)[]> {
    const records = await sync.database.read
      .selectFrom('sync_record')
      .select('error_code')
      .orderBy('day')
      .execute();
    return records.map(({ error_code }) => error_code);
  }

  describe('a day whose error may pass', () => {
    it('waits, lets others by, and is tried again when it is due', async () => {
      await start(2);
      const second = await run(failedWith('passing'));
      expect(second).toMatchObject({ claim: { day: D2 } });
      expect(await states()).toEqual(['retry 1', 'running 1']);
      if (!('lane' in second)) throw new Error('expected a day in flight');
      const released = await sync.finish(second);
      // A second at most, and half of one at least.
      expect(released).toMatchObject({ kind: 'released', hasSuspect: false });
      const freeInMs = released.kind === 'released' ? released.freeInMs : null;
      expect(freeInMs).toBeGreaterThanOrEqual(500);
      expect(freeInMs).toBeLessThanOrEqual(1_000);
      await expectProgress({
        ...{ status: 'running', running: 0, finished: 1 },
        waiting_for: { kind: 'retry', detail: `${D1}: BROKEN happened` },
      });
      expect(await sync.queue.acquire()).toBeNull();
      await sync.pass(MINUTE);
      const again = await sync.begin();
      expect(again.claim).toMatchObject({ day: D1, attempt: 2 });
      expect((await sync.progress(batchId)).waiting_for).toBeNull();
      await sync.finish(again, failedWith('passing', { code: 'TIMEOUT' }));
      expect(await states()).toEqual(['failed 2', 'success 1']);
      await expectProgress({ status: 'completed', success: 1, failed: 1 });
      expect(await errors()).toEqual(['TIMEOUT', null]);
    });

    it.each<[string, FetchedDay, 'rate_limit' | 'disk', string]>([
      [
        'the source says when to come back',
        failedWith('passing', { retryAfterMs: MINUTE }),
        ...(['rate_limit', 'BROKEN happened'] as const),
      ],
      ['its rows find no room', NO_ROOM, 'disk', 'the disk is full'],
    ])('costs no attempt where %s, and the batch says what it waits for', async (...row) => {
      const [, fetched, kind, why] = row;
      await start(1);
      for (let times = 0; times < 5; times++) {
        const freeInMs = kind === 'disk' ? 1_000 : MINUTE;
        const released = await run(fetched);
        expect(released).toEqual({ kind: 'released', freeInMs, hasSuspect: false });
        expect(await states()).toEqual([`${kind} 0`]);
        const until = new Date(sync.clock.ms + freeInMs).toISOString();
        const waiting_for = { kind, until, detail: `${D1}: ${why}` };
        await expectProgress({ status: 'running', waiting_for });
        expect(await sync.queue.acquire()).toBeNull();
        await sync.pass(MINUTE);
      }
      await run(rowsOf(1));
      await expectProgress({ status: 'completed', success: 1 });
    });

    it('waits for its time by the clock that is never set', async () => {
      await start(1);
      await run(failedWith('passing', { retryAfterMs: MINUTE }));
      // Set ahead by an hour: it does not begin early.
      sync.clock.setBy = 60 * MINUTE;
      await sync.database.write('step', (transaction) =>
        sync.queue.enqueue(transaction, [{ batchId, number: 0 }], 0),
      );
      const early = await sync.step(await sync.acquire());
      expect(early).toEqual({ kind: 'released', freeInMs: MINUTE, hasSuspect: false });
      await sync.pass(MINUTE);
      // Set back by an hour: time goes on, and nothing that is shown goes back.
      const before = await sync.progress(batchId);
      sync.clock.setBy = -60 * MINUTE;
      expect((await sync.begin()).claim).toMatchObject({ day: D1 });
      const after = await sync.progress(batchId);
      expect(after.updated_at).toBe(before.updated_at);
      const [day] = await sync.days(batchId);
      expect(day?.started_at).toBe(after.updated_at);
    });

    it('is let go by a cancel at once', async () => {
      await start(2);
      const day = await sync.begin();
      await sync.finish(day, failedWith('passing'), { mayClaim: false });
      await sync.control.apply(batchId, { verb: 'cancel', by: null });
      await expectProgress({ status: 'cancelled', skipped: 2, waiting_for: null });
      expect(await sync.days(batchId)).toMatchObject([
        { reason: 'cancelled', waits_for: null, error_code: null },
        { reason: 'cancelled' },
      ]);
    });

    it('is tried again after a pause, which its wait outlasts or not', async () => {
      await start(1);
      await run(failedWith('passing', { retryAfterMs: MINUTE }));
      await sync.control.apply(batchId, { verb: 'pause', by: null });
      await expectProgress({ status: 'paused', finished: 0 });
      await sync.control.apply(batchId, { verb: 'resume', by: null });
      await sync.admission.admit();
      const early = await sync.step(await sync.acquire());
      expect(early).toEqual({ kind: 'released', freeInMs: MINUTE, hasSuspect: false });
      await sync.pass(MINUTE);
      await run(rowsOf(1));
      await expectProgress({ status: 'completed', success: 1 });
    });
  });

  describe('a source that is down', () => {
    it('has its days deferred until another one gets an answer: then they fail', async () => {
      await start(4);
      const third = await run(DOWN, DOWN);
      expect(await states()).toEqual(['source 1', 'source 1', 'running 1', 'pending 0']);
      await expectProgress({ finished: 0, running: 1 });
      if (!('lane' in third)) throw new Error('expected a day in flight');
      const fourth = await sync.goOn(third);
      expect(await states()).toEqual(['failed 1', 'failed 1', 'success 1', 'running 1']);
      await expectProgress({ failed: 2, success: 1, running: 1 });
      await sync.finish(fourth);
      await expectProgress({ status: 'completed', success: 2, failed: 2 });
      expect(await errors()).toEqual(['REFUSED', 'REFUSED', null, null]);
    });

    it.each([
      ['has answered where it says that it has no rows', rowsOf(), 'failed 1', 'skipped 1'],
      ['has answered where its rows are not valid', failedWith('lasting'), 'failed 1', 'failed 1'],
      ['has not answered where a day is tried again', failedWith('passing'), 'source 1', 'retry 1'],
    ])('%s', async (_, answer, first, second) => {
      await start(3);
      await run(DOWN, answer);
      expect(await states()).toEqual([first, second, 'running 1']);
    });

    it('fails its days where no other is left to try', async () => {
      await start(3);
      await run(DOWN, DOWN, DOWN);
      await expectProgress({ status: 'completed', failed: 3 });
      expect(await errors()).toEqual(['REFUSED', 'REFUSED', 'REFUSED']);
    });

    it('pauses the batch with the reason at the fifth day in a row; a resume tries them again', async () => {
      sync = await openWith(2);
      await start(9);
      const other = await sync.begin();
      expect(await run(DOWN, DOWN, DOWN, DOWN, DOWN)).toMatchObject({ kind: 'released' });
      await expectProgress({
        ...{ status: 'paused', message_code: 'BATCH_PAUSED', finished: 0, running: 1 },
        ...{ error: { code: 'REFUSED' }, last_control: null },
        waiting_for: { kind: 'source', detail: 'REFUSED happened' },
      });
      expect(await sync.queue.acquire()).toBeNull();
      // A day that was in flight changes nothing of that.
      await sync.finish(other);
      await expectProgress({ status: 'paused', success: 1, failed: 0, running: 0 });

      await sync.control.apply(batchId, { verb: 'resume', by: null });
      await expectProgress({ status: 'queued', error: null });
      expect((await states()).filter((state) => state === 'pending 0')).toHaveLength(8);
      await sync.admission.admit();
      const again = await sync.begin();
      expect(again.claim).toMatchObject({ day: D2, attempt: 1 });
      let result = await sync.finish(again);
      while (result.kind === 'claimed') result = await sync.finish({ ...again, ...result });
      await expectProgress({ status: 'completed', success: 9 });
    });

    it('counts the days of all lanes', async () => {
      sync = await openWith(3);
      await start(9);
      let days = [await sync.begin(), await sync.begin(), await sync.begin()];
      days = await Promise.all(days.map((day) => sync.goOn(day, DOWN)));
      const results = await Promise.all(days.map((day) => sync.finish(day, DOWN)));
      // The fifth of them pauses; what the fourth has begun may end after that.
      await expectProgress({ status: 'paused', finished: 0, running: 1 });
      expect(results.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
      expect((await states()).filter((state) => state === 'source 1')).toHaveLength(6);
    });

    it('is not counted as down by days that fail each by itself', async () => {
      await start(12);
      const answers = Array.from({ length: 12 }, (_, day) =>
        day % 5 === 4 ? failedWith('lasting') : DOWN,
      );
      await run(...answers);
      await expectProgress({ status: 'completed', failed: 12 });
    });

    it('keeps the batch waiting for a day that is tried again, and not for those deferred', async () => {
      await start(2);
      const released = await run(DOWN, failedWith('passing', { retryAfterMs: MINUTE }));
      expect(released).toMatchObject({ kind: 'released', freeInMs: MINUTE });
      expect(await states()).toEqual(['source 1', 'rate_limit 0']);
      await sync.pass(MINUTE);
      await run(DOWN);
      await expectProgress({ status: 'completed', failed: 2 });
    });
  });

  describe('attempts that are used up', () => {
    const AWAY = failedWith('passing', { code: 'AWAY' });
    const SLOW = failedWith('passing', { code: 'SLOW' });

    beforeEach(async () => {
      sync = await openWith(1, { attempts: 1 });
    });

    it('pause the batch at the fifth day in a row; nothing is lost, and a resume tries them again', async () => {
      await start(7);
      expect(await run(AWAY, AWAY, AWAY, AWAY, AWAY)).toMatchObject({ kind: 'released' });
      await expectProgress({
        ...{ status: 'paused', finished: 0, failed: 0, error: { code: 'AWAY' } },
        waiting_for: { kind: 'source', detail: 'AWAY happened' },
      });
      await sync.control.apply(batchId, { verb: 'resume', by: null });
      await sync.admission.admit();
      // A full new set: it does not pause again at once.
      const last = await run(AWAY, AWAY, AWAY, AWAY);
      expect(last).toMatchObject({ claim: { attempt: 1 } });
      await expectProgress({ status: 'running', finished: 0 });
      await sync.control.apply(batchId, { verb: 'pause', by: null });
      await sync.control.apply(batchId, { verb: 'resume', by: null });
      await sync.admission.admit();
      if (!('lane' in last)) throw new Error('expected a day in flight');
      let result = await sync.finish(last);
      while (result.kind === 'claimed') result = await sync.finish({ ...last, ...result });
      await expectProgress({ status: 'completed', success: 7, failed: 0 });
    });

    it.each([
      ['fail their days once another one has an answer', [AWAY, AWAY, AWAY, AWAY, rowsOf(1)], 4, 1],
      ['do not pause it with different errors', [AWAY, SLOW, AWAY, SLOW, AWAY, SLOW], 0, 0],
    ])('%s', async (_, answers, failed, success) => {
      await start(7);
      await run(...answers);
      await expectProgress({ status: 'running', failed, success });
    });

    it('count the requests that the source has repeated', async () => {
      sync = await openWith(1, { attempts: 3 });
      await start(1);
      const day = await sync.begin();
      const finished = { claim: day.claim, fetched: AWAY, repeats: 2, durationMs: 1 };
      await sync.finish(day, AWAY, { finished });
      await expectProgress({ status: 'completed', failed: 1 });
      expect(await states()).toEqual(['failed 3']);
    });
  });

  describe('days that fail with the same error', () => {
    const BAD = failedWith('lasting', { code: 'BAD', column: 'value' });
    const ODD = failedWith('lasting', { code: 'BAD', column: 'note' });
    const LOST = failedWith('lasting', { code: 'LOST' });

    beforeEach(async () => {
      sync = await openWith(1, { pauseAfterFailures: 3 });
    });

    it('pause the batch with the reason; a resume goes on with the next day', async () => {
      await start(6);
      expect(await run(BAD, BAD, BAD)).toMatchObject({ kind: 'released' });
      const text =
        '3 days in a row failed with BAD in column value (pause_after_failures); the last one: BAD happened';
      await expectProgress({
        ...{ status: 'paused', failed: 3, running: 0, last_control: null },
        error: { code: 'SAME_ERROR_REPEATED', text },
        waiting_for: { kind: 'failures', until: null, detail: text },
      });
      await sync.control.apply(batchId, { verb: 'resume', by: null });
      await sync.admission.admit();
      // A full new set: it does not pause again at once.
      const last = await run(BAD, BAD);
      await expectProgress({ status: 'running', failed: 5 });
      if (!('lane' in last)) throw new Error('expected a day in flight');
      await sync.finish(last);
      await expectProgress({ status: 'completed', failed: 5, success: 1 });
    });

    const [RUNNING, PAUSED] = [{ status: 'running' }, { status: 'paused' }];
    const NO_ERROR = { status: 'completed', error: null };
    it.each([
      ['are counted anew after a day with rows', 7, [BAD, BAD, rowsOf(1), BAD, BAD], RUNNING, 4],
      ['are counted anew after a day with no rows', 7, [BAD, BAD, rowsOf(), BAD, BAD], RUNNING, 4],
      [
        'do not pause it with another code or column',
        8,
        [BAD, ODD, LOST, BAD, ODD, LOST],
        RUNNING,
        6,
      ],
      [
        'are counted though others without an answer are in between',
        8,
        [BAD, ODD, LOST, BAD, ODD, BAD],
        PAUSED,
        6,
      ],
      ['pause no batch that has no other day left', 3, [BAD, BAD, BAD], NO_ERROR, 3],
    ])('%s', async (_, days, answers, expected, failed) => {
      await start(days);
      const last = await run(...answers);
      // The lane is released unless the batch goes on.
      expect('kind' in last && last.kind === 'released').toBe(expected !== RUNNING);
      await expectProgress({ ...expected, failed });
    });

    it('never pause it where 0 days are configured', async () => {
      sync = await openWith(1, { pauseAfterFailures: 0 });
      await start(30);
      await sync.runAll(() => BAD);
      await expectProgress({ status: 'completed', failed: 30 });
    });

    it('are counted over all lanes; those in flight may end after the pause', async () => {
      sync = await openWith(3, { pauseAfterFailures: 3 });
      await start(9);
      const days = [await sync.begin(), await sync.begin(), await sync.begin()];
      const results = await Promise.all(days.map((day) => sync.finish(day, BAD)));
      await expectProgress({ status: 'paused', failed: 3, running: 2 });
      expect(results.filter(({ kind }) => kind === 'released')).toHaveLength(1);
    });

    it('are counted anew after an answer in any lane', async () => {
      sync = await openWith(2, { pauseAfterFailures: 3 });
      await start(9);
      let [one, other] = [await sync.begin(), await sync.begin()];
      one = await sync.goOn(one, BAD);
      one = await sync.goOn(one, BAD);
      other = await sync.goOn(other);
      await sync.goOn(one, BAD);
      await expectProgress({ status: 'running', failed: 3, success: 1 });
      await sync.goOn(other, BAD);
      await expectProgress({ status: 'running', failed: 4 });
    });
  });
});
