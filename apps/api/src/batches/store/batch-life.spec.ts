import {
  addDays,
  CONTROL_VERBS,
  isTerminal,
  listDays,
  type ControlVerb,
  type Progress,
} from '@daysync/progress';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { DIALECTS } from '../../../../../test/databases.js';
import { migratedDatabases } from '../../../../../test/migrated-databases.js';
import type { Dialect } from '../../database/database.js';
import type { WebhookEvent } from '../../database/schema.js';
import type { FetchedDay } from '../../sources/day-source.js';
import { registerEndpoints } from '../../webhooks/endpoint-register.js';
import { makeEndpoint } from '../../webhooks/webhook.fixture.js';
import type { WebhookBody } from '../../webhooks/outbox.js';
import {
  installationsOn,
  type RunningLane,
  type ScratchInstallation,
} from '../../runner/installation.fixture.js';
import type { AcquiredLane } from '../lane-queue.js';
import type { LaneStep } from '../../runner/lane-step.js';
import { StaleClaimError } from '../../runner/stale-claim.js';
import { D1, failedWith, makeDataset, rowsOf } from '../../sync/sync.fixture.js';

/** What can happen to a batch, in any order. */
type Happening =
  | { readonly kind: 'acquire' | 'admit' | 'time' | 'crash' | 'stop' | 'fail' }
  | { readonly kind: 'answer'; readonly fetched: FetchedDay; readonly mayClaim: boolean }
  | { readonly kind: 'control'; readonly verb: ControlVerb }
  /** So many more days before the first one and after the last one. */
  | { readonly kind: 'extend'; readonly before: number; readonly after: number };

const ADMIT: Happening = { kind: 'admit' };
const ACQUIRE: Happening = { kind: 'acquire' };
const DOWN: Happening = { kind: 'answer', fetched: failedWith('source_wide'), mayClaim: true };
const PAUSE: Happening = { kind: 'control', verb: 'pause' };
const RESUME: Happening = { kind: 'control', verb: 'resume' };
const CANCEL: Happening = { kind: 'control', verb: 'cancel' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(ACQUIRE) },
  { weight: 3, arbitrary: fc.constant(ADMIT) },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('answer'),
      mayClaim: fc.boolean(),
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
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('extend'), before: fc.nat(2), after: fc.nat(2) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('time', 'crash', 'stop') }) },
  fc.constant({ kind: 'fail' }),
);

/** One batch that all of it happens to. The rows and what is shown must say the same at every moment. */
class BatchScenario {
  private inFlight: RunningLane[] = [];
  private before: Progress | undefined;
  /** What has happened that whoever asked for it is sent. */
  private readonly events: WebhookEvent[] = [];

  constructor(
    private sync: ScratchInstallation,
    private readonly batchId: string,
  ) {}

  get status(): Progress['status'] | undefined {
    return this.before?.status;
  }

  async happen(event: Happening): Promise<void> {
    switch (event.kind) {
      case 'acquire':
        // A day that has to be alone in its process is.
        if (!this.inFlight.some(({ claim }) => claim.isolated)) await this.acquire();
        break;
      case 'answer': {
        const day = this.inFlight.shift();
        if (day !== undefined) await this.finish(day, event.fetched, event.mayClaim);
        break;
      }
      case 'control':
        await this.sync.control.apply(this.batchId, { verb: event.verb, by: 'ana' });
        break;
      case 'extend':
        await this.extend(event.before, event.after);
        break;
      case 'admit':
        await this.sync.admission.admit();
        break;
      case 'time':
        await this.sync.pass(60_000);
        break;
      case 'stop':
        for (const { claim, lane } of this.inFlight.splice(0)) {
          await this.sync.steps.requeue(lane, claim);
        }
        this.sync = await this.sync.restart('stop');
        break;
      case 'crash': {
        const lost = this.inFlight.splice(0);
        const old = this.sync;
        this.sync = await old.restart();
        await this.expectRefused(old, lost);
        break;
      }
      case 'fail': {
        await this.sync.control.fail(this.batchId, { code: 'INTERNAL', text: 'broken' });
        await this.expectRefused(this.sync, this.inFlight.splice(0));
        break;
      }
    }
    await this.check();
  }

