import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { calendarDay, type CalendarDay, type Progress } from '@daysync/progress';
import { pino } from 'pino';
import { lastValueFrom } from 'rxjs';
import type { WriteTransaction } from '../database/database.js';
import type { WriteName } from '../database/fault-points.js';
import type { BatchRow } from '../database/schema.js';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { BatchUnreadableRows } from '../batches/store/batch-unreadable-rows.js';
import { UnreadableRowsStore } from '../datasets/unreadable-rows-store.js';
import type { Dataset } from '../datasets/file/dataset.js';
import type { DayFetcher } from './fetch/day-fetcher.js';
import { DayMover } from './fetch/day-mover.js';
import { EarlierTargets } from '../targets/earlier-targets.js';
import { DayJudge } from './fetch/day-judge.js';
import { DayHistory } from '../batches/store/day-history.js';
import { DayVerifier } from './fetch/day-verifier.js';
import type { FetchedDay } from '../sources/day-source.js';
import { unreadableLists, unreadableRows } from '../sources/unreadable-rows.fixture.js';
import type { UnreadableLists } from '../sources/unreadable-rows.js';
import { SyncMetrics } from '../batches/batch-metrics.js';
import { D1, D2, D3, failedWith, makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { ConfiguredDatasets } from './configured-datasets.js';
import { ScratchInstallation, type InstallationOptions } from './installation.fixture.js';
import { LaneRunner } from './lane-runner.js';
import { TargetWaits } from './target-waits.js';
import { LaneWorker } from './lane-worker.js';
import { EMPTY_FINGERPRINT } from '../targets/fingerprint.js';
import { Process } from './process.js';

const D4 = calendarDay('2025-10-04');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** On the busiest machine too. */
const PATIENCE = { timeout: MINUTE_MS, interval: 5 };
const FULL = new DatabaseUnavailableError('disk', 'the disk is full');
const logger = pino({ level: 'silent' });
const other = makeDataset({ name: 'other', fingerprint: 'f2' });

/** A source whose days end when a spec says so, or at once. */
class ControlledFetcher implements Pick<DayFetcher, 'fetchDay' | 'release'> {
  /** In the order in which they have begun. */
  readonly begun: CalendarDay[] = [];
  /** The days in flight at each beginning. */
  readonly together: (readonly CalendarDay[])[] = [];
  /** What a day comes to at once; undefined for one that a spec ends. */
  answer: (day: CalendarDay) => FetchedDay | undefined = () => undefined;
  /** The rows without a day that the source has met. */
  unreadable: UnreadableLists | undefined;
  readonly released: FetchedDay[] = [];
  private readonly open = new Map<CalendarDay, PromiseWithResolvers<FetchedDay>>();

  get inFlight(): readonly CalendarDay[] {
    return [...this.open.keys()];
  }

  async fetchDay(
    _: Dataset,
    day: CalendarDay,
    signal: AbortSignal,
  ): ReturnType<DayFetcher['fetchDay']> {
    const fetched = await this.fetch(day, signal);
    return { ...fetched, ...(this.unreadable && { unreadable: this.unreadable }) };
  }

  private async fetch(day: CalendarDay, signal: AbortSignal): Promise<FetchedDay> {
    this.begun.push(day);
    const answer = this.answer(day);
    if (answer !== undefined) return answer;
    const open = Promise.withResolvers<FetchedDay>();
    this.open.set(day, open);
    this.together.push(this.inFlight);
    signal.addEventListener('abort', () => {
      open.reject(signal.reason);
    });
    try {
      return await open.promise;
    } finally {
      this.open.delete(day);
    }
  }

  async release(fetched: FetchedDay): Promise<void> {
    this.released.push(fetched);
    if (fetched.kind === 'staged') await fetched.rows.drop();
  }

  /** Waits until these days are in flight, and no others. */
  async areInFlight(...days: readonly CalendarDay[]): Promise<void> {
    await expect.poll(() => this.inFlight, PATIENCE).toEqual(days);
  }

  /** Ends a day in flight. */
  end(day: CalendarDay, fetched: FetchedDay = rowsOf(1)): void {
    const open = this.open.get(day);
    if (open === undefined) throw new Error(`expected ${day} in flight, got ${this.inFlight}`);
    open.resolve(fetched);
  }

  endAll(): void {
    this.answer = () => rowsOf(1);
    for (const day of this.inFlight) this.end(day);
  }
}

class SpecProcess extends Process {
  readonly name = 'spec';
  readonly isConnected = true;

  constructor(readonly isSingle: boolean) {
    super();
  }

  join(): Promise<void> {
    return Promise.resolve();
  }

  leave(): void {
    // Nothing is left behind.
  }
}

let installation: ScratchInstallation;
let days: ControlledFetcher;
let worker: LaneWorker;

interface WorkerOptions extends InstallationOptions {
  /** @default true */
  readonly isSingle?: boolean;
  readonly role?: 'all' | 'api';
  readonly workerConcurrency?: number;
}

/** Has a worker, which does not begin yet. */
async function open(options: WorkerOptions = {}): Promise<void> {
  const { isSingle = true, role = 'all', workerConcurrency = 8 } = options;
  installation = await ScratchInstallation.open(null, options);
  days = new ControlledFetcher();
  const { admission, catalog, clock, control, database, live, queue } = installation;
  const { elsewhere, lost, reads, registry, states, steps, targets, tracing } = installation;
  const metrics = new SyncMetrics(installation.metrics);
  const fetcher = days as Pick<DayFetcher, 'fetchDay' | 'release'> as DayFetcher;
  const store = new UnreadableRowsStore(catalog, database, clock);
  const unreadable = new BatchUnreadableRows(
    ...([database, store, states, live, metrics, clock, logger] as const),
  );
  const earlier = new EarlierTargets(database, installation.open, () => undefined);
  const runner = new LaneRunner(
    ...([database, steps, lost, control, new ConfiguredDatasets(catalog, clock)] as const),
    ...([fetcher, new DayMover(database, earlier, fetcher)] as const),
    ...([
      new DayVerifier(database, targets, reads),
      new DayJudge(new DayHistory(database)),
    ] as const),
    ...([elsewhere, new TargetWaits(database, live, clock, logger), unreadable] as const),
    ...([tracing, clock, logger] as const),
  );
  worker = new LaneWorker(
    ...([database, queue, runner, steps, admission, control, registry] as const),
    ...([new SpecProcess(isSingle), { role, workerConcurrency }, clock, logger] as const),
  );
}

/** Has another worker than that of every test. */
async function reopen(options: WorkerOptions): Promise<void> {
  await installation.close();
  await open(options);
}

beforeEach(() => open());
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  days.endAll();
  await worker.stop();
  await installation.close();
});

