import { setTimeout as sleep } from 'node:timers/promises';
import { addDays, isTerminal, type CalendarDay, type Progress } from '@daysync/progress';
import { sql, type Kysely } from 'kysely';
import { Client } from 'pg';
import { expect } from 'vitest';
import { progressOf } from '../batches/batch-progress.js';
import { readStates } from '../batches/store/batch-reading.js';
import type { BatchState } from '../batches/transition.js';
import { PostgresDatabase } from '../database/postgres/postgres-database.js';
import type { BatchDayRow, LaneRow, Schema } from '../database/schema.js';
import type { Dataset } from '../datasets/file/dataset.js';
import type { FetchedDay } from '../sources/day-source.js';
import { D1, failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { ScratchInstallation, type RunningLane } from './installation.fixture.js';
import type { AcquiredLane } from '../batches/lane-queue.js';
import type { StepResult } from './lane-step.js';
import { StaleClaimError } from './stale-claim.js';
import { StatementBarrier, watchStatements } from './statement-barrier.fixture.js';

/** What happens to a batch, each by a connection of its own. */
const OPERATIONS = [
  /** The commit of a day that goes on with the next one. */
  'claims',
  /** The commit of the last day. */
  'last',
  /** The commit of a day after which none is left, while a lane that is not of the pair has one in flight. */
  'frees',
  /** The commit of a day that failed. Two of them are days that fail alike, which pauses the batch. */
  'fails',
  /** The commit of a day that failed like one before: it pauses the batch by itself. */
  'repeats',
  'pause',
  'resume',
  'cancel',
  'fail',
  /** More days: after the last one if it is the first of the pair, before the first one otherwise. */
  'extend',
  /** The lease of a day expires; its process has only stalled. */
  'expiry',
  /** The lease of a day expires that was alone in flight at the crash of its process, and not for the first time. */
  'crash',
  'requeue',
] as const;
type LaneOperation = (typeof OPERATIONS)[number];
export type Pair = readonly [first: LaneOperation, second: LaneOperation];

export const PAIRS: readonly Pair[] = OPERATIONS.flatMap((first) =>
  OPERATIONS.map((second) => [first, second] as const),
);

const LOST: readonly LaneOperation[] = ['expiry', 'crash'];
const IN_LANE: readonly LaneOperation[] = [
  ...(['claims', 'last', 'frees', 'fails', 'repeats', 'requeue'] as const),
];
/** So many days that failed alike pause the batch. */
const MOST_FAILED = 2;
const BENT = failedWith('lasting', { code: 'BENT' });
/** The process of the spec is there; this one is not. */
const GONE = 'gone';
/** More days than a batch has, and more lanes than are to be acquired one after another. */
const LONGEST = 10;
/** Of each batch. */
const LANES = 3;
const FIRST_SECOND = Date.parse('2025-10-17T16:00:00.000Z') / 1_000;

/** A batch with days in flight, to which two things happen at once. */
export class Interleaving {
  /** The days in flight, each with whoever runs it. */
  private readonly held = new Map<number, RunningLane>();
  /** The lanes of these days, in the order in which they were acquired: it need not be that of their numbers. */
  private readonly acquired: number[] = [];
  private last: Progress | undefined;

  private constructor(
    private readonly installation: ScratchInstallation,
    private readonly batchId: string,
    private readonly pair: Pair,
    /** What had ended before. */
    private readonly before: EndedCounts,
  ) {}

  static async begin(installation: ScratchInstallation, pair: Pair): Promise<Interleaving> {
    const { clock, control } = installation;
    // Days of its own, and a name.
    clock.ms += 1_000;
    const start = addDays(D1, LONGEST * Math.floor(clock.ms / 1_000 - FIRST_SECOND));
    const isLast = pair.includes('last') || pair.includes('frees');
    const lanes = isLast ? new Set(pair.map((_, index) => laneOf(pair, index))).size : 2;
    const inFlight = lanes + Number(pair.includes('frees'));
    const open = isLast ? Number(pair.includes('claims')) : 2;
    const failed = pair.includes('repeats') ? MOST_FAILED - 1 : 0;
    const last = addDays(start, failed + inFlight + open - 1);
    const batch = await installation.startRunning(start, last);
    const scene = new Interleaving(installation, batch.batch_id, pair, await ended(installation));
    await scene.failFirst(failed);
    for (let index = 0; index < inFlight; index += 1) {
      const isGone = pair.includes('crash') && index === 0;
      const day = await installation.begin(isGone ? { holder: GONE } : {});
      scene.held.set(day.lane.number, day);
      scene.acquired.push(day.lane.number);
    }
    await scene.makeLost();
    const isPaused = pair[0] === 'resume' || (pair[1] === 'resume' && pair[0] !== 'pause');
    if (isPaused) await control.apply(batch.batch_id, { verb: 'pause', by: null });
    await scene.look();
    return scene;
  }

  /**
   * On PostgreSQL: stops the first before its n-th statement until the second has ended or waits for it.
   * @returns that statement; null where the first has not so many
   */
  async runAround(statement: number): Promise<string | null> {
    const barrier = new StatementBarrier(statement);
    const first = barrier.run(() => this.run(0));
    const stop = await Promise.race([barrier.whenReached, first.then(() => null)]);
    if (stop === null) return null;
    const second = new Observed(this.run(1));
    const both = new Observed(Promise.all([first, second.work]));
    try {
      while (!second.isOver && !(await this.someoneWaits())) await sleep(POLL_MS);
      await this.look();
    } finally {
      barrier.open();
    }
    while (!both.isOver) await this.look();
    await both.work;
    return stop;
  }

  /** On SQLite: both at once, through the queue of writes. */
  async runTogether(): Promise<void> {
    await Promise.all([this.run(0), this.look(), this.run(1)]);
  }

  /** Whoever runs something goes on with it, and the batch comes to its end by that alone. */
  async settle(): Promise<void> {
    const { admission, clock, control, queue } = this.installation;
    for (let tries = 0; tries < LONGEST; tries += 1) {
      const { status } = await this.look();
      if (isTerminal(status)) break;
      if (status === 'paused') await control.apply(this.batchId, { verb: 'resume', by: null });
      await admission.admit();
      for (const number of [...this.held.keys()]) await this.finish(number);
      clock.ms += 1_000;
      const lane = await queue.acquire();
      if (lane !== null) await this.goOn(lane, () => this.installation.step(lane));
    }
    const { batch, lanes } = await this.installation.state(this.batchId);
    expect(isTerminal(batch.status), `${this.name} stands still: ${batch.status}`).toBe(true);
    expect(lanes, this.name).toEqual([]);
    const { batches, days } = await ended(this.installation);
    expect(batches - this.before.batches, this.name).toBe(1);
    expect(days - this.before.days, this.name).toBe(batch.total);
    await this.expectTarget();
    // Whoever was too late has given a lane back, and the next one finds that its batch has ended.
    for (let lane = await queue.acquire(); lane !== null; lane = await queue.acquire()) {
      await this.installation.step(lane);
    }
  }

  /** Reads one committed state and checks it. */
  async look(): Promise<Progress> {
    const { read } = this.installation.database;
    const { days, state } = await read
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute((db) => snapshot(db, this.batchId));
    const progress = progressOf(state);
    expectSums({ days, state }, this.name);
    const { last } = this;
    if (last !== undefined) {
      expect(progress.rev, this.name).toBeGreaterThanOrEqual(last.rev);
      expect(progress.finished, this.name).toBeGreaterThanOrEqual(last.finished);
      if (isTerminal(last.status)) expect(progress, this.name).toEqual(last);
      // No day begins where the batch does not run.
      const runs = [last.status, progress.status].includes('running');
      if (!runs) expect(progress.current_date, this.name).toBe(last.current_date);
    }
    this.last = progress;
    return progress;
  }

  private get name(): string {
    return `${this.pair[0]} around ${this.pair[1]}`;
  }

  private get isShared(): boolean {
    return this.installation.database.dialect === 'postgres';
  }

  private async run(index: 0 | 1): Promise<void> {
    const { admission, control, database, lost, queue, steps } = this.installation;
    const { pair, batchId } = this;
    const number = this.laneAt(laneOf(pair, index));
    const operation = pair[index];
    switch (operation) {
      case 'claims':
      case 'last':
      case 'frees':
        return this.finish(number);
      case 'fails':
        return this.finish(number, failedWith('lasting'));
      case 'repeats':
        return this.finish(number, BENT);
      case 'pause':
      case 'cancel':
        await control.apply(batchId, { verb: operation, by: null });
        return;
      case 'resume':
        await control.apply(batchId, { verb: operation, by: null });
        await admission.admit();
        return;
      case 'extend':
        return this.extend(index);
      case 'fail':
        return control.fail(batchId, { code: 'INTERNAL', text: 'an unexpected error' });
      case 'expiry':
      case 'crash': {
        if (database.dialect === 'sqlite') return lost.recoverAll(operation === 'crash');
        const lane = await queue.acquire();
        return lane === null ? undefined : this.goOn(lane, () => this.installation.step(lane));
      }
      case 'requeue': {
        const { claim, lane } = this.take(number);
        return this.orRelease(lane, () => steps.requeue(lane, claim));
      }
    }
  }

  /** So many days have failed before. */
  private async failFirst(count: number): Promise<void> {
    if (count === 0) return;
    let day = await this.installation.begin();
    for (let failed = 1; failed < count; failed += 1) {
      day = await this.installation.goOn(day, BENT);
    }
    const released = await this.installation.finish(day, BENT, { mayClaim: false });
    expect(released.kind, this.name).toBe('released');
  }

  private async finish(number: number, fetched?: FetchedDay): Promise<void> {
    const day = this.take(number);
    await this.goOn(day.lane, () =>
      this.installation.finish(day, fetched ?? rowsOf(valueOf(day.claim.day))),
    );
  }

  /** A lane by a step of it, as a runner goes on. */
  private async goOn(lane: AcquiredLane, step: () => Promise<StepResult>): Promise<void> {
    await this.orRelease(lane, async () => {
      let result = await step();
      if (result.kind === 'lost_day') {
        await this.installation.lost.recover(lane);
        result = await this.installation.step(lane);
      }
      if (result.kind !== 'claimed') return;
      const { claim, laneRow } = result;
      this.held.set(lane.number, { lane, claim, laneRow });
    });
  }

  /** Of a lane that another process has, the lease ends. */
  private async orRelease(lane: AcquiredLane, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof StaleClaimError)) throw error;
      await this.installation.steps.release(lane, 0);
    }
  }

  private async extend(index: 0 | 1): Promise<void> {
    const { end_date, start_date } = await this.installation.batch(this.batchId);
    const range = index === 0 ? { end: addDays(end_date, 1) } : { start: addDays(start_date, -1) };
    const { kind } = await this.installation.extend(this.batchId, range);
    expect(['changed', 'wrong_state'], this.name).toContain(kind);
  }

  private take(number: number): RunningLane {
    const day = this.held.get(number);
    if (day === undefined) throw new Error(`expected a day in lane ${number}, got none`);
    this.held.delete(number);
    return day;
  }

  private laneAt(index: number): number {
    const number = this.acquired[index];
    if (number === undefined) throw new Error(`expected ${index + 1} lanes with a day or more`);
    return number;
  }

  /** The process that has the first lane has not renewed it for too long. */
  private async makeLost(): Promise<void> {
    const first = this.laneAt(0);
    const day = this.held.get(first);
    if (day === undefined || !this.pair.some((operation) => LOST.includes(operation))) return;
    if (this.pair.includes('crash')) {
      await this.installation.database.write('step', async ({ db }) => {
        await db
          .updateTable('batch_day')
          .set({ crashes: 1 })
          .where('batch_id', '=', this.batchId)
          .where('day', '=', day.claim.day)
          .execute();
      });
    }
    if (!this.isShared) return;
    await this.installation.expire(day.lane);
    // No other part of the pair does its work.
    if (!this.pair.some((operation) => IN_LANE.includes(operation))) this.held.delete(first);
  }

  private async someoneWaits(): Promise<boolean> {
    const waiting = sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    return (await waiting.execute(this.installation.database.read)).rows.length > 0;
  }

  /** The target has the days that succeeded, and no other. */
  private async expectTarget(): Promise<void> {
    const days = await this.installation.days(this.batchId);
    const own = new Set<string>(days.map(({ day }) => day));
    const written = (await this.installation.target()).filter(({ day }) => own.has(day));
    const succeeded = days.filter(({ state }) => state === 'success');
    expect(written, this.name).toEqual(succeeded.map(({ day }) => ({ day, value: valueOf(day) })));
  }
}