  private async extend(before: number, after: number): Promise<void> {
    const { end_date, start_date, status, total } = await this.sync.progress(this.batchId);
    if (total > MOST_DAYS) return;
    const range = { start: addDays(start_date, -before), end: addDays(end_date, after) };
    const result = await this.sync.extend(this.batchId, range);
    if (isTerminal(status) || status === 'cancelling') {
      expect(result).toEqual({ kind: 'wrong_state', state: status });
      return;
    }
    expect(result).toEqual({
      kind: before + after > 0 ? 'changed' : 'unchanged',
      progress: await this.sync.progress(this.batchId),
    });
    expect(await this.sync.progress(this.batchId)).toMatchObject({
      ...{ status, total: total + before + after },
      ...{ start_date: range.start, end_date: range.end },
    });
  }

  private async acquire(): Promise<void> {
    const lane = await this.sync.queue.acquire();
    if (lane !== null) await this.step(lane, {});
  }

  private async finish(
    { claim, laneRow, lane }: RunningLane,
    fetched: FetchedDay,
    mayClaim: boolean,
  ): Promise<void> {
    await this.step(lane, {
      laneRow,
      mayClaim,
      finished: { claim, fetched, repeats: 0, durationMs: 1 },
    });
  }

  private async step(lane: AcquiredLane, step: Partial<LaneStep>): Promise<void> {
    const isolate = (): boolean => this.inFlight.length === 0;
    const result = await this.sync.step(lane, { dataset: DATASET, isolate, ...step });
    if (result.kind === 'claimed') this.inFlight.push({ lane, ...result });
    else expect(result.kind).toBe('released');
  }

  /** The claims of a process that is lost do not hold any more. */
  private async expectRefused(
    by: ScratchInstallation,
    lost: readonly RunningLane[],
  ): Promise<void> {
    for (const day of lost) {
      await expect(by.finish(day, rowsOf(7))).rejects.toThrow(StaleClaimError);
    }
  }

  private async check(): Promise<void> {
    const { before } = this;
    const { batch, lanes } = await this.sync.state(this.batchId);
    const now = await this.sync.progress(this.batchId);
    this.before = now;
    const shown = await this.sync.shown(this.batchId);
    // A process that began after the end of a batch reads it where it is asked for.
    if (shown !== undefined || !isTerminal(now.status)) expect(shown).toEqual(now);
    await this.checkWebhooks(before, now);
    if (before !== undefined) {
      expect(now.finished).toBeGreaterThanOrEqual(before.finished);
      expect(now.rev).toBeGreaterThanOrEqual(before.rev);
      if (now.rev === before.rev) expect(now).toEqual(before);
      if (isTerminal(before.status)) expect(now).toEqual(before);
    }
    expect(now.finished + now.running).toBe(now.current);
    expect(now.current).toBeLessThanOrEqual(now.total);

    const days = await this.sync.days(this.batchId);
    expect(days.map(({ day }) => day)).toEqual(listDays(now.start_date, now.end_date));
    const count = (...states: string[]): number =>
      days.filter(({ state }) => states.includes(state)).length;
    expect(now).toMatchObject({
      total: days.length,
      success: count('success'),
      failed: count('failed'),
      skipped: count('skipped'),
      running: count('running'),
    });
    // Terminal if and only if no day is open.
    expect(isTerminal(now.status)).toBe(count('pending', 'running') === 0);
    if (isTerminal(now.status)) expect(lanes).toEqual([]);
    const open = lanes.filter((lane) => lane.open === 1);
    expect(open).toHaveLength(
      batch.status === 'running' ? Math.min(DATASET.concurrency, now.total) : 0,
    );
    // A day in flight is one of a lane, and of a process.
    const held = lanes.flatMap(({ day, token }) => (day === null ? [] : [`${day} ${token}`]));
    const running = days.filter(({ state }) => state === 'running');
    expect(running.map(({ day, token }) => `${day} ${token ?? ''}`)).toEqual(held.toSorted());
    const claims = this.inFlight.map(({ claim }) => `${claim.day} ${claim.token}`);
    expect(claims.sort()).toEqual(held.toSorted());
    // Rows are in the target if and only if their day succeeded.
    const synced = days.filter(
      ({ reason, state }) => state === 'success' || reason === 'already_synced',
    );
    const own = new Set<string>(days.map(({ day }) => day));
    const written = (await this.sync.target()).filter(({ day }) => own.has(day));
    expect(written).toEqual(synced.flatMap(({ day }) => [1, 2].map((value) => ({ day, value }))));
    for (const day of days) {
      if (day.waits_for !== null) expect(day.state).toBe('pending');
      expect(day.error_code !== null).toBe(day.state === 'failed' || day.waits_for !== null);
      expect(day.reason !== null).toBe(day.state === 'skipped' || day.action === 'skip');
    }
  }