/** Starts a batch, and what is seen of it from then on. */
async function start(
  first: CalendarDay,
  last: CalendarDay,
  dataset?: Dataset,
): Promise<{ readonly batchId: string; readonly seen: readonly Progress[] }> {
  const { batch_id: batchId } = await installation.start(first, last, dataset ? { dataset } : {});
  const seen: Progress[] = [];
  installation.live.watch(batchId).subscribe((progress) => seen.push(progress));
  return { batchId, seen };
}

/** Starts a batch and the worker: resolves when the first day is in flight. */
async function startWithDayInFlight(
  ...[first, last, dataset]: Parameters<typeof start>
): ReturnType<typeof start> {
  const started = await start(first, last, dataset);
  worker.start();
  await days.areInFlight(first);
  return started;
}

/** The last progress of a batch, once it has ended. */
function end(batchId: string): Promise<Progress> {
  return lastValueFrom(installation.live.watch(batchId));
}

async function shown(batchId: string): Promise<Progress | undefined> {
  return installation.live.find(batchId);
}

/** Waits until a batch is shown so. */
async function isShown(batchId: string, expected: object): Promise<void> {
  await expect.poll(() => shown(batchId), PATIENCE).toMatchObject(expected);
}

/** Time passes, and the worker looks again: resolves when it has. */
async function pass(ms: number): Promise<void> {
  installation.clock.ms += ms;
  const admit = vi.spyOn(installation.admission, 'admit');
  // The second time it begins, what it found the first time has been taken up.
  for (let times = 0; times < 2; times += 1) {
    const { length } = admit.mock.calls;
    await installation.database.write('control', ({ publish }) => publish({ kind: 'lanes_free' }));
    await expect.poll(() => admit.mock.calls.length, PATIENCE).toBeGreaterThan(length);
    // A lane that goes on takes a turn.
    await nextTurn();
  }
}