/** Work that can be asked whether it is over. */
class Observed<T> {
  isOver = false;

  constructor(readonly work: Promise<T>) {
    const end = (): void => {
      this.isOver = true;
    };
    work.then(end, end);
  }
}

export function interleavedDataset(): Dataset {
  return makeDataset({ concurrency: LANES, pauseAfterFailures: MOST_FAILED });
}

/** How many batches and days have ended, by the metrics. */
interface EndedCounts {
  readonly batches: number;
  readonly days: number;
}

async function ended({ metrics }: ScratchInstallation): Promise<EndedCounts> {
  const [batches, days] = await Promise.all([metrics.batchesEnded.get(), metrics.days.get()]);
  return { batches: sumOf(batches.values), days: sumOf(days.values) };
}

function sumOf(values: readonly { readonly value: number }[]): number {
  return values.reduce((sum, { value }) => sum + value, 0);
}

/** In which of the acquired lanes a part of a pair is: the same, where it is about a lease of that lane. */
function laneOf(pair: Pair, index: number): number {
  return index === 1 && pair.every((operation) => IN_LANE.includes(operation)) ? 1 : 0;
}

function valueOf(day: CalendarDay): number {
  return Number(day.slice(-2));
}

interface Snapshot {
  readonly state: BatchState;
  readonly days: readonly BatchDayRow[];
}

