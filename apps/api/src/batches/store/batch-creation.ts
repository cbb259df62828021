import { sql, type SqlBool } from 'kysely';
import {
  ACTIVE_STATUSES,
  compareDays,
  isTerminal,
  type BatchStatus,
  type CalendarDay,
  type DayOrder,
  type Outcome,
  type SyncMode,
  type VerifyAction,
} from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { Database, type WriteTransaction } from '../../database/database.js';
import type { BatchDayRow, BatchRow } from '../../database/schema.js';
import type { Expectation, ExpectedDays } from '../../datasets/expected/expected-days.js';
import { readExpectedDays } from '../../datasets/expected/settled-days.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { isOutdated } from '../../datasets/file/stored-datasets-file.js';
import { planChosen, type PlannedDay, type RecordedDays } from '../plan.js';
import { findOverlap, readRange, type BatchRange, type TargetRange } from '../range-state.js';
import { BatchTracing, type TraceColumns } from '../batch-tracing.js';
import { LiveView } from '../live-view.js';
import type { TraceContext } from '../../tracing/trace-context.js';
import { findEarlier, saveKey, type Earlier, type StartKey } from './idempotency-keys.js';
import { countSkips, insertDays } from './planned-days.js';
import { failedDays, IS_REPAIRED } from './repaired-days.js';

/** SQLite binds at most 32,766 values to a statement. */
const DAYS_PER_READ = 500;

/** A request for a batch. */
export interface Asked {
  readonly at: string;
  /** The name of the caller's token; null without tokens. */
  readonly by: string | null;
  readonly key?: StartKey | null;
  /** The caller's span, which the trace of the batch continues. @default none */
  readonly caller?: TraceContext | null | undefined;
  /** Whole seconds since the epoch: the end of the `batch_id`, or the next free one after it. */
  readonly unixSeconds: number;
}

export interface NewBatch extends BatchRange, Asked {
  readonly fingerprint: string;
  readonly mode: SyncMode;
  /** Null unless the mode is `verify`. */
  readonly verify: VerifyAction | null;
  readonly order: DayOrder;
}

export interface NewRetry extends Asked {
  /** The `batch_id` of the batch whose failed days are tried again. */
  readonly parent: string;
  /** Only days that failed with one of these; null for all. */
  readonly codes: readonly string[] | null;
}

/** A request for the days of a dataset that have rows in quarantine. */
export interface NewQuarantineRetry extends Asked {
  readonly dataset: string;
  readonly fingerprint: string;
  readonly expected: Expectation | null;
  /** The first day and the last one, if the range is not open. */
  readonly start: CalendarDay | undefined;
  readonly end: CalendarDay | undefined;
  /** Only days with rows that have one of these; null for all. */
  readonly codes: readonly string[] | null;
}

/** A request for chosen days of a dataset. */
export interface NewDaysRetry extends Asked {
  readonly dataset: string;
  readonly fingerprint: string;
  readonly expected: Expectation | null;
  readonly days: readonly CalendarDay[];
}

interface Created {
  readonly kind: 'created';
  readonly batch: BatchRow;
}

/** An active batch has days of the same range. */
interface Overlaps {
  readonly kind: 'overlaps';
  readonly dataset: string;
  readonly batchId: string;
}

/** Null refuses the batch. */
type Planned = readonly PlannedDay[] | null;

/** Another process has taken in a datasets file that has another version of the dataset, or none. */
export interface OutdatedDataset {
  readonly kind: 'outdated_dataset';
  readonly dataset: string;
}

export type StartResult =
  | Created
  | Earlier
  | Overlaps
  | OutdatedDataset
  /** The plan is no longer the one that the caller has seen. */
  | { readonly kind: 'plan_changed' };

export type RetryResult =
  | Created
  | Earlier
  | Overlaps
  | OutdatedDataset
  /** An active retry of this parent. */
  | { readonly kind: 'active_child'; readonly batch: BatchRow }
  | { readonly kind: 'unknown_parent' }
  /** The parent has not ended. */
  | { readonly kind: 'parent_active'; readonly state: BatchStatus }
  /** The parent's dataset is no longer configured. */
  | { readonly kind: 'unknown_dataset'; readonly dataset: string }
  /** No day of the parent is still failed, or none with such a code. */
  | NothingLeft;

