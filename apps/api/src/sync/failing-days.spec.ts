import { addDays, applyChange, type Progress } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FetchedDay } from '../dispatch/day-dispatcher.js';
import type { StepResult } from './batch-step.js';
import { BatchControl } from './batch-control.js';
import { progressOfRow } from './batch-progress.js';
import type { Claim } from './day-commit.js';
import { AT, D1, failedWith, makeDataset, rowsOf, ScratchSync } from './sync.fixture.js';

const MINUTE = 60_000;

let sync: ScratchSync;
beforeEach(async () => {
  sync = await ScratchSync.open(makeDataset({ concurrency: 2, attempts: 2 }));
});
afterEach(() => sync.close());

/** One batch, a day in flight at a time unless asked otherwise, on a clock of its own. */
class OneBatch {
  readonly claims: Claim[] = [];
  steadyNow = Date.parse(AT);
  private constructor(
    readonly taskId: string,
    public progress: Progress,
  ) {}

  static async start(days: number): Promise<OneBatch> {
    const batch = await sync.start(D1, addDays(D1, days - 1));
    return new OneBatch(batch.task_id, progressOfRow(batch));
  }

  /** Commits what the first day in flight brought, and begins as many as may. */
  async step(fetched: FetchedDay | null, mayBegin = 1): Promise<StepResult> {
    const claim = fetched === null ? undefined : this.claims.shift();
    const finished =
      fetched === null || claim === undefined ? null : { claim, fetched, durationMs: 1 };
    const { taskId, steadyNow } = this;
    const told = this.progress.waiting_for;
    const result = await sync.tryStep(taskId, { finished, mayBegin, steadyNow, told });
    this.claims.push(...result.claims);
    await this.take(result.change);
    return result;
  }

  /** The events lead to what the row says. */
  async take(change: StepResult['change']): Promise<void> {
    if (change === null) return;
    this.progress = applyChange(this.progress, change);
    const row = progressOfRow(await sync.batch(this.taskId));
    const { waiting_for } = row.status === 'running' ? row : this.progress;
    expect({ ...this.progress, waiting_for }).toEqual(row);
  }

  async states(): Promise<string[]> {
    const days = await sync.days(this.taskId);
    return days.map(({ state, waits_for, attempts }) => `${waits_for ?? state} ${attempts}`);
  }
}

describe('a day whose error may pass', () => {
  it('is given back, waits, lets others by, and is tried again when it is due', async () => {
    const batch = await OneBatch.start(2);
    await batch.step(null);
    await batch.step(failedWith('passing'));
    expect(await batch.states()).toEqual(['retry 1', 'running 1']);
    const { outlook } = await batch.step(rowsOf(2));
    expect(outlook.waiting).toMatchObject({ day: D1, waitsFor: 'retry' });
    expect(batch.progress).toMatchObject({
      status: 'running',
      running: 0,
      finished: 1,
      waiting_for: { kind: 'retry', detail: `${D1}: BROKEN happened` },
    });
    expect((await batch.step(null)).claims).toEqual([]);
    batch.steadyNow += MINUTE;
    expect((await batch.step(null)).claims).toMatchObject([{ day: D1, attempt: 2 }]);
    expect(batch.progress.waiting_for).toBeNull();
    await batch.step(failedWith('passing', { code: 'TIMEOUT' }));
    expect(await batch.states()).toEqual(['failed 2', 'success 1']);
    expect(batch.progress).toMatchObject({ status: 'completed', success: 1, failed: 1 });
    const record = await sync.database.read
      .selectFrom('sync_record')
      .selectAll()
      .where('day', '=', D1)
      .executeTakeFirst();
    expect(record).toMatchObject({ status: 'failed', attempts: 2, error_code: 'TIMEOUT' });
  });

  it('costs no attempt where the source says when to come back', async () => {
    const batch = await OneBatch.start(1);
    await batch.step(null);
    for (let times = 0; times < 5; times++) {
      await batch.step(failedWith('passing', { retryAfterMs: MINUTE }));
      expect(await batch.states()).toEqual(['rate_limit 0']);
      expect(batch.progress.waiting_for).toMatchObject({
        kind: 'rate_limit',
        until: '2025-10-17T16:01:00.000Z',
      });
      batch.steadyNow += MINUTE;
      await batch.step(null);
    }
    await batch.step(rowsOf(1));
    expect(batch.progress).toMatchObject({ status: 'completed', success: 1 });
  });

  it('waits as long as it was told, wherever the system clock is set meanwhile', async () => {
    const batch = await OneBatch.start(1);
    await batch.step(null);
    await batch.step(failedWith('passing', { retryAfterMs: MINUTE }));
    for (const at of ['2025-10-17T15:00:00.000Z', '2025-10-17T17:00:00.000Z']) {
      const { steadyNow } = batch;
      const early = await sync.tryStep(batch.taskId, { at, steadyNow: steadyNow + MINUTE - 1 });
      expect(early.claims).toEqual([]);
    }
    const { updated_at } = await sync.batch(batch.taskId);
    expect(updated_at).toBe('2025-10-17T17:00:00.000Z');
    batch.steadyNow += MINUTE;
    const due = await sync.step(batch.taskId, {
      at: '2025-10-17T15:00:00.000Z',
      steadyNow: batch.steadyNow,
    });
    expect(due.claims).toHaveLength(1);
    const [day] = await sync.days(batch.taskId);
    expect(day?.started_at).toBe(updated_at);
  });

  it('is let go by a cancel at once', async () => {
    const batch = await OneBatch.start(2);
    await batch.step(null);
    await batch.step(failedWith('passing'), 0);
    const result = await new BatchControl(sync.database).apply(batch.taskId, {
      verb: 'cancel',
      by: null,
      at: AT,
    });
    if (result.kind === 'changed') await batch.take(result.change);
    expect(batch.progress).toMatchObject({ status: 'cancelled', skipped: 2 });
    const days = await sync.days(batch.taskId);
    expect(days).toMatchObject([
      { reason: 'cancelled', waits_for: null, error_code: null },
      { reason: 'cancelled' },
    ]);
  });
});

