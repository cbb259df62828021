import {
  addDays,
  applyChange,
  CONTROL_VERBS,
  isTerminal,
  type ControlVerb,
  type Progress,
} from '@daysync/progress';
import { expect, it } from 'vitest';
import fc from 'fast-check';
import type { NoticeEvent } from '../database/schema.js';
import type { FetchedDay } from '../dispatch/day-dispatcher.js';
import { registerEndpoints } from '../notices/endpoint-register.js';
import { makeEndpoint } from '../notices/notice.fixture.js';
import type { NoticeBody } from '../notices/outbox.js';
import { BatchControl } from './batch-control.js';
import { progressOfRow } from './batch-progress.js';
import type { Claim } from './day-commit.js';
import { AT, D1, failedWith, makeDataset, rowsOf, ScratchSync } from './sync.fixture.js';

/** What can happen to a batch, in any order. */
type Happening =
  | { readonly kind: 'step'; readonly mayBegin: number }
  | { readonly kind: 'answer'; readonly fetched: FetchedDay; readonly mayBegin: number }
  | { readonly kind: 'control'; readonly verb: ControlVerb }
  | { readonly kind: 'time' | 'crash' | 'stop' | 'fail' };

const STEP: Happening = { kind: 'step', mayBegin: 1 };
const STOP: Happening = { kind: 'stop' };
const FAIL: Happening = { kind: 'fail' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('step'), mayBegin: fc.nat(3) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('answer'),
      mayBegin: fc.nat(2),
      fetched: fc.constantFrom(
        rowsOf(1, 2),
        rowsOf(),
        failedWith('lasting'),
        failedWith('passing'),
        failedWith('passing', { retryAfterMs: 5_000 }),
        failedWith('source_wide'),
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('control'), verb: fc.constantFrom(...CONTROL_VERBS) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('time', 'crash', 'stop') }) },
  fc.constant(FAIL),
);

/** One batch that all of it happens to. The row, the days and the events must tell the same at every moment. */
class Life {
  private claims: Claim[] = [];
  private steadyNow = Date.parse(AT);
  /** What has happened that whoever asked for it is told. */
  private readonly told: NoticeEvent[] = [];
  private readonly control: BatchControl;

  constructor(
    private readonly sync: ScratchSync,
    private readonly taskId: string,
    private progress: Progress,
  ) {
    this.control = new BatchControl(sync.database);
  }

  get ended(): boolean {
    return isTerminal(this.progress.status);
  }

  async happen(event: Happening): Promise<void> {
    const before = this.progress;
    switch (event.kind) {
      case 'step':
        await this.step(null, event.mayBegin);
        break;
      case 'answer':
        await this.step(event.fetched, event.mayBegin);
        break;
      case 'control': {
        const result = await this.control.apply(this.taskId, {
          verb: event.verb,
          by: 'ana',
          at: AT,
        });
        if (result.kind === 'changed') this.progress = applyChange(before, result.change);
        break;
      }
      case 'time':
        this.steadyNow += 60_000;
        break;
      case 'stop':
        if (this.claims.length > 0) {
          const given = await this.sync.commit.giveBack(this.taskId, this.claims, AT);
          this.progress = applyChange(before, given.change);
        }
        await this.reboot(false);
        break;
      case 'fail': {
        const error = { code: 'INTERNAL', text: 'broken' };
        const change = await this.sync.commit.fail(this.taskId, error, AT);
        if (change !== null) this.progress = applyChange(before, change);
        this.claims.splice(0);
        break;
      }
      case 'crash':
        await this.reboot(true);
        break;
      default: {
        const unknown: never = event;
        throw new TypeError(JSON.stringify(unknown));
      }
    }
    await this.check(before);
  }

  private async step(fetched: FetchedDay | null, mayBegin: number): Promise<void> {
    const claim = fetched === null ? undefined : this.claims.shift();
    const finished =
      fetched === null || claim === undefined ? null : { claim, fetched, durationMs: 1 };
    const { steadyNow, taskId } = this;
    const told = this.progress.waiting_for;
    const result = await this.sync.tryStep(taskId, { finished, mayBegin, steadyNow, told });
    this.claims.push(...result.claims);
    if (result.change !== null) this.progress = applyChange(this.progress, result.change);
  }

  /** What a new process knows is what the database says; the claims of the old one hold no more. */
  private async reboot(afterCrash: boolean): Promise<void> {
    const lost = this.claims.splice(0);
    await this.sync.recover(afterCrash);
    this.progress = progressOfRow(await this.sync.batch(this.taskId));
    // The program takes up a cancel that its end interrupted.
    if (this.progress.status === 'cancelling') {
      const taken = await this.control.endCancelling(this.taskId, AT);
      if (taken.kind === 'changed') this.progress = applyChange(this.progress, taken.change);
      expect(this.progress.status).toBe('cancelled');
    }
    for (const claim of lost) {
      const finished = { claim, fetched: rowsOf(7), durationMs: 1 };
      const late = this.sync.tryStep(this.taskId, { finished });
      await expect(late).rejects.toThrow('expected claim');
    }
  }

