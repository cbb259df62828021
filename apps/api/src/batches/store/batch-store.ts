import { ACTIVE_STATUSES, isTerminal, type DayRange, type Progress } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import { Database } from '../../database/database.js';
import type { BatchDayRow, BatchRow, Schema } from '../../database/schema.js';
import type { ExpectedDays } from '../../datasets/expected/expected-days.js';
import { readExpectedDays, type RuledDataset } from '../../datasets/expected/settled-days.js';
import { progressOf, progressOfRow } from '../batch-progress.js';
import { fitsFilter, type BatchFilter } from './batch-filter.js';
import { readStates } from './batch-reading.js';
import { changedSince, type DaysCursor } from './days-cursor.js';
import { LISTED_ERROR_COLUMNS } from './sync-record.js';
import { readRange, type RangeState, type TargetRange } from '../range-state.js';

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** A batch of the list. */
export type ListedBatch = Progress & {
  /** Of a queued batch, from 1: so many batches are queued up to it. */
  readonly queue_place: number | null;
};

interface PageBounds {
  readonly limit: number;
  readonly offset: number;
}

const LISTED_DAY_COLUMNS = [
  'batch_day.day',
  'batch_day.state',
  'batch_day.reason',
  'batch_day.lane',
  'batch_day.attempts',
  'batch_day.next_at',
  'batch_day.rows',
  'batch_day.quarantined_rows',
  'batch_day.marks',
  'batch_day.duration_ms',
  'batch_day.started_at',
  'batch_day.finished_at',
  'batch_day.rev',
  ...LISTED_ERROR_COLUMNS.map((column) => `batch_day.${column}` as const),
] as const;
type ListedColumn<Column> = Column extends `batch_day.${infer Name}` ? Name : never;
/** A day of a batch as lists have it. */
export type ListedDayRow = Pick<
  BatchDayRow,
  ListedColumn<(typeof LISTED_DAY_COLUMNS)[number]> & keyof BatchDayRow
>;

type Batches = SelectQueryBuilder<Schema, 'batch', object>;

/** Reads batches and their days. */
@Injectable()
export class BatchStore {
  constructor(private readonly database: Database) {}

  expectedDays(dataset: RuledDataset, range: DayRange): Promise<ExpectedDays> {
    return readExpectedDays(this.database.read, dataset, range);
  }

  range(range: TargetRange): Promise<RangeState> {
    const { dialect, longRead: db } = this.database;
    return readRange({ db, dialect }, range);
  }

  /** The durations of the latest `count` tries of a dataset, in milliseconds. */
  async latestDurations(dataset: string, count: number): Promise<number[]> {
    const rows = await this.database.longRead
      .selectFrom('sync_record')
      .select('duration_ms')
      .where('dataset', '=', dataset)
      .where('duration_ms', 'is not', null)
      .orderBy('last_tried_at', 'desc')
      .limit(count)
      .execute();
    return rows.flatMap(({ duration_ms }) => duration_ms ?? []);
  }

  async latest(dataset: string): Promise<Progress | undefined> {
    const row = await this.database.read
      .selectFrom('batch')
      .selectAll()
      .where('dataset', '=', dataset)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const [progress] = await this.progressOf([row]);
    return progress;
  }

  /** Running batches first, then the other active ones in the order of the queue, then ended ones, the newest first. */
  async list(filter: BatchFilter & PageBounds): Promise<Page<ListedBatch>> {
    const query: Batches = this.database.read
      .selectFrom('batch')
      .where((where) => fitsFilter(where, filter));
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await selectPage(this.database.read, query, filter).execute();
    const items = await this.progressOf(rows);
    const places = await this.queuePlaces(items);
    return {
      items: items.map((item) => ({ ...item, queue_place: places.get(item.task_id) ?? null })),
      total,
    };
  }