/** Has writes of one name fail so many times. */
function failWrites(name: WriteName, times: number, error: Error): void {
  const { database } = installation;
  const write = database.write.bind(database);
  let failures = times;
  vi.spyOn(database, 'write').mockImplementation(
    <T>(called: WriteName, work: (transaction: WriteTransaction) => Promise<T>): Promise<T> => {
      if (called !== name || failures === 0) return write(called, work);
      failures -= 1;
      return Promise.reject(error);
    },
  );
}

/** Has a day be one that was in flight at a crash. */
async function suspect(batchId: string, day: CalendarDay): Promise<void> {
  await installation.database.write('control', async ({ db }) => {
    await db
      .updateTable('batch_day')
      .set({ suspect: 1 })
      .where('batch_id', '=', batchId)
      .where('day', '=', day)
      .execute();
  });
}

const steps = (seen: readonly Progress[]): readonly string[] =>
  seen.map(({ status, current, total, percent }) => `${status} ${current}/${total} ${percent}%`);

const attemptsOf = async (batchId: string): Promise<readonly number[]> =>
  (await installation.days(batchId)).map(({ attempts }) => attempts);

describe('days', () => {
  it("are shown by the note's steps: the day in progress counts", async () => {
    const { seen, batchId } = await start(D1, D3);
    days.answer = () => rowsOf(1);
    worker.start();
    const last = await end(batchId);
    expect(steps(seen)).toEqual([
      'queued 0/3 0%',
      'running 0/3 0%',
      'running 1/3 33%',
      'running 2/3 67%',
      'running 3/3 100%',
      'completed 3/3 100%',
    ]);
    expect(last.message).toBe('批量同步完成: 成功3, 失败0, 跳过0');
  });

  it('run side by side, as many as the dataset has lanes, and none that end together is lost', async () => {
    await reopen({ datasets: [makeDataset({ concurrency: 2 })] });
    const { seen, batchId } = await start(D1, D4);
    worker.start();
    await days.areInFlight(D1, D2);
    await pass(0);
    expect(days.begun).toEqual([D1, D2]);
    days.end(D1);
    days.end(D2);
    await days.areInFlight(D3, D4);
    days.endAll();
    expect(await end(batchId)).toMatchObject({ status: 'completed', success: 4 });
    expect(Math.max(...seen.map(({ running }) => running))).toBe(2);
  });

  it('take as long as they take in the only process: no lease ends there', async () => {
    await reopen({ datasets: [makeDataset({ concurrency: 2 })] });
    const { batchId } = await start(D1, D3);
    worker.start();
    await days.areInFlight(D1, D2);
    await pass(MINUTE_MS);
    // The next day looks whether what is held is still sure.
    days.end(D2);
    await days.areInFlight(D1, D3);
    days.endAll();
    expect(await end(batchId)).toMatchObject({ status: 'completed', success: 3 });
    expect(days.begun).toEqual([D1, D2, D3]);
  });

  it('leave the event loop a turn each', async () => {
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    const turnsAt: number[] = [];
    days.answer = () => {
      turnsAt.push(turns);
      return rowsOf(1);
    };
    const { batchId } = await start(D1, D3);
    worker.start();
    await end(batchId);
    clearImmediate(immediate);
    expect(new Set(turnsAt).size).toBe(3);
  });
});

