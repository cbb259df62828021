import { calendarDayAt, type DayRange } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/environment.js';
import { STARTED_BY_SCHEDULE } from '../config/auth-tokens.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { BatchRow, DatasetScheduleRow } from '../database/schema.js';
import type { Dataset } from '../datasets/dataset.js';
import type { Schedule } from '../datasets/schedule.js';
import { BatchCreation } from '../batches/store/batch-creation.js';
import { planDays } from '../batches/plan.js';
import { readRange } from '../batches/range-state.js';
import { dueRun, type DueRun } from './due-run.js';

/** A dataset that has a schedule. */
export type ScheduledDataset = Dataset & { readonly schedule: Schedule };

/** What became of a run. */
export type ScheduleRunResult =
  | { readonly outcome: 'started'; readonly batch: BatchRow }
  /** An active batch has some of its days: this one. */
  | { readonly outcome: 'skipped_overlap'; readonly batchId: string };

/** What a look at a schedule came to. */
export interface Decision {
  /** Up to when its times are decided now, in milliseconds since the epoch. */
  readonly decidedUntil: number;
  /** What this look has decided; null where nothing was due, or another process has decided it. */
  readonly run: (ScheduleRunResult & { readonly dueAt: string; readonly range: DayRange }) | null;
}

/**
 * Further ahead of the clock than this a schedule can't have come: the clock was wrong then. Less than it a clock is
 * set back in its ordinary life, and then no time may fire twice.
 */
const CLOCK_WAS_WRONG_MS = 3_600_000;

/**
 * Runs in the database. What is due, that it is decided, and the batch that it leads to are one transaction, beside
 * which there is no other start: of all processes one fires, and no crash can lose a run or have it twice.
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
   * Knows the schedules from now on: those that are new or have changed count from now, those that are gone are
   * forgotten.
   * @throws {DatabaseUnavailableError}
   */
  async adopt(datasets: readonly ScheduledDataset[]): Promise<void> {
    await this.database.write('fire', async (transaction) => {
      await transaction.lockExclusive('start');
      const { db } = transaction;
      const known = await db.selectFrom('dataset_schedule').selectAll().execute();
      const rows = new Map(known.map((row) => [row.dataset, row]));
      for (const dataset of datasets) {
        const row = rows.get(dataset.name);
        if (row === undefined || this.isOutdated(row, dataset.schedule)) {
          await this.begin(transaction, dataset);
        }
        rows.delete(dataset.name);
      }
      for (const name of rows.keys()) {
        await db.deleteFrom('dataset_schedule').where('dataset', '=', name).execute();
      }
    });
  }

  /**
   * Decides what is due of a schedule: starts its batch, or skips it. Durable when this resolves.
   * @throws {DatabaseUnavailableError} nothing is decided then
   */
  decide(dataset: ScheduledDataset): Promise<Decision> {
    return this.database.write('fire', async (transaction): Promise<Decision> => {
      await transaction.lockExclusive('start');
      const row = await transaction.db
        .selectFrom('dataset_schedule')
        .selectAll()
        .where('dataset', '=', dataset.name)
        .executeTakeFirst();
      if (row === undefined) {
        // A process that does not have it configured has forgotten it.
        return { decidedUntil: await this.begin(transaction, dataset), run: null };
      }
      const decidedUntil = Date.parse(row.decided_until);
      const state = { decidedUntil, coveredUntil: Date.parse(row.covered_until) };
      const { maxRangeDays } = this.config;
      const due = dueRun(dataset.schedule, state, this.clock.now(), maxRangeDays);
      return due === null ? { decidedUntil, run: null } : this.fire(transaction, dataset, due);
    });
  }

  private async fire(
    transaction: WriteTransaction,
    dataset: ScheduledDataset,
    { dueAt, range }: DueRun,
  ): Promise<Decision> {
    const now = this.clock.now();
    const fired = await this.start(transaction, dataset, range, now);
    const at = toInstant(dueAt);
    await transaction.db
      .updateTable('dataset_schedule')
      .set({
        decided_until: at,
        ...(fired.outcome === 'started' ? { covered_until: at } : {}),
        last_due_at: at,
        last_at: toInstant(now),
        last_outcome: fired.outcome,
        last_batch_id: fired.outcome === 'started' ? fired.batch.batch_id : fired.batchId,
      })
      .where('dataset', '=', dataset.name)
      .execute();
    return { decidedUntil: dueAt, run: { ...fired, dueAt: at, range } };
  }

  private async start(
    transaction: WriteTransaction,
    { name, fingerprint, timeZone, schedule: { mode } }: ScheduledDataset,
    { start_date: start, end_date: end }: DayRange,
    now: number,
  ): Promise<ScheduleRunResult> {
    const range = { dataset: name, start, end };
    const { lastTries, overlaps } = await readRange(transaction.db, range);
    if (overlaps !== null) return { outcome: 'skipped_overlap', batchId: overlaps };
    const order = 'asc';
    const today = calendarDayAt(now, timeZone);
    const { batch } = await this.creation.insert(
      transaction,
      {
        ...{ ...range, fingerprint, mode, order, retryOf: null, by: STARTED_BY_SCHEDULE },
        ...{ at: toInstant(now), unixSeconds: Math.floor(now / 1_000) },
      },
      planDays({ start, end, order, mode, today, lastTries }),
    );
    return { outcome: 'started', batch };
  }

  /** @returns the instant from which on the schedule counts */
  private async begin(
    { db }: WriteTransaction,
    { name, schedule: { cron, timeZone } }: ScheduledDataset,
  ): Promise<number> {
    const now = this.clock.now();
    const at = toInstant(now);
    const begun = { cron, time_zone: timeZone, decided_until: at, covered_until: at };
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
