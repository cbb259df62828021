import {
  calendarDayAt,
  countDays,
  earlierDay,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { STARTED_BY_SCHEDULE } from '../config/auth-tokens.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { BatchRow, DatasetScheduleRow } from '../database/schema.js';
import { readExpectedDays } from '../datasets/expected/settled-days.js';
import type { Dataset } from '../datasets/file/dataset.js';
import type { Schedule } from '../datasets/file/schedule.js';
import { isNewest } from '../datasets/file/stored-datasets-file.js';
import { BatchCreation } from '../batches/store/batch-creation.js';
import { withRechecks, type PlannedDay } from '../batches/plan.js';
import { planInSlices } from '../batches/sliced-plan.js';
import { readRange } from '../batches/range-state.js';
import { dayStart } from '../sources/values/zone-clock.js';
import { dueRun, type DueRun } from './due-run.js';

/** A dataset that has a schedule. */
export type ScheduledDataset = Dataset & { readonly schedule: Schedule };

export function hasSchedule(dataset: Dataset): dataset is ScheduledDataset {
  return dataset.schedule !== null;
}

/** The result of a run. */
export type ScheduleRunResult =
  | { readonly outcome: 'started'; readonly batch: BatchRow }
  /** This active batch has some of its days. */
  | { readonly outcome: 'skipped_overlap'; readonly batchId: string };

export interface Decision {
  /** Up to when the times of the schedule are decided, in milliseconds since the epoch. */
  readonly decidedUntil: number;
  /** The run that was decided; null if nothing was due, or another process has decided it. */
  readonly run: (ScheduleRunResult & { readonly dueAt: string; readonly range: DayRange }) | null;
}

/**
 * A schedule decided further ahead than this means that the clock was wrong then: it begins anew. Clocks are often set back
 * by less than this, and then no time may run twice.
 */
const CLOCK_WAS_WRONG_MS = 3_600_000;

/**
 * Decides schedule runs. One transaction finds what is due, marks it as decided, and creates the batch, under the lock
 * `start`: one process starts each run, and no crash loses or repeats it.
 */
@Injectable()
export class ScheduleRuns {
  constructor(
    private readonly database: Database,
    private readonly creation: BatchCreation,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'maxRangeDays'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Registers the configured schedules. New and changed ones count from now on, with the days of a pause; others
   * are deleted.
   * @throws {DatabaseUnavailableError}
   */
  async register(datasets: readonly ScheduledDataset[]): Promise<void> {
    await this.database.write('schedule', async (transaction) => {
      await transaction.lockExclusive('start');
      const { db } = transaction;
      const known = await db.selectFrom('dataset_schedule').selectAll().execute();
      const rows = new Map(known.map((row) => [row.dataset, row]));
      for (const dataset of datasets) {
        await this.ensureOf(transaction, dataset, rows.get(dataset.name));
        rows.delete(dataset.name);
      }
      for (const name of rows.keys()) {
        await db.deleteFrom('dataset_schedule').where('dataset', '=', name).execute();
      }
    });
  }

  /**
   * Decides the run that is due, if there is one: starts its batch, or skips it. Durable when the call resolves.
   * @param version of the datasets file that has the schedule; absent for one that stands in code
   * @throws {DatabaseUnavailableError} nothing is decided then
   */
  decide(dataset: ScheduledDataset, version?: string): Promise<Decision> {
    return this.database.write('schedule', async (transaction): Promise<Decision> => {
      await transaction.lockExclusive('start');
      // Another process has taken in another file, or with another environment, and decides; this one checks again later.
      if (!(await this.isOurs(transaction, dataset, version))) {
        return { decidedUntil: this.clock.now(), run: null };
      }
      const row = await transaction.db
        .selectFrom('dataset_schedule')
        .selectAll()
        .where('dataset', '=', dataset.name)
        .executeTakeFirst();
      if (row === undefined) {
        // A process without this schedule in its configuration has deleted it.
        return { decidedUntil: await this.begin(transaction, dataset, row), run: null };
      }
      // A resume decides all times before it; until then, this process looks again at each of them.
      if (row.paused_at !== null) return { decidedUntil: this.clock.now(), run: null };
      const decidedUntil = Date.parse(row.decided_until);
      const coveredUntil = Date.parse(row.covered_until);
      const recheckedUntil = Date.parse(row.rechecked_until ?? row.covered_until);
      const state = { decidedUntil, coveredUntil, recheckedUntil };
      const { maxRangeDays: mostDays } = this.config;
      const expected = await readExpectedDays(transaction.db, dataset);
      const due = dueRun(dataset.schedule, state, this.clock.now(), { expected, mostDays });
      return due === null ? { decidedUntil, run: null } : this.run(transaction, dataset, due);
    });
  }

  /**
   * Whether the installation's datasets file has the schedule as this process has it.
   * @param version of the file that this process has taken in; absent for datasets that stand in code
   */
  isOurs(
    { db }: WriteTransaction,
    dataset: ScheduledDataset,
    version: string | undefined,
  ): Promise<boolean> {
    return isNewest(db, dataset, version);
  }

  /** Registers a schedule that is new or has changed. The transaction holds the lock `start`. */
  async ensure(transaction: WriteTransaction, dataset: ScheduledDataset): Promise<void> {
    const row = await transaction.db
      .selectFrom('dataset_schedule')
      .selectAll()
      .where('dataset', '=', dataset.name)
      .executeTakeFirst();
    await this.ensureOf(transaction, dataset, row);
  }

  private async ensureOf(
    transaction: WriteTransaction,
    dataset: ScheduledDataset,
    row: DatasetScheduleRow | undefined,
  ): Promise<void> {
    if (row !== undefined && !this.isOutdated(row, dataset.schedule)) return;
    await this.begin(transaction, dataset, row);
  }

  private async run(
    transaction: WriteTransaction,
    dataset: ScheduledDataset,
    due: DueRun,
  ): Promise<Decision> {
    const { dueAt, range } = due;
    const now = this.clock.now();
    const { result, isRechecked } = await this.start(transaction, dataset, due, now);
    const at = toInstant(dueAt);
    await transaction.db
      .updateTable('dataset_schedule')
      .set({
        decided_until: at,
        ...(result.outcome === 'started' ? { covered_until: at } : {}),
        ...(isRechecked ? { rechecked_until: at } : {}),
        last_due_at: at,
        last_at: toInstant(now),
        last_outcome: result.outcome,
        last_batch_id: result.outcome === 'started' ? result.batch.batch_id : result.batchId,
      })
      .where('dataset', '=', dataset.name)
      .execute();
    return { decidedUntil: dueAt, run: { ...result, dueAt: at, range } };
  }

  private async start(
    transaction: WriteTransaction,
    dataset: ScheduledDataset,
    { range: { start_date: start, end_date: end }, recheckDays }: DueRun,
    now: number,
  ): Promise<{
    readonly result: ScheduleRunResult;
    /** Whether the batch has the days to recheck, if there are any. */
    readonly isRechecked: boolean;
  }> {
    const { name, expected, fingerprint, target, timeZone, schedule } = dataset;
    const { mode } = schedule;
    const own = { dataset: name, start, end };
    const { recorded, overlaps } = await readRange(transaction, { ...own, target, expected });
    if (overlaps !== null) {
      return { result: { outcome: 'skipped_overlap', batchId: overlaps }, isRechecked: false };
    }
    const order = 'asc';
    const today = calendarDayAt(now, timeZone);
    const input = { start, end, order, mode, today, ...recorded } as const;
    const planned = await planInSlices(input, transaction.turn);
    const { days, isVerified, isRechecked } = await this.recheck(
      transaction,
      dataset,
      planned,
      recheckDays,
    );
    const range = { ...own, start: days[0]?.day ?? start, end: days.at(-1)?.day ?? end };
    const { batch } = await this.creation.insert(
      transaction,
      {
        ...{ ...range, fingerprint, mode, order, retryOf: null, by: STARTED_BY_SCHEDULE },
        verify: mode === 'verify' || isVerified ? 'repair' : null,
        ...{ at: toInstant(now), unixSeconds: Math.floor(now / 1_000) },
      },
      days,
      countDays(range.start, range.end) === days.length ? 'all' : 'chosen',
    );
    return { result: { outcome: 'started', batch }, isRechecked };
  }

  /**
   * The plan with the days that are to be verified as well. If an active batch has days of the longer range, the newest
   * days do not wait for it: the next run verifies the others.
   */
  private async recheck(
    transaction: WriteTransaction,
    dataset: ScheduledDataset,
    planned: readonly PlannedDay[],
    rechecks: readonly CalendarDay[],
  ): Promise<{
    readonly days: readonly PlannedDay[];
    readonly isVerified: boolean;
    readonly isRechecked: boolean;
  }> {
    const [first] = rechecks;
    const last = planned.at(-1)?.day;
    const { name, expected, target } = dataset;
    const alone = { days: planned, isVerified: false };
    if (first === undefined || last === undefined) return { ...alone, isRechecked: true };
    const start = planned.reduce((earliest, { day }) => earlierDay(earliest, day), first);
    const range = { dataset: name, start, end: last, target, expected };
    const { recorded, overlaps } = await readRange(transaction, range);
    if (overlaps !== null) return { ...alone, isRechecked: false };
    const days = withRechecks(planned, rechecks, recorded);
    const isVerified = days.some(({ reason }) => reason === 'verify');
    return { days: isVerified ? days : planned, isVerified, isRechecked: true };
  }

  /**
   * Counts a schedule from now on. Of one that is paused, the days of the pause are still to come.
   * @returns the instant from which the schedule counts
   */
  private async begin(
    { db }: WriteTransaction,
    { name, schedule: { cron, timeZone } }: ScheduledDataset,
    row: DatasetScheduleRow | undefined,
  ): Promise<number> {
    const now = this.clock.now();
    const at = toInstant(now);
    const isPaused = row !== undefined && row.paused_at !== null;
    const covered = isPaused && row.covered_until < at ? row.covered_until : at;
    // Which days are rechecked does not depend on the times of the schedule. The first run has those of today as well.
    const beforeToday = dayStart(calendarDayAt(now, timeZone), timeZone) - 1;
    const known = row?.rechecked_until ?? row?.covered_until ?? toInstant(beforeToday);
    const begun = {
      ...{ cron, time_zone: timeZone, decided_until: at, covered_until: covered },
      rechecked_until: known < at ? known : at,
    };
    await db
      .insertInto('dataset_schedule')
      .values({ dataset: name, ...begun })
      .onConflict((conflict) => conflict.column('dataset').doUpdateSet(begun))
      .execute();
    return now;
  }

  private isOutdated(row: DatasetScheduleRow, { cron, timeZone }: Schedule): boolean {
    const ahead = Date.parse(row.decided_until) - this.clock.now();
    return row.cron !== cron || row.time_zone !== timeZone || ahead > CLOCK_WAS_WRONG_MS;
  }
}