describe('a reload', () => {
  const replace = (changes: Partial<Dataset>): void => {
    installation.catalog.replace({ datasets: [makeDataset(changes)], file: null });
  };

  it('gives a running batch the lanes and the throttle that its dataset has now', async () => {
    const { batchId } = await startWithDayInFlight(D1, D4);
    replace({ concurrency: 2 });
    await days.areInFlight(D1, D2);
    replace({ concurrency: 2, throttle: { daysPerMinute: 1 } });
    days.end(D1);
    await days.areInFlight(D2, D3);
    days.end(D2);
    // Its lane waits for the throttle now.
    await isShown(batchId, { waiting_for: { kind: 'throttle' } });
    expect(days.begun).toEqual([D1, D2, D3]);
    days.endAll();
    await pass(MINUTE_MS);
    expect(await end(batchId)).toMatchObject({ status: 'completed', success: 4 });
  });

  it('of another process that changes the dataset lets no other day begin here', async () => {
    const { batchId } = await startWithDayInFlight(D1, D2);
    const fingerprints = new Map([['readings', 'f2']]);
    installation.catalog.newer = { version: 'v2', fingerprints, errors: [] };
    days.end(D1);
    await days.areInFlight();
    await pass(2_001);
    expect(days.begun).toEqual([D1]);
    expect(await shown(batchId)).toMatchObject({ status: 'running', success: 1 });
    // The other process has gone back to the file that this one has.
    installation.catalog.newer = null;
    days.answer = () => rowsOf(1);
    await pass(2_001);
    expect(await end(batchId)).toMatchObject({ status: 'completed', success: 2 });
  });
});

describe('a batch whose dataset another process has in a newer version', () => {
  function setNewer(fingerprints: Readonly<Record<string, string>>): void {
    const newer = new Map(Object.entries(fingerprints));
    installation.catalog.newer = { version: 'v2', fingerprints: newer, errors: [] };
  }

  /** Counts how often a lane of a batch is acquired from now on. */
  function countAcquired(batchId: string): () => Promise<number> {
    const acquire = vi.spyOn(installation.queue, 'acquire');
    return async () => {
      const lanes = await Promise.all(
        acquire.mock.results.flatMap((result) => (result.type === 'return' ? [result.value] : [])),
      );
      return lanes.filter((lane) => lane?.batchId === batchId).length;
    };
  }

  it('does not slow other batches down, and is not acquired again and again', async () => {
    await reopen({
      ...{ datasets: [makeDataset(), other], maxActiveBatches: 2 },
      ...{ isSingle: false, workerConcurrency: 1 },
    });
    const outdated = await start(D1, D1);
    const { batchId } = await start(D2, D4, other);
    await installation.admission.admit();
    setNewer({ readings: 'newer', other: 'f2' });
    const timesAcquired = countAcquired(outdated.batchId);
    days.answer = () => rowsOf(1);
    worker.start();
    // The clock stands still: a wait would never end.
    expect(await end(batchId)).toMatchObject({ status: 'completed', success: 3 });
    await pass(1_999);
    expect(await timesAcquired()).toBe(1);
    await pass(1);
    expect(await timesAcquired()).toBe(2);
    expect(days.begun).toEqual([D2, D3, D4]);
    // A process that has the newer file acquires it at once.
    expect(await installation.queue.acquire()).toMatchObject({ batchId: outdated.batchId });
  });

  it('runs here once this process has taken that version in', async () => {
    const { batchId } = await start(D1, D1);
    await installation.admission.admit();
    setNewer({ readings: 'newer' });
    const timesAcquired = countAcquired(batchId);
    worker.start();
    await expect.poll(timesAcquired, PATIENCE).toBe(1);
    await pass(0);
    days.answer = () => rowsOf(1);
    installation.catalog.replace({ datasets: [makeDataset()], file: null });
    expect(await end(batchId)).toMatchObject({ status: 'completed', success: 1 });
  });
});