interface NothingLeft {
  readonly kind: 'nothing_left';
}

/** No day is left of those that were asked for. */
type ChosenDaysResult = Created | Earlier | Overlaps | OutdatedDataset | NothingLeft;

/**
 * Creates batches, each with its days and its idempotency key in one transaction. A known key returns its batch before
 * anything else is checked; of two requests with one key at once, the second waits for the first.
 */
@Injectable()
export class BatchCreation {
  constructor(
    private readonly database: Database,
    private readonly live: LiveView,
    private readonly tracing: BatchTracing,
  ) {}

  /**
   * Creates a batch for a range.
   * @param plan plans the days from the records of the range, as this transaction reads them; null refuses the batch
   */
  start(
    batch: NewBatch & TargetRange,
    plan: (recorded: RecordedDays, turn: () => Promise<void>) => Planned | Promise<Planned>,
  ): Promise<StartResult> {
    return this.once(batch, async (transaction): Promise<StartResult> => {
      const { dataset } = batch;
      if (await isOutdated(transaction.db, batch)) return { kind: 'outdated_dataset', dataset };
      const { recorded, overlaps } = await readRange(transaction, batch);
      if (overlaps !== null) return { kind: 'overlaps', dataset, batchId: overlaps };
      const days = await plan(recorded, transaction.turn);
      if (days === null) return { kind: 'plan_changed' };
      return this.insert(transaction, { ...batch, retryOf: null }, days);
    });
  }

  /**
   * Creates a batch for the failed days of an ended one whose record is still failed. Of two retries at once, the second
   * gets the batch of the first.
   * @param datasetOf a dataset as it is configured now; undefined for one that is not
   */
  retry(
    retry: NewRetry,
    datasetOf: (name: string) => Pick<Dataset, 'fingerprint' | 'expected'> | undefined,
  ): Promise<RetryResult> {
    return this.once(retry, async (transaction): Promise<RetryResult> => {
      const parent = await transaction.db
        .selectFrom('batch')
        .selectAll()
        .where('batch_id', '=', retry.parent)
        .executeTakeFirst();
      if (parent === undefined) return { kind: 'unknown_parent' };
      const child = await findActiveChild(transaction, retry.parent);
      if (child !== undefined) return { kind: 'active_child', batch: child };
      if (!isTerminal(parent.status)) return { kind: 'parent_active', state: parent.status };
      const { dataset, mode, verify, day_order: order } = parent;
      const configured = datasetOf(dataset);
      if (configured === undefined) return { kind: 'unknown_dataset', dataset };
      const { fingerprint } = configured;
      const expected = await readExpectedDays(transaction.db, {
        name: dataset,
        expected: configured.expected,
      });
      if (await isOutdated(transaction.db, { dataset, fingerprint })) {
        return { kind: 'outdated_dataset', dataset };
      }
      const failed = await stillFailed(transaction, parent, retry.codes);
      const start = failed[0]?.day;
      const end = failed.at(-1)?.day;
      if (start === undefined || end === undefined) return { kind: 'nothing_left' };
      const range = { dataset, start, end };
      const batchId = await findOverlap(transaction.db, range);
      if (batchId !== null) return { kind: 'overlaps', dataset, batchId };
      if (order === 'desc') failed.reverse();
      const { at, by, caller, unixSeconds } = retry;
      return this.insert(
        transaction,
        {
          ...{ ...range, fingerprint, mode, verify, order, retryOf: parent.batch_id },
          ...{ at, by, caller, unixSeconds },
        },
        // They were tried: none can be in the future.
        failed.map(({ day, verifies }) =>
          planChosen(day, verifies === null ? 'failed' : 'verify', expected),
        ),
        'chosen',
      );
    });
  }