describe('a source that is down', () => {
  it('holds its days until another one gets an answer: then they fail', async () => {
    const batch = await OneBatch.start(4);
    await batch.step(null);
    await batch.step(failedWith('source_wide', { code: 'REFUSED' }));
    await batch.step(failedWith('source_wide', { code: 'REFUSED' }));
    expect(await batch.states()).toEqual(['source 1', 'source 1', 'running 1', 'pending 0']);
    expect(batch.progress).toMatchObject({ finished: 0, running: 1 });
    await batch.step(rowsOf(1));
    expect(await batch.states()).toEqual(['failed 1', 'failed 1', 'success 1', 'running 1']);
    await batch.step(rowsOf(1));
    expect(batch.progress).toMatchObject({ status: 'completed', success: 2, failed: 2 });
    const records = await sync.database.read
      .selectFrom('sync_record')
      .selectAll()
      .orderBy('day')
      .execute();
    expect(records.map(({ error_code }) => error_code)).toEqual(['REFUSED', 'REFUSED', null, null]);
  });

  it('fails its days where no other is left to try', async () => {
    const batch = await OneBatch.start(3);
    await batch.step(null);
    for (let day = 0; day < 3; day++) await batch.step(failedWith('source_wide'));
    expect(batch.progress).toMatchObject({ status: 'completed', failed: 3 });
  });

  it('pauses the batch with the reason at the fifth day in a row; a resume tries them again', async () => {
    const batch = await OneBatch.start(9);
    await batch.step(null, 2);
    for (let day = 0; day < 5; day++) await batch.step(failedWith('source_wide'));
    expect(batch.progress).toMatchObject({
      status: 'paused',
      message_code: 'BATCH_PAUSED',
      finished: 0,
      running: 1,
      error: { code: 'BROKEN' },
      waiting_for: { kind: 'source', detail: 'BROKEN happened' },
    });
    expect(progressOfRow(await sync.batch(batch.taskId))).toEqual(batch.progress);
    // A day that was in flight changes nothing of that.
    await batch.step(rowsOf(1));
    expect(batch.progress).toMatchObject({ status: 'paused', success: 1, failed: 0, running: 0 });

    const resumed = await new BatchControl(sync.database).apply(batch.taskId, {
      verb: 'resume',
      by: null,
      at: AT,
    });
    if (resumed.kind === 'changed') await batch.take(resumed.change);
    expect(batch.progress).toMatchObject({ status: 'queued', error: null });
    const { claims } = await batch.step(null);
    expect(claims).toMatchObject([{ day: D1, attempt: 1 }]);
    for (let day = 0; day < 8; day++) await batch.step(rowsOf(1));
    expect(batch.progress).toMatchObject({ status: 'completed', success: 9 });
  });

  it('is not counted as down by days that fail each by itself', async () => {
    const batch = await OneBatch.start(12);
    await batch.step(null);
    for (let day = 0; day < 12; day++) {
      await batch.step(failedWith(day % 5 === 4 ? 'lasting' : 'source_wide'));
    }
    expect(batch.progress).toMatchObject({ status: 'completed', failed: 12 });
  });
});