describe('what waits', () => {
  it('is due by the steady clock, whatever the system clock says', async () => {
    const { clock } = installation;
    let reads = 0;
    clock.now = () => clock.ms + ((reads++ % 3) - 1) * HOUR_MS;
    const { seen, batchId } = await start(D1, D2);
    days.answer = (day) =>
      day === D1 && days.begun.length === 1
        ? failedWith('passing', { retryAfterMs: MINUTE_MS })
        : rowsOf(1);
    worker.start();
    await isShown(batchId, { success: 1 });
    await pass(MINUTE_MS - 1);
    expect(days.begun).toEqual([D1, D2]);
    await pass(1);
    expect(await end(batchId)).toMatchObject({ success: 2 });
    const updates = seen.map(({ updated_at }) => updated_at);
    expect(updates).toEqual(updates.toSorted());
    for (const { duration_ms, finished_at, started_at } of await installation.days(batchId)) {
      expect(duration_ms).toBeGreaterThanOrEqual(0);
      expect([started_at, finished_at]).toEqual([started_at, finished_at].toSorted());
    }
  });

  it('writes nothing while nothing changes', async () => {
    await reopen({ datasets: [makeDataset(), other], maxActiveBatches: 2 });
    const { batchId } = await start(D1, D1);
    await suspect(batchId, D1);
    await startWithDayInFlight(D2, D2, other);
    await pass(2_000);
    const { rev } = await installation.progress(batchId);
    const acquire = vi.spyOn(installation.queue, 'acquire');
    for (let looks = 0; looks < 3; looks += 1) await pass(2_000);
    // Room is made for the suspect: nothing else is acquired until the other day has ended.
    expect(acquire).not.toHaveBeenCalled();
    await installation.expectProgress(batchId, { rev });
  });
});

describe('a day that was in flight at a crash', () => {
  it('runs alone in its process: it waits for those in flight, and others wait for it', async () => {
    await reopen({ datasets: [makeDataset(), other], maxActiveBatches: 2 });
    await startWithDayInFlight(D1, D2, other);
    const { batchId } = await start(D3, D3);
    await suspect(batchId, D3);
    await pass(0);
    expect(days.begun).toEqual([D1]);
    // Room is made for it: the lane of the other batch does not go on.
    await pass(500);
    days.end(D1);
    await days.areInFlight(D3);
    await pass(5_000);
    expect(days.begun).toEqual([D1, D3]);
    days.end(D3);
    await days.areInFlight(D2);
  });

  it('is alone beside the days of its own batch too, which run side by side', async () => {
    await reopen({ datasets: [makeDataset({ concurrency: 4 })] });
    const { batchId } = await start(D1, D4);
    const suspects = [D1, D2];
    for (const day of suspects) await suspect(batchId, day);
    worker.start();
    const ended = vi.fn();
    void end(batchId).then(ended);
    while (ended.mock.calls.length === 0) {
      await pass(500);
      for (const day of days.inFlight) days.end(day);
    }
    await installation.expectProgress(batchId, { status: 'completed', success: 4 });
    expect(days.begun.toSorted()).toEqual([D1, D2, D3, D4]);
    for (const day of suspects) {
      expect(days.together.filter((together) => together.includes(day))).toEqual([[day]]);
    }
  });
});

describe('a stop', () => {
  it('lets the days in flight finish, and begins no other', async () => {
    const { batchId } = await startWithDayInFlight(D1, D3);
    expect(worker.state).toBe('running');
    const stopped = worker.stop();
    expect(worker.state).toBe('stopping');
    days.end(D1);
    await stopped;
    await installation.expectProgress(batchId, { status: 'running', success: 1, running: 0 });
    expect(days.begun).toEqual([D1]);
  });

  it('requeues a day that does not finish in time: that is no attempt', async () => {
    const { batchId } = await startWithDayInFlight(D1, D3);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(6_900);
    expect(days.inFlight).toEqual([D1]);
    await vi.advanceTimersByTimeAsync(100);
    await stopped;
    await installation.expectProgress(batchId, { status: 'running', failed: 0, running: 0 });
    const [day] = await installation.days(batchId);
    expect(day).toMatchObject({ state: 'pending', attempts: 0, suspect: 0 });
  });
});