  /** Creates a batch for the days that have rows in quarantine. */
  retryQuarantine(retry: NewQuarantineRetry): Promise<ChosenDaysResult> {
    return this.once(retry, (transaction) =>
      this.chosen(transaction, retry, async (expected) => {
        const days = await daysInQuarantine(transaction, retry);
        return days.map((day) => planChosen(day, 'synced', expected));
      }),
    );
  }

  /** Creates a batch for chosen days, of those that have a record. */
  retryDays(retry: NewDaysRetry): Promise<ChosenDaysResult> {
    return this.once(retry, (transaction) =>
      this.chosen(transaction, retry, async (expected) => {
        const last = await lastTriesOf(transaction, retry);
        return [...last].map(([day, status]) =>
          planChosen(day, status === 'failed' ? 'failed' : 'synced', expected),
        );
      }),
    );
  }

  private async chosen(
    transaction: WriteTransaction,
    {
      at,
      by,
      caller,
      dataset,
      expected,
      fingerprint,
      unixSeconds,
    }: NewQuarantineRetry | NewDaysRetry,
    choose: (expected: ExpectedDays) => Promise<readonly PlannedDay[]>,
  ): Promise<ChosenDaysResult> {
    if (await isOutdated(transaction.db, { dataset, fingerprint })) {
      return { kind: 'outdated_dataset', dataset };
    }
    const days = await choose(await readExpectedDays(transaction.db, { name: dataset, expected }));
    const start = days[0]?.day;
    const end = days.at(-1)?.day;
    if (start === undefined || end === undefined) return { kind: 'nothing_left' };
    const range = { dataset, start, end };
    const batchId = await findOverlap(transaction.db, range);
    if (batchId !== null) return { kind: 'overlaps', dataset, batchId };
    return this.insert(
      transaction,
      // Its mode says what it does: it tries days that were synced.
      {
        ...{ ...range, fingerprint, mode: 'all', verify: null, order: 'asc', retryOf: null },
        ...{ at, by, caller, unixSeconds },
      },
      days,
      'chosen',
    );
  }

  /** The batch of a known key, for a request that would be refused now. */
  earlier(key: StartKey, at: string): Promise<Earlier | null> {
    return findEarlier(this.database.read, key, at);
  }

  private once<T extends StartResult | RetryResult | ChosenDaysResult>(
    { key = null, at }: Asked,
    create: (transaction: WriteTransaction) => Promise<T>,
  ): Promise<T | Earlier> {
    return this.database.write('start', async (transaction): Promise<T | Earlier> => {
      await transaction.lockExclusive('start');
      if (key === null) return create(transaction);
      const earlier = await findEarlier(transaction.db, key, at);
      if (earlier !== null) return earlier;
      const result = await create(transaction);
      if (result.kind === 'created') await saveKey(transaction, key, result.batch);
      return result;
    });
  }

  /**
   * Inserts a batch with its days. The transaction holds the lock `start`.
   * @param which whether it has all days of its range, or chosen ones: then it never gets more
   */
  async insert(
    transaction: WriteTransaction,
    batch: NewBatch & { readonly retryOf: string | null },
    days: readonly PlannedDay[],
    which: 'all' | 'chosen' = 'all',
  ): Promise<Created> {
    const trace = this.tracing.begin(batch.dataset, batch.caller ?? null);
    const chosen_days = which === 'chosen' ? 1 : 0;
    const row = await insertBatch(transaction, batch, days, { chosen_days, ...trace });
    await transaction.publish({ kind: 'batch_changed', batch_id: row.batch_id });
    this.live.batchChanged(transaction, { batch: row, lanes: [] });
    return { kind: 'created', batch: row };
  }
}

function findActiveChild({ db }: WriteTransaction, parent: string): Promise<BatchRow | undefined> {
  return db
    .selectFrom('batch')
    .selectAll()
    .where('retry_of', '=', parent)
    .where('status', 'in', ACTIVE_STATUSES)
    .executeTakeFirst();
}

