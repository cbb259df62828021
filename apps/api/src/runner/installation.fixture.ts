import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { calendarDay, type CalendarDay, type Progress, type SyncMode } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, expect } from 'vitest';
import { openMigrated } from '../../../../test/migrated-databases.js';
import { BatchExtension, type ExtendResult } from '../batches/store/batch-extension.js';
import { BatchControl } from '../batches/store/batch-control.js';
import { progressOf } from '../batches/batch-progress.js';
import { readStates } from '../batches/store/batch-reading.js';
import { BatchStates } from '../batches/store/batch-states.js';
import type { BatchState } from '../batches/transition.js';
import { systemClock, toInstant, type Clock } from '../config/clock.js';
import type { Database, Dialect } from '../database/database.js';
import { PostgresDatabase } from '../database/postgres/postgres-database.js';
import { OWN_TABLES, type BatchDayRow, type BatchRow } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { DayReads } from '../targets/day-reads.js';
import { openTarget } from '../targets/elsewhere/open-target.js';
import { OpenTargets } from '../targets/open-targets.js';
import { ElsewhereWrites } from './elsewhere-writes.js';
import { PreparedTargets } from '../targets/prepared-targets.js';
import { prepareTarget } from '../targets/target-table.js';
import type { DayFetcher } from './fetch/day-fetcher.js';
import type { FetchedDay } from '../sources/day-source.js';
import { Metrics } from '../metrics/metrics.js';
import { BatchCreation } from '../batches/store/batch-creation.js';
import { BatchStore, selectNextQueued } from '../batches/store/batch-store.js';
import { planDays } from '../batches/plan.js';
import { SyncMetrics } from '../batches/batch-metrics.js';
import { BatchTracing } from '../batches/batch-tracing.js';
import { makeDataset, rowsOf } from '../sync/sync.fixture.js';
import { Admission } from './admission.js';
import { BossLaneQueue } from './cluster/boss-lane-queue.js';
import { ConfiguredDatasets } from './configured-datasets.js';
import type { Claim } from './day-commit.js';
import type { AcquiredLane, LaneQueue } from '../batches/lane-queue.js';
import { AutoPause } from './auto-pause.js';
import type { Judgement } from './fetch/day-judge.js';
import { LaneClaims } from './lane-claims.js';
import { LaneSteps, type LaneStep, type StepResult } from './lane-step.js';
import { LiveView } from '../batches/live-view.js';
import { LocalLiveView } from './local/local-live-view.js';
import { ClusterLiveView } from './cluster/cluster-live-view.js';
import { LocalLaneQueue } from './local/local-lane-queue.js';
import { LostDays } from './lost-days.js';

const logger = pino({ level: 'silent' });
/** In memory where the system has such a folder: thousands of commits are tested, the disk is not. */
const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const BEGINNING = Date.parse('2025-10-17T16:00:00.000Z');

/** A lane with a day in flight, as the step that claimed it has left it. */
export interface RunningLane {
  readonly lane: AcquiredLane;
  readonly laneRow: LaneStep['laneRow'];
  readonly claim: Claim;
}

interface BatchStartOptions {
  readonly mode?: SyncMode;
  readonly order?: 'asc' | 'desc';
  readonly dataset?: Dataset;
  /** What is in the future at its start. @default `end` */
  readonly today?: CalendarDay;
}

interface ExtendOptions {
  readonly start?: CalendarDay;
  readonly end?: CalendarDay;
  readonly today?: CalendarDay;
  /** @default 100 */
  readonly maxDays?: number;
}

const LAST_DAY = calendarDay('9999-12-31');

export interface InstallationOptions {
  readonly datasets?: readonly Dataset[];
  readonly maxActiveBatches?: number;
}

/** An installation on a real database without its loop: a spec takes each step. Its clock stands still until it is moved. */
export class ScratchInstallation {
  readonly registry = new ProgressRegistry({
    ttlSeconds: 3_600,
    maxFinished: 1_000,
    clock: { now: () => systemClock.monotonic() },
  });
  readonly metrics = new Metrics(['readings']);
  readonly live: LiveView;
  readonly states: BatchStates;
  readonly store: BatchStore;
  readonly creation: BatchCreation;
  readonly control: BatchControl;
  readonly extension: BatchExtension;
  readonly admission: Admission;
  readonly steps: LaneSteps;
  readonly lost: LostDays;
  readonly tracing: BatchTracing;
  readonly elsewhere: ElsewhereWrites;
  /** The datasets of this process, which a spec may replace. */
  readonly catalog: DatasetCatalog;
  /** How long a day of which dataset has to wait for its source. */
  sourceWaitMs: number | null = null;
  /** What is said of each day that is committed. */
  judgement: Judgement | undefined;
  private agedMs = 0;
  private readonly others: ScratchInstallation[] = [];