describe('rows that are staged', () => {
  let dropped: CalendarDay[];
  beforeEach(() => {
    dropped = [];
  });
  const drop = async (day: CalendarDay): Promise<void> => void dropped.push(day);
  const staged = (day: CalendarDay): FetchedDay => ({
    ...{ kind: 'staged', fingerprint: EMPTY_FINGERPRINT },
    rows: { count: 1, table: 'none', chunks: [], read: () => [], drop: () => drop(day) },
  });

  it('are dropped when a commit breaks', async () => {
    await reopen({ datasets: [makeDataset({ concurrency: 3 })] });
    const { batchId } = await start(D1, D3);
    worker.start();
    await days.areInFlight(D1, D2, D3);
    failWrites('step', 3, new TypeError('a bug'));
    for (const day of [D1, D2, D3]) days.end(day, staged(day));
    expect(await end(batchId)).toMatchObject({ status: 'failed' });
    await expect.poll(() => dropped, PATIENCE).toEqual([D1, D2, D3]);
  });

  it('are dropped when a stop does not wait for a commit any more', async () => {
    await startWithDayInFlight(D1, D1);
    failWrites('step', Number.POSITIVE_INFINITY, FULL);
    days.end(D1, staged(D1));
    await expect.poll(() => worker.state, PATIENCE).toBe('broken');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(7_000);
    await stopped;
    expect(dropped).toEqual([D1]);
  });
});

describe('a database that can not be written', () => {
  it('is waited for: the batch says so, goes on, and has lost nothing', async () => {
    const { seen, batchId } = await startWithDayInFlight(D1, D3);
    failWrites('step', 1, FULL);
    days.endAll();
    await expect.poll(() => worker.state, PATIENCE).toBe('broken');
    expect(await shown(batchId)).toMatchObject({
      waiting_for: { kind: 'disk', until: null, detail: 'the disk is full' },
    });
    expect(await end(batchId)).toMatchObject({ status: 'completed', success: 3, failed: 0 });
    expect(await attemptsOf(batchId)).toEqual([1, 1, 1]);
    expect(worker.state).toBe('running');
    expect(seen.at(-1)?.waiting_for).toBeNull();
  });

  it('is asked what has become of a commit whose answer was lost', async () => {
    const { batchId } = await startWithDayInFlight(D1, D3);
    const { database } = installation;
    const write = database.write.bind(database);
    vi.spyOn(database, 'write').mockImplementationOnce(async (name, work) => {
      await write(name, work);
      throw new DatabaseUnavailableError('database', 'away', undefined, true);
    });
    days.end(D1);
    await days.areInFlight(D2);
    await installation.expectProgress(batchId, { success: 1, running: 1 });
    days.endAll();
    expect(await end(batchId)).toMatchObject({ status: 'completed', success: 3 });
    expect(days.begun).toEqual([D1, D2, D3]);
    expect(await attemptsOf(batchId)).toEqual([1, 1, 1]);
  });
});

describe('a bug', () => {
  it('ends its batch, and not the process: the next one begins', async () => {
    const { batchId } = await start(D1, D3);
    const { batchId: next } = await start(D4, D4);
    worker.start();
    await days.areInFlight(D1);
    failWrites('step', 1, new TypeError('a bug'));
    days.end(D1);
    expect(await end(batchId)).toMatchObject({
      status: 'failed',
      skipped: 3,
      error: { code: 'INTERNAL' },
    });
    await pass(1_000);
    await days.areInFlight(D4);
    days.endAll();
    expect(await end(next)).toMatchObject({ status: 'completed' });
  });

  it('that keeps unreadable rows from being written leaves no fetched rows behind', async () => {
    const { batchId } = await start(D1, D3);
    const day = rowsOf(1);
    days.answer = () => day;
    const row = { file: 'w.csv', row: 9, column: 'day', text: 'expected a day', content: 'total' };
    days.unreadable = unreadableLists(unreadableRows({ count: 1, rows: [row] }));
    failWrites('unreadable', 1, new TypeError('a bug'));
    worker.start();
    expect(await end(batchId)).toMatchObject({ status: 'failed', error: { code: 'INTERNAL' } });
    expect(days.released).toEqual([day]);
  });
});