async function snapshot(db: Kysely<Schema>, batchId: string): Promise<Snapshot> {
  const [state] = await readStates(db, { batchIds: [batchId] });
  if (state === undefined) throw new Error(`expected batch ${batchId}, got none`);
  const days = await db
    .selectFrom('batch_day')
    .selectAll()
    .where('batch_id', '=', batchId)
    .execute();
  return { state, days };
}

type Placed = Pick<BatchDayRow | LaneRow, 'day' | 'token'>;

/** What is so in every committed state. */
function expectSums({ days, state }: Snapshot, name: string): void {
  const { batch, lanes } = state;
  const { failed, running, skipped, success } = progressOf(state);
  const count = (of: BatchDayRow['state']): number => days.filter((day) => day.state === of).length;
  expect({ failed, running, skipped, success }, name).toEqual({
    ...{ failed: count('failed'), running: count('running') },
    ...{ skipped: count('skipped'), success: count('success') },
  });
  const unfinished = count('pending') + running;
  expect(success + failed + skipped + unfinished, name).toBe(batch.total);
  expect(isTerminal(batch.status), name).toBe(unfinished === 0);
  const placed = (lane: number | null, { day, token }: Placed): unknown => ({ day, lane, token });
  const inLanes = lanes.filter(({ day }) => day !== null);
  const inFlight = days.filter(({ state: of }) => of === 'running');
  expect(new Set(inLanes.map((lane) => placed(lane.number, lane))), name).toEqual(
    new Set(inFlight.map((day) => placed(day.lane, day))),
  );
}