  /** The places of the queued ones among these batches. They begin in this order, as far as their datasets are free. */
  private async queuePlaces(batches: readonly Progress[]): Promise<ReadonlyMap<string, number>> {
    const queued = batches.filter(({ status }) => status === 'queued');
    if (queued.length === 0) return new Map();
    const places = this.database.read
      .selectFrom('batch')
      .select((select) => [
        'batch_id',
        select.fn
          .agg<number>('row_number')
          .over((over) => over.orderBy('seq'))
          .as('place'),
      ])
      .where('status', '=', 'queued');
    const rows = await this.database.read
      .selectFrom(places.as('queue'))
      .selectAll()
      .where(
        'batch_id',
        'in',
        queued.map(({ task_id }) => task_id),
      )
      .execute();
    return new Map(rows.map(({ batch_id, place }) => [batch_id, place]));
  }

  /** The progress of batches; active ones are read again, with their lanes. */
  private async progressOf(rows: readonly BatchRow[]): Promise<Progress[]> {
    const active = rows.filter(({ status }) => !isTerminal(status));
    const batchIds = active.map(({ batch_id }) => batch_id);
    const states = batchIds.length === 0 ? [] : await readStates(this.database.read, { batchIds });
    const newest = new Map(states.map((state) => [state.batch.batch_id, progressOf(state)]));
    return rows.map((row) => newest.get(row.batch_id) ?? progressOfRow(row));
  }

  /**
   * The days of a batch in its order, of one committed state, without what only the page of a day shows. Undefined if
   * there is no such batch.
   * @param known only days that have changed since this cursor
   */
  async days(batchId: string, known: DaysCursor): Promise<readonly ListedDayRow[] | undefined> {
    // One statement reads one state. Even without a changed day it has a row for the batch.
    const rows = await this.database.longRead
      .selectFrom('batch')
      .leftJoin('batch_day', (join) =>
        join.onRef('batch_day.batch_id', '=', 'batch.batch_id').on(changedSince(known)),
      )
      .where('batch.batch_id', '=', batchId)
      .select(LISTED_DAY_COLUMNS)
      .orderBy('position')
      .execute();
    if (rows.length === 0) return undefined;
    return rows.filter((row): row is typeof row & ListedDayRow => row.day !== null);
  }
}

/**
 * A page of batches. Ended ones are read by an index, only as far as the page needs them: there can be any number, and
 * sorting all would take too long.
 */
function selectPage(
  db: Kysely<Schema>,
  batches: Batches,
  { limit, offset }: PageBounds,
): SelectQueryBuilder<Schema, 'batch', BatchRow> {
  const active = batches.where('status', 'in', ACTIVE_STATUSES);
  const ended = batches.where('status', 'not in', ACTIVE_STATUSES);
  const skipped = db
    .selectFrom(active.select('seq').limit(offset).as('skipped'))
    .select((select) => select.fn.countAll().as('count'));
  const activePart = active
    .selectAll()
    .orderBy((order) => order('status', '=', 'running'), 'desc')
    .orderBy('seq')
    .limit(limit)
    .offset(offset);
  const endedPart = ended
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(limit)
    .offset(sql<number>`${offset} - ${skipped}`);
  const found = db
    .selectFrom(activePart.as('active'))
    .selectAll()
    .unionAll(db.selectFrom(endedPart.as('ended')).selectAll());
  return (
    db
      .selectFrom(found.as('batch'))
      .selectAll()
      .orderBy((order) => order('status', 'in', ACTIVE_STATUSES), 'desc')
      .orderBy((order) => order('status', '=', 'running'), 'desc')
      // The queue in its order; ended batches by the newest first.
      .orderBy((order) =>
        order
          .case()
          .when('status', 'in', ACTIVE_STATUSES)
          .then(order.ref('seq'))
          .else(order.neg(order.ref('seq')))
          .end(),
      )
      .limit(limit)
  );
}

/** The first queued batch whose dataset no other batch occupies. */
export function selectNextQueued(
  db: Kysely<Schema>,
  except: readonly string[],
): Promise<BatchRow | undefined> {
  let query = db
    .selectFrom('batch')
    .selectAll()
    .where('status', '=', 'queued')
    .where('dataset', 'not in', (occupied) =>
      occupied
        .selectFrom('batch')
        .select('dataset')
        .where('status', 'in', ['running', 'paused', 'cancelling']),
    )
    .orderBy('seq')
    .limit(1);
  if (except.length > 0) query = query.where('batch_id', 'not in', except);
  return query.executeTakeFirst();
}