it.each([
  ['a database that can not be written', FULL],
  ['a bug', new TypeError('a bug')],
])('%s where no batch can begin is not the end of the loop', async (_, error) => {
  vi.spyOn(installation.admission, 'admit').mockRejectedValueOnce(error);
  days.answer = () => rowsOf(1);
  const { batchId } = await start(D1, D1);
  worker.start();
  await expect.poll(() => worker.state, PATIENCE).toBe('broken');
  installation.clock.ms += 1_000;
  expect(await end(batchId)).toMatchObject({ status: 'completed' });
  expect(worker.state).toBe('running');
});

describe('a batch that runs', () => {
  it('ends where its dataset is not configured any more', async () => {
    const gone: BatchRow = await installation.start(D1, D3, {
      dataset: makeDataset({ fingerprint: 'of before' }),
    });
    worker.start();
    expect(await end(gone.batch_id)).toMatchObject({
      status: 'failed',
      error: { code: 'DATASET_CHANGED' },
      skipped: 3,
    });
    expect(days.begun).toEqual([]);
  });

  it('goes on in other hands where its lane has another token by now', async () => {
    const { batchId } = await startWithDayInFlight(D1, D2);
    await installation.database.write('control', async ({ db }) => {
      await db
        .updateTable('lane')
        .set((set) => ({ token: set('token', '+', 1), day: null }))
        .execute();
      await db.updateTable('batch_day').set({ state: 'pending', attempts: 0 }).execute();
    });
    // What the stale claim brings is dropped.
    days.end(D1, rowsOf(13));
    await expect.poll(() => days.begun, PATIENCE).toEqual([D1, D1]);
    days.endAll();
    expect(await end(batchId)).toMatchObject({ status: 'completed', success: 2 });
    expect(await installation.target()).toEqual([
      { day: D1, value: 1 },
      { day: D2, value: 1 },
    ]);
  });
});

describe('a process', () => {
  it('that only answers requests begins nothing', async () => {
    await reopen({ role: 'api' });
    const { batchId } = await start(D1, D3);
    const acquire = vi.spyOn(installation.queue, 'acquire');
    worker.start();
    await installation.database.write('control', ({ publish }) => publish({ kind: 'lanes_free' }));
    await worker.stop();
    expect(acquire).not.toHaveBeenCalled();
    expect(await installation.batch(batchId)).toMatchObject({ status: 'queued' });
  });

  it('acquires no lane that it has no room for: another one may', async () => {
    const datasets = [makeDataset({ concurrency: 3 })];
    await reopen({ datasets, isSingle: false, workerConcurrency: 2 });
    await start(D1, D3);
    worker.start();
    await days.areInFlight(D1, D2);
    await pass(1_000);
    expect(await installation.queue.acquire()).toMatchObject({ number: 2 });
  });

  it('acquires none while a day has to be alone in it, nor keeps one for it while it is busy', async () => {
    const broad = { ...other, concurrency: 2 };
    await reopen({ datasets: [makeDataset(), broad], maxActiveBatches: 2, isSingle: false });
    await startWithDayInFlight(D1, D1, broad);
    const { batchId } = await start(D2, D3);
    await suspect(batchId, D2);
    await suspect(batchId, D3);
    await pass(0);
    installation.clock.ms += 200;
    // It wants the day alone, is busy, and leaves it to any process that is not.
    const lane = await installation.acquire();
    expect(lane).toMatchObject({ batchId });
    const begun = await installation.step(lane, { holder: 'another' });
    expect(begun).toMatchObject({ kind: 'claimed', claim: { day: D2, isolated: true } });
  });
});
