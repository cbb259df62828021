import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { calendarDay, type CalendarDay, type ProgressChange } from '@daysync/progress';
import type { Database } from '../database/database.js';
import { PostgresDatabase } from '../database/postgres-database.js';
import { SqliteDatabase } from '../database/sqlite-database.js';
import type { BatchRow } from '../database/schema.js';
import type { Dataset } from '../datasets/dataset.js';
import { prepareTarget } from '../datasets/target-table.js';
import type { SourceErrorKind } from '../datasets/day-source.js';
import type { FetchedDay } from '../dispatch/day-dispatcher.js';
import { BatchCommit } from './batch-commit.js';
import type { Step, StepResult } from './batch-step.js';
import { BatchCreation } from './batch-creation.js';
import { BatchRecovery, type Recovered } from './batch-recovery.js';
import type { FinishedDay } from './day-commit.js';
import { planDays } from './plan.js';
import { ScratchState } from './scratch-state.fixture.js';

export const AT = '2025-10-17T16:00:00.000Z';
export const D1 = calendarDay('2025-10-01');
export const D2 = calendarDay('2025-10-02');
export const D3 = calendarDay('2025-10-03');

/** A dataset of one column; specs override what they are about. */
export function makeDataset(overrides: Partial<Dataset> = {}): Dataset {
  return {
    name: 'readings',
    title: { zh: '读数', en: 'Readings' },
    source: { kind: 'csv', path: '/none.csv', writtenPath: 'none.csv', dayColumn: 'day' },
    target: {
      table: 'readings',
      columns: [{ name: 'value', from: 'value', type: 'integer', nullable: false }],
    },
    throttle: null,
    schedule: null,
    timeZone: 'UTC',
    concurrency: 1,
    timeoutSeconds: 60,
    attempts: 3,
    onEmpty: 'skip',
    variables: {},
    fingerprint: 'f1',
    ...overrides,
  };
}

/** An attempt that failed. */
export function failedWith(
  errorKind: SourceErrorKind,
  { code = 'BROKEN', retryAfterMs = null }: { code?: string; retryAfterMs?: number | null } = {},
): FetchedDay {
  const error = { code, text: `${code} happened`, row: null, column: null };
  return { kind: 'error', error, errorKind, retryAfterMs };
}

export function rowsOf(...values: number[]): FetchedDay {
  return { kind: 'rows', rows: values.map((value) => [value]) };
}

/** In memory where the system has such a folder: thousands of commits are tested, the disk is not. */
const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A step; of the finished days there may be one. */
type ScratchStep = Partial<Omit<Step, 'finished'>> & {
  readonly finished?: FinishedDay | readonly FinishedDay[] | null;
};

interface StartOptions {
  readonly mode?: 'missing_and_failed' | 'all';
  readonly order?: 'asc' | 'desc';
}

/** A real database, a SQLite file in a folder of its own by default, with one dataset's target. */
export class ScratchSync extends ScratchState {
  private constructor(
    /** Where its SQLite file is. */
    readonly folder: string,
    database: Database,
    readonly dataset: Dataset,
    readonly creation = new BatchCreation(database),
    readonly commit = new BatchCommit(database),
    readonly recovery = new BatchRecovery(database),
  ) {
    super(database);
  }

  /** @param url of an empty database on PostgreSQL; null for SQLite */
  static async open(dataset = makeDataset(), url: string | null = null): Promise<ScratchSync> {
    const folder = mkdtempSync(path.join(SCRATCH, 'daysync-sync-'));
    const database =
      url === null
        ? await SqliteDatabase.open(path.join(folder, 'daysync.db'))
        : await PostgresDatabase.open({ url, connections: 4, applicationName: 'daysync' });
    await database.write('targets', (transaction) => prepareTarget(transaction, dataset));
    return new ScratchSync(folder, database, dataset);
  }

  async close(): Promise<void> {
    await this.database.close();
    rmSync(this.folder, { recursive: true });
  }

  /** A queued batch. */
  async start(start: CalendarDay, end: CalendarDay, options: StartOptions = {}): Promise<BatchRow> {
    return this.startIn(this.dataset.name, start, end, options);
  }

  /** A queued batch of another dataset with the same target. */
  startOther(start: CalendarDay, end: CalendarDay): Promise<BatchRow> {
    return this.startIn('other', start, end);
  }

  private async startIn(
    dataset: string,
    start: CalendarDay,
    end: CalendarDay,
    options: StartOptions = {},
  ): Promise<BatchRow> {
    const { mode = 'missing_and_failed', order = 'asc' } = options;
    const created = await this.creation.start(
      {
        dataset,
        fingerprint: this.dataset.fingerprint,
        start,
        end,
        mode,
        order,
        at: AT,
        by: null,
        unixSeconds: 1_760_716_800,
      },
      (lastTries) => planDays({ start, end, order, mode, lastTries, today: end }),
    );
    if (created.kind !== 'created') {
      throw new Error(`expected a batch, got ${JSON.stringify(created)}`);
    }
    return created.batch;
  }

  /** One step, which must change something. */
  async step(
    taskId: string,
    step: ScratchStep = {},
  ): Promise<StepResult & { readonly change: ProgressChange }> {
    const result = await this.tryStep(taskId, step);
    const { change } = result;
    if (change === null) throw new Error(`expected a change of ${taskId}, got none`);
    return { ...result, change };
  }

  tryStep(taskId: string, { finished = null, ...step }: ScratchStep = {}): Promise<StepResult> {
    return this.commit.step({
      dataset: this.dataset,
      taskId,
      at: AT,
      steadyNow: Date.parse(AT),
      finished: finished === null ? [] : [finished].flat(),
      mayBegin: 1,
      waiting: null,
      told: null,
      ...step,
    });
  }

  /** Commits what `fetched` gives for each day, one at a time, to the end. */
  async runAll(taskId: string, fetched: (day: CalendarDay) => FetchedDay): Promise<void> {
    let { claims } = await this.step(taskId);
    for (let [claim] = claims; claim !== undefined; [claim] = claims) {
      const finished = { claim, fetched: fetched(claim.day), durationMs: 1 };
      ({ claims } = await this.step(taskId, { finished }));
    }
  }

  /** A start of the program, after a crash unless it says otherwise. */
  recover(afterCrash = true): Promise<Recovered> {
    return this.recovery.recover({ at: AT, steadyNow: Date.parse(AT), afterCrash });
  }
}