const DEADLOCK = '40P01';
/** How often the pairs check for a wait for a lock. */
const POLL_MS = 2;

/** Pairs on a database in PostgreSQL. */
export class PostgresPairs {
  private constructor(
    private readonly installation: ScratchInstallation,
    private readonly failures: unknown[],
    private readonly unwatch: () => void,
  ) {}

  /** @param url of an empty database */
  static async open(url: string): Promise<PostgresPairs> {
    const client = new Client({ connectionString: url });
    await client.connect();
    // Sooner than one of two that wait for each other gives up by itself.
    await client.query(`
      do $$ begin execute format('alter database %I set deadlock_timeout = 50', current_database()); end $$
    `);
    await client.end();
    const datasets = [interleavedDataset()];
    const installation = await ScratchInstallation.open(url, { datasets });
    const { database } = installation;
    // Its commits begin with the rows.
    await installation.targets.current(installation.dataset);
    // So the process of the spec counts as alive.
    if (database instanceof PostgresDatabase) await database.events.start();
    const failures: unknown[] = [];
    const unwatch = watchStatements((code) => {
      failures.push(code);
    });
    return new PostgresPairs(installation, failures, unwatch);
  }

  /** A pair with the first part stopped before each of its statements. */
  async run(pair: Pair): Promise<void> {
    await this.installation.reset();
    this.failures.length = 0;
    const stops: (string | null)[] = [];
    while (stops.at(-1) !== null) {
      const both = await Interleaving.begin(this.installation, pair);
      stops.push(await both.runAround(stops.length + 1));
      await both.settle();
      expect(this.failures, `${pair.join(' around ')}, ${stops.length}`).not.toContain(DEADLOCK);
    }
    // The commit that is sent at once is stopped before all of it, within it, and before it is committed.
    if (pair[0] !== 'claims') return;
    expect(stops).toContainEqual(expect.stringMatching(/^delete from/));
    expect(stops.filter((stop) => stop?.includes('update')).length).toBeGreaterThan(1);
    expect(stops).toContain('commit');
  }

  async close(): Promise<void> {
    this.unwatch();
    await this.installation.close();
  }
}