  private constructor(
    readonly folder: string,
    readonly database: Database,
    readonly queue: LaneQueue,
    readonly datasets: readonly Dataset[],
    readonly maxActiveBatches: number,
    readonly clock: ReturnType<typeof standingClock>,
    readonly open = new OpenTargets(openTarget),
    readonly targets = new PreparedTargets(database, open, logger),
    readonly reads = new DayReads(database, open),
  ) {
    const viewClock = { monotonic: () => clock.monotonic() + this.agedMs };
    this.live =
      database.dialect === 'sqlite'
        ? new LocalLiveView(this.registry)
        : new ClusterLiveView(database, this.registry, viewClock, logger);
    const metrics = new SyncMetrics(this.metrics);
    const tracing = (this.tracing = new BatchTracing(database, null, logger));
    this.states = new BatchStates(queue, this.live, metrics, tracing, logger);
    this.store = new BatchStore(database);
    this.creation = new BatchCreation(database, this.live, tracing);
    this.control = new BatchControl(database, this.states, clock);
    this.extension = new BatchExtension(database, this.states, queue, this.live, clock);
    this.catalog = new DatasetCatalog(datasets);
    const configured = new ConfiguredDatasets(this.catalog, clock);
    const config = { maxActiveBatches };
    this.admission = new Admission(
      ...([database, queue, this.states, configured, config, clock, logger] as const),
    );
    const fetcher: Pick<DayFetcher, 'fetchDay' | 'waitMs'> = {
      fetchDay: () => Promise.resolve(rowsOf(1)),
      waitMs: () => this.sourceWaitMs,
    };
    const claims = new LaneClaims(queue, this.states, fetcher as DayFetcher, clock);
    const pause = new AutoPause(this.states);
    this.elsewhere = new ElsewhereWrites(database, open, targets, clock);
    this.steps = new LaneSteps(
      ...([database, queue, this.states, this.live, claims, pause, targets] as const),
      ...([this.reads, this.elsewhere, clock, metrics, tracing, logger] as const),
    );
    this.lost = new LostDays(database, queue, this.states, this.live, clock, logger);
  }

  /** @param url of a database on PostgreSQL without batches; null for SQLite */
  static async open(
    url: string | null = null,
    { datasets = [makeDataset()], maxActiveBatches = 1 }: InstallationOptions = {},
  ): Promise<ScratchInstallation> {
    const clock = standingClock();
    const folder = mkdtempSync(path.join(SCRATCH, 'daysync-sync-'));
    const database =
      url === null
        ? await openMigrated(path.join(folder, 'daysync.db'))
        : await PostgresDatabase.open({ address: url, connections: 8, applicationName: 'spec' });
    const queue =
      url === null
        ? new LocalLaneQueue(clock)
        : await BossLaneQueue.open({ address: url, nodeName: 'spec', onError: () => undefined });
    await database.write('targets', async (transaction) => {
      for (const dataset of datasets) await prepareTarget(transaction, dataset);
    });
    return new ScratchInstallation(folder, database, queue, datasets, maxActiveBatches, clock);
  }

  /** Another process on the same database, which has seen nothing yet. */
  another({ datasets, maxActiveBatches }: InstallationOptions = {}): ScratchInstallation {
    const { clock, database, folder } = this;
    const other = new ScratchInstallation(
      ...([folder, database] as const),
      this.queue instanceof LocalLaneQueue ? new LocalLaneQueue(clock) : this.queue,
      ...([datasets ?? this.datasets, maxActiveBatches ?? this.maxActiveBatches, clock] as const),
      ...([this.open, this.targets, this.reads] as const),
    );
    this.others.push(other);
    return other;
  }

  /** The process is lost, or has stopped. @returns another one, which has taken up what it had in flight */
  async restart(how: 'crash' | 'stop' = 'crash'): Promise<ScratchInstallation> {
    const next = this.another();
    if (this.database.dialect === 'sqlite') {
      await next.lost.recoverAll(how === 'crash');
      return next;
    }
    if (how === 'stop') await this.steps.markStopping('spec');
    await this.expire();
    const lost = await this.database.read
      .selectFrom('lane')
      .select(['batch_id', 'number'])
      .where('day', 'is not', null)
      .execute();
    for (const { number, batch_id } of lost) await next.lost.recover({ batchId: batch_id, number });
    return next;
  }