  private async check(before: Progress): Promise<void> {
    const row = progressOfRow(await this.sync.batch(this.taskId));
    // What no row keeps: when it will end, and what days of a running batch wait for.
    const { waiting_for } = row.status === 'running' ? row : this.progress;
    expect({ ...this.progress, waiting_for, eta: null }).toEqual(row);
    expect(row.finished).toBeGreaterThanOrEqual(before.finished);
    expect(row.rev).toBeGreaterThanOrEqual(before.rev);
    if (isTerminal(before.status)) expect(row).toEqual({ ...before, eta: null });
    await this.checkNotices(before, row);

    const days = await this.sync.days(this.taskId);
    const count = (...states: string[]): number =>
      days.filter(({ state }) => states.includes(state)).length;
    expect(row).toMatchObject({
      total: days.length,
      success: count('success'),
      failed: count('failed'),
      skipped: count('skipped'),
      running: count('running'),
    });
    expect(row.running).toBe(this.claims.length);
    // Terminal if and only if no day is open.
    expect(isTerminal(row.status)).toBe(count('pending', 'running') === 0);
    // Rows are in the target if and only if their day succeeded.
    const synced = days.filter(({ state }) => state === 'success');
    expect(await this.sync.target()).toEqual(synced.flatMap(({ day }) => [`${day}:1`, `${day}:2`]));
    for (const day of days) {
      expect(day.token !== null).toBe(day.state === 'running');
      if (day.waits_for !== null) expect(day.state).toBe('pending');
      expect(day.error_code !== null).toBe(day.state === 'failed' || day.waits_for !== null);
      expect(day.reason !== null).toBe(day.state === 'skipped');
    }
  }

  /** A notice is there if and only if that has happened which it tells, and tells the batch as it was then. */
  private async checkNotices(before: Progress, now: Progress): Promise<void> {
    const event = eventBetween(before, now);
    if (event !== undefined) this.told.push(event);
    const notices = await this.sync.database.read.selectFrom('notice').selectAll().execute();
    expect(notices.map((notice) => notice.event).sort()).toEqual(this.told.toSorted());
    if (event === undefined) return;
    const bodies = notices.map(({ payload }) => JSON.parse(payload) as NoticeBody);
    expect(bodies).toContainEqual({ type: `batch.${event}`, timestamp: now.updated_at, data: now });
  }
}

function eventBetween(before: Progress, now: Progress): NoticeEvent | undefined {
  if (now.status === before.status) return undefined;
  switch (now.status) {
    case 'completed':
      return now.failed > 0 ? 'failed_days' : 'completed';
    case 'cancelled':
    case 'failed':
      return now.status;
    case 'paused':
      return now.error === null ? undefined : 'paused_by_itself';
    default:
      return undefined;
  }
}

it('a batch keeps its promises whatever happens to it, and can be brought to its end', async () => {
  const ends = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 7 }),
      fc.array(happening, { minLength: 5, maxLength: 40 }),
      async (total, happenings) => {
        const sync = await ScratchSync.open(makeDataset({ attempts: 2 }));
        try {
          await registerEndpoints(sync.database, [makeEndpoint()]);
          const batch = await sync.start(D1, addDays(D1, total - 1));
          const life = new Life(sync, batch.task_id, progressOfRow(batch));
          for (const event of happenings) await life.happen(event);
          // Then the source is well again and nobody interferes.
          for (let steps = 0; !life.ended && steps < 40; steps++) {
            await life.happen({ kind: 'control', verb: 'resume' });
            await life.happen({ kind: 'time' });
            await life.happen({ kind: 'step', mayBegin: 1 });
            await life.happen({ kind: 'answer', fetched: rowsOf(1, 2), mayBegin: 0 });
          }
          const { status } = await sync.batch(batch.task_id);
          ends.set(status, (ends.get(status) ?? 0) + 1);
          expect(life.ended).toBe(true);
        } finally {
          await sync.close();
        }
      },
    ),
    {
      numRuns: 40,
      examples: [
        [3, [STEP, { kind: 'control', verb: 'pause' }, { kind: 'control', verb: 'resume' }, STOP]],
        [3, [STEP, { kind: 'control', verb: 'cancel' }, FAIL]],
        [3, [STEP, { kind: 'control', verb: 'pause' }, { kind: 'control', verb: 'resume' }, FAIL]],
      ],
    },
  );
  expect([...ends.keys()].sort()).toEqual(['cancelled', 'completed', 'failed']);
});