  /** A delivery is there if and only if that has happened which it says, and has the batch as it was then. */
  private async checkWebhooks(before: Progress | undefined, now: Progress): Promise<void> {
    const event = eventBetween(before, now);
    if (event !== undefined) this.events.push(event);
    const deliveries = await this.sync.database.read
      .selectFrom('webhook_delivery')
      .selectAll()
      .execute();
    const own = deliveries.filter(({ batch_id }) => batch_id === this.batchId);
    expect(own.map((delivery) => delivery.event).sort()).toEqual(this.events.toSorted());
    if (event === undefined) return;
    const bodies = own.map(({ payload }) => JSON.parse(payload) as WebhookBody);
    expect(bodies).toContainEqual({ type: `batch.${event}`, timestamp: now.updated_at, data: now });
  }
}

function eventBetween(before: Progress | undefined, now: Progress): WebhookEvent | undefined {
  if (now.status === before?.status) return undefined;
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

/** A batch with more days is not extended any more. */
const MOST_DAYS = 12;
const DATASET = makeDataset({ attempts: 2, concurrency: 3 });
const RUNS: Readonly<Record<Dialect, number>> = { sqlite: draws(12, 40), postgres: draws(4, 10) };

const scratch = migratedDatabases();

describe.each(DIALECTS)('a batch, on %s', (dialect) => {
  const open = installationsOn(dialect, scratch);

  it('keeps its promises whatever happens to it, and can be brought to its end', async () => {
    const ends = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.nat(8),
        fc.array(happening, { minLength: 5, maxLength: 50 }),
        async (total, syncedDay, happenings) => {
          const sync = await open({ datasets: [DATASET] });
          // It may be a day of the batch, or one that an extension adds.
          await sync.startRunning(addDays(D1, syncedDay), addDays(D1, syncedDay));
          await sync.runAll(() => rowsOf(1, 2));
          await sync.database.write('webhook', (transaction) =>
            registerEndpoints(transaction, [makeEndpoint()]),
          );
          const { batch_id } = await sync.start(D1, addDays(D1, total - 1));
          const life = new BatchScenario(sync, batch_id);
          for (const event of [ADMIT, ...happenings]) await life.happen(event);
          // Then the source is healthy again, and no operator interferes.
          for (let steps = 0; !isTerminal(life.status ?? 'queued') && steps < 60; steps++) {
            for (const event of [RESUME, ADMIT, { kind: 'time' }, ACQUIRE] as const) {
              await life.happen(event);
            }
            await life.happen({ kind: 'answer', fetched: rowsOf(1, 2), mayClaim: true });
          }
          const status = life.status ?? '';
          ends.set(status, (ends.get(status) ?? 0) + 1);
          expect(isTerminal(life.status ?? 'queued')).toBe(true);
        },
      ),
      {
        numRuns: RUNS[dialect],
        examples: [
          [3, 8, [ACQUIRE, PAUSE, RESUME, { kind: 'stop' }]],
          [3, 8, [ACQUIRE, CANCEL, { kind: 'crash' }]],
          [3, 1, [ACQUIRE, CANCEL, { kind: 'fail' }]],
          [3, 8, [ACQUIRE, PAUSE, RESUME, { kind: 'fail' }]],
          [5, 2, [ACQUIRE, ACQUIRE, { kind: 'crash' }, ACQUIRE, { kind: 'crash' }]],
          [1, 8, [ACQUIRE, { kind: 'extend', before: 1, after: 1 }, ACQUIRE, ACQUIRE]],
          [8, 8, [ACQUIRE, DOWN, DOWN, DOWN, DOWN, DOWN, RESUME]],
        ],
      },
    );
    expect([...ends.keys()].sort()).toEqual(['cancelled', 'completed', 'failed']);
  });
});