  /** So many milliseconds pass. */
  async pass(ms: number): Promise<void> {
    this.clock.ms += ms;
    if (this.database.dialect === 'sqlite') return;
    await sql`
      update pgboss.job set start_after = start_after - passed.time, created_on = created_on - passed.time
      from (select ${ms}::float8 * interval '1 millisecond' as time) as passed
    `.execute(this.database.read);
  }

  async close(): Promise<void> {
    this.stopViewing();
    await this.queue.close();
    await this.database.close();
    rmSync(this.folder, { recursive: true });
  }

  private stopViewing(): void {
    if (this.live instanceof ClusterLiveView) this.live.onApplicationShutdown();
    for (const other of this.others.splice(0)) other.stopViewing();
  }

  /** The first dataset, of which batches are unless it is said otherwise. */
  get dataset(): Dataset {
    const [dataset] = this.datasets;
    if (dataset === undefined) throw new Error('expected a dataset, got none');
    return dataset;
  }

  /** As it was when it was opened; for PostgreSQL. */
  async reset(): Promise<void> {
    // The targets stay, and so do their versions.
    const emptied = OWN_TABLES.filter((table) => table !== 'target_version');
    await sql`truncate ${sql.join(emptied.map((table) => sql.table(table)))}, readings`.execute(
      this.database.read,
    );
    await sql`delete from pgboss.job`.execute(this.database.read);
    this.stopViewing();
  }

  /** A queued batch. */
  async start(
    start: CalendarDay,
    end: CalendarDay,
    options: BatchStartOptions = {},
  ): Promise<BatchRow> {
    const { mode = 'missing_and_failed', order = 'asc', today = end } = options;
    const { dataset = this.dataset } = options;
    const created = await this.creation.start(
      {
        ...{ dataset: dataset.name, fingerprint: dataset.fingerprint, start, end, mode, order },
        verify: mode === 'verify' ? 'repair' : null,
        ...{ target: dataset.target, expected: dataset.expected },
        ...{ at: toInstant(this.clock.ms), by: null },
        unixSeconds: Math.floor(this.clock.ms / 1_000),
      },
      (recorded) => planDays({ start, end, order, mode, today, ...recorded }),
    );
    if (created.kind !== 'created') {
      throw new Error(`expected a batch, got ${JSON.stringify(created)}`);
    }
    return created.batch;
  }

  /** A batch that has its turn. */
  async startRunning(
    start: CalendarDay,
    end: CalendarDay,
    options: BatchStartOptions = {},
  ): Promise<BatchRow> {
    const { batch_id } = await this.start(start, end, options);
    await this.admission.admit();
    return this.batch(batch_id);
  }

  /** Extends a batch to a larger range. By default none of its days is in the future. */
  extend(
    batchId: string,
    { start, end, today = LAST_DAY, maxDays = 100 }: ExtendOptions,
  ): Promise<ExtendResult> {
    return this.extension.extend({ batchId, start, end, maxDays }, (name) => {
      const dataset = this.catalog.get(name);
      return dataset && { dataset, today };
    });
  }

  /** Acquires the next free lane. */
  async acquire(): Promise<AcquiredLane> {
    const lane = await this.queue.acquire();
    if (lane === null) throw new Error('expected a free lane, got none');
    return lane;
  }

  /** One step in a lane, as a process that does nothing else takes it. */
  step(lane: AcquiredLane, step: Partial<LaneStep> = {}): Promise<StepResult> {
    return this.steps.run({
      ...{ lane, dataset: this.dataset, holder: 'spec', laneRow: null, finished: null },
      ...{ mayClaim: true, isolate: () => true },
      ...step,
    });
  }

  /** Begins the first day that a free lane finds. */
  async begin(step: Partial<LaneStep> = {}): Promise<RunningLane> {
    const lane = await this.acquire();
    return running(lane, await this.step(lane, step));
  }

  /** Commits a day, by default with a row of its number. */
  finish(
    { claim, laneRow, lane }: RunningLane,
    fetched: FetchedDay = rowsOf(Number(claim.day.slice(-2))),
    step: Partial<LaneStep> = {},
  ): Promise<StepResult> {
    return this.step(lane, {
      laneRow,
      finished: { claim, fetched, repeats: 0, durationMs: 1, judgement: this.judgement },
      ...step,
    });
  }

  /** Commits a day, and goes on with the next one in its lane. */
  async goOn(day: RunningLane, fetched?: FetchedDay): Promise<RunningLane> {
    return running(day.lane, await this.finish(day, fetched));
  }

  /** Runs one lane until it is released, with what `fetched` gives for each day. */
  async runAll(fetched?: (day: CalendarDay) => FetchedDay): Promise<void> {
    await this.runLane(await this.acquire(), fetched);
  }