/** The failed days of a batch that nothing has repaired, in the order of the calendar. */
async function stillFailed(
  { db }: WriteTransaction,
  { batch_id }: BatchRow,
  codes: readonly string[] | null,
): Promise<Pick<BatchDayRow, 'day' | 'verifies'>[]> {
  let query = failedDays(db)
    .select(['batch_day.day', 'batch_day.verifies'])
    .where('batch.batch_id', '=', batch_id)
    .where(sql<SqlBool>`not ${IS_REPAIRED}`);
  if (codes !== null) query = query.where('batch_day.error_code', 'in', codes);
  return query.orderBy('batch_day.day').execute();
}

/** The days that have rows in quarantine, in the order of the calendar. */
async function daysInQuarantine(
  { db }: WriteTransaction,
  { codes, dataset, end, start }: NewQuarantineRetry,
): Promise<CalendarDay[]> {
  let query = db
    .selectFrom('quarantined_row')
    .select('day')
    .distinct()
    .where('dataset', '=', dataset);
  if (start !== undefined) query = query.where('day', '>=', start);
  if (end !== undefined) query = query.where('day', '<=', end);
  if (codes !== null) query = query.where('code', 'in', codes);
  const rows = await query.orderBy('day').execute();
  // Rows without a day belong to none.
  return rows.flatMap(({ day }) => (day === '' ? [] : [day]));
}

/** How the last try of each of these days ended, of those that have a record; in the order of the calendar. */
async function lastTriesOf(
  { db }: WriteTransaction,
  { dataset, days }: NewDaysRetry,
): Promise<ReadonlyMap<CalendarDay, Outcome>> {
  const tries = new Map<CalendarDay, Outcome>();
  const sorted = days.toSorted(compareDays);
  for (let first = 0; first < sorted.length; first += DAYS_PER_READ) {
    const rows = await db
      .selectFrom('sync_record')
      .select(['day', 'status'])
      .where('dataset', '=', dataset)
      .where('day', 'in', sorted.slice(first, first + DAYS_PER_READ))
      .orderBy('day')
      .execute();
    for (const { day, status } of rows) tries.set(day, status);
  }
  return tries;
}

async function insertBatch(
  transaction: WriteTransaction,
  batch: NewBatch & { readonly retryOf: string | null },
  days: readonly PlannedDay[],
  more: Pick<BatchRow, 'chosen_days'> & TraceColumns,
): Promise<BatchRow> {
  const batch_id = await freeBatchId(transaction, batch);
  const row = await transaction.db
    .insertInto('batch')
    .values({
      batch_id,
      dataset: batch.dataset,
      fingerprint: batch.fingerprint,
      status: 'queued',
      start_date: batch.start,
      end_date: batch.end,
      mode: batch.mode,
      verify: batch.verify,
      day_order: batch.order,
      retry_of: batch.retryOf,
      ...more,
      total: days.length,
      planned_skips: countSkips(days),
      success: 0,
      failed: 0,
      skipped: 0,
      current_day: null,
      message_code: 'BATCH_STARTED',
      error_code: null,
      error_text: null,
      rev: 1,
      created_at: batch.at,
      started_at: null,
      running_since: null,
      updated_at: batch.at,
      finished_at: null,
      started_by: batch.by,
      control_verb: null,
      control_by: null,
      control_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await insertDays(transaction, { batchId: batch_id, days, first: 0, rev: row.rev });
  return row;
}

/** The id with the time of the start, or with the first later second that no batch of this range has. */
async function freeBatchId({ db }: WriteTransaction, batch: NewBatch): Promise<string> {
  const prefix = `${batch.start}_${batch.end}_`;
  // Hundreds of schedules may start the same range in one second: one statement finds all of their ids.
  const taken = await db
    .selectFrom('batch')
    .select('batch_id')
    .where('batch_id', '>=', `${prefix}${batch.unixSeconds}`)
    .where('batch_id', '<', `${prefix}:`)
    .execute();
  const ids = new Set(taken.map(({ batch_id }) => batch_id));
  let seconds = batch.unixSeconds;
  while (ids.has(`${prefix}${seconds}`)) seconds += 1;
  return `${prefix}${seconds}`;
}