  private async runLane(
    lane: AcquiredLane,
    fetched: (day: CalendarDay) => FetchedDay = () => rowsOf(1),
  ): Promise<void> {
    let result = await this.step(lane);
    while (result.kind === 'claimed') {
      const { claim, laneRow } = result;
      result = await this.finish({ lane, claim, laneRow }, fetched(claim.day));
    }
  }

  /** Runs the queued batches to their ends, one after the other. */
  async runQueued(fetched?: (day: CalendarDay) => FetchedDay): Promise<void> {
    for (;;) {
      const next = await selectNextQueued(this.database.read, []);
      if (next === undefined) return;
      await this.admission.admit();
      const { status } = await this.batch(next.batch_id);
      if (status === 'queued') throw new Error(`expected batch ${next.batch_id} to begin`);
      let lane = await this.queue.acquire();
      for (; lane !== null; lane = await this.queue.acquire()) await this.runLane(lane, fetched);
    }
  }

  /** A batch with its lanes, as the database has it. */
  async state(batchId: string): Promise<BatchState> {
    const [state] = await readStates(this.database.read, { batchIds: [batchId] });
    if (state === undefined) throw new Error(`expected batch ${batchId}, got none`);
    return state;
  }

  /** The progress that the database says. */
  async progress(batchId: string): Promise<Progress> {
    return progressOf(await this.state(batchId));
  }

  async expectProgress(batchId: string, expected: object): Promise<void> {
    expect(await this.progress(batchId)).toMatchObject(expected);
  }

  async batch(batchId: string): Promise<BatchRow> {
    return (await this.state(batchId)).batch;
  }

  /** The days of a batch, in its order. */
  days(batchId: string): Promise<BatchDayRow[]> {
    return this.database.read
      .selectFrom('batch_day')
      .selectAll()
      .where('batch_id', '=', batchId)
      .orderBy('position')
      .execute();
  }

  /** The newest progress that this process shows of a batch. */
  async shown(batchId: string): Promise<Progress | undefined> {
    // What is older than a second is read anew.
    this.agedMs += 1_001;
    return this.live.find(batchId);
  }

  /** The values that the target has, by their days. */
  async target(): Promise<readonly { readonly day: string; readonly value: number }[]> {
    const { rows } = await sql<{ day: string; value: number }>`
      select cast(sync_day as text) as day, value from readings order by 1, 2
    `.execute(this.database.read);
    return rows;
  }

  /** The process that has a lane is lost: no process holds it any more, nor any other one if none is named. */
  async expire(lane?: AcquiredLane): Promise<void> {
    await sql`
      update pgboss.job set heartbeat_on = clock_timestamp() - interval '60 seconds'
      where state = 'active' and id = coalesce(${lane?.job ?? null}::uuid, id)
    `.execute(this.database.read);
    // It looks once a second, whoever asks.
    await sql`update pgboss.queue set monitor_claim_on = null, monitor_on = null`.execute(
      this.database.read,
    );
    await this.queue.reapExpired();
  }
}

/**
 * Opens installations for the tests of a `describe`: SQLite has a new file for each, PostgreSQL is emptied.
 * @param makeUrl as `migratedDatabases` has it
 */
export function installationsOn(
  dialect: Dialect,
  makeUrl: (dialect: Dialect) => Promise<string | null>,
): (options?: InstallationOptions) => Promise<ScratchInstallation> {
  const opened: ScratchInstallation[] = [];
  let shared: ScratchInstallation | undefined;
  afterEach(async () => {
    for (const installation of opened.splice(0)) await installation.close();
  });
  afterAll(() => shared?.close());
  return async (options) => {
    if (dialect === 'sqlite') {
      const installation = await ScratchInstallation.open(null, options);
      opened.push(installation);
      return installation;
    }
    shared ??= await ScratchInstallation.open(await makeUrl(dialect));
    await shared.reset();
    Object.assign(shared.clock, { ms: BEGINNING, setBy: 0 });
    return shared.another(options);
  };
}

function running(lane: AcquiredLane, result: StepResult): RunningLane {
  if (result.kind !== 'claimed') throw new Error(`expected a day to begin, got ${result.kind}`);
  return { lane, claim: result.claim, laneRow: result.laneRow };
}

/** A time that stands still until a spec moves it; `setBy` is how far the system's clock was set. */
export function standingClock(): Clock & { ms: number; setBy: number } {
  const read = (): number => clock.ms;
  const clock = {
    ...{ ms: BEGINNING, setBy: 0, now: () => clock.ms + clock.setBy },
    ...{ steady: read, monotonic: read },
  };
  return clock;
}
