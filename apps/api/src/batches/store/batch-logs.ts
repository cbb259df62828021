import { isTerminal, type CalendarDay } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import { mapInSlices } from '../../config/slices.js';
import { Database } from '../../database/database.js';
import type { BatchDayRow, Schema } from '../../database/schema.js';
import {
  batchLog,
  byTime,
  DAY_LOG_COLUMNS,
  dayLog,
  mergeLogs,
  type DayLogRow,
  type LogKind,
  type SyncLogEntry,
} from '../sync-log.js';
import { changedSince, encodeDaysCursor, START, type DaysCursor } from './days-cursor.js';

/** Which entries of a batch are asked for. */
export interface LogFilter {
  /** Only the days that have changed since this cursor, each with all its entries. */
  readonly known: DaysCursor;
  /** Only these kinds; null for all. */
  readonly kinds: readonly LogKind[] | null;
  /** At most so many, the latest; null for all. Changed days are whole: the last of them, and the batch, may add some. */
  readonly limit: number | null;
}

export interface BatchLogPage {
  /** In the order of time. */
  readonly items: readonly SyncLogEntry[];
  /** Whether earlier entries were left out. */
  readonly truncated: boolean;
  readonly cursor: string;
  /** Whether the batch had ended: nothing is added any more. */
  readonly hasEnded: boolean;
}

/** An entry of a day, with its batch. */
export type DayLogEntry = SyncLogEntry & { readonly batchId: string };

/** A day shows its entries of so many batches, the latest. */
const MOST_BATCHES = 20;

type Days = SelectQueryBuilder<
  Schema,
  'batch_day',
  DayLogRow & Pick<BatchDayRow, 'lane' | 'position' | 'rev'>
>;

/** Reads the logs of batches and days. */
@Injectable()
export class BatchLogs {
  constructor(private readonly database: Database) {}

  /** Undefined if there is no such batch. */
  async ofBatch(batchId: string, filter: LogFilter): Promise<BatchLogPage | undefined> {
    const { known, kinds, limit } = filter;
    const { longRead } = this.database;
    const batch = await longRead
      .selectFrom('batch')
      .selectAll()
      .where('batch_id', '=', batchId)
      .executeTakeFirst();
    if (batch === undefined) return undefined;
    const all = longRead
      .selectFrom('batch_day')
      .select([...DAY_LOG_COLUMNS, 'lane', 'position', 'rev'])
      .where('batch_id', '=', batchId)
      .where(changedSince(known));
    const isAll = kinds !== null || known !== START || limit === null;
    // Read before the days: what changes in between comes again with the next answer.
    const revs = isAll ? null : await latestRevs(longRead, batchId).execute();
    // One of the latest entries belongs to one of the days that have changed last.
    const days = await (isAll ? all : latestDays(all, limit + 1)).execute();
    const inOrder = days.toSorted((one, other) => one.position - other.position);
    const wanted = kinds === null ? null : new Set(kinds);
    const merged = await mergeLogs(batchLog(batch), await mapInSlices(inOrder, dayLog));
    const entries = merged.filter(({ kind }) => wanted?.has(kind) ?? true);
    const cursor = encodeDaysCursor(known, revs ?? days);
    const most = limit ?? entries.length;
    const items = known === START ? entries.slice(-most) : latestWholeDays(entries, most);
    const truncated = items.length < entries.length;
    return { items, truncated, cursor, hasEnded: isTerminal(batch.status) };
  }

  /** The entries of a day in its latest batches, in the order of time. */
  async ofDay(dataset: string, day: CalendarDay): Promise<readonly DayLogEntry[]> {
    const rows = await this.database.longRead
      .selectFrom('batch')
      .innerJoin('batch_day', 'batch_day.batch_id', 'batch.batch_id')
      .where('batch.dataset', '=', dataset)
      .where('batch.start_date', '<=', day)
      .where('batch.end_date', '>=', day)
      .where('batch_day.day', '=', day)
      .select(DAY_LOG_COLUMNS.map((column) => `batch_day.${column}` as const))
      .select('batch.batch_id')
      .orderBy('seq', 'desc')
      .limit(MOST_BATCHES)
      .execute();
    return rows
      .flatMap(({ batch_id: batchId, ...row }) =>
        dayLog(row).map((entry) => ({ ...entry, batchId })),
      )
      .sort(byTime);
  }
}

/** The entries of the batch, and of the latest days as far as they fit: a day has all of its entries or none. */
function latestWholeDays(entries: readonly SyncLogEntry[], most: number): readonly SyncLogEntry[] {
  if (entries.length <= most) return entries;
  const counts = new Map<CalendarDay | null, number>();
  for (const { day } of entries) counts.set(day, (counts.get(day) ?? 0) + 1);
  const kept = new Set<CalendarDay | null>([null]);
  let count = counts.get(null) ?? 0;
  for (const { day } of entries.toReversed()) {
    if (kept.has(day)) continue;
    count += counts.get(day) ?? 0;
    if (count > most && kept.size > 1) break;
    kept.add(day);
  }
  return entries.filter(({ day }) => kept.has(day));
}

/** The latest `rev` of each lane, and of the changes of the whole batch. */
function latestRevs(
  db: Kysely<Schema>,
  batchId: string,
): SelectQueryBuilder<Schema, 'batch_day', Pick<BatchDayRow, 'lane' | 'rev'>> {
  return db
    .selectFrom('batch_day')
    .select(['lane', (select) => select.fn.max('rev').as('rev')])
    .where('batch_id', '=', batchId)
    .groupBy('lane');
}

function latestDays(days: Days, count: number): Days {
  const changed = sql<string>`coalesce(finished_at, started_at, logged_at)`;
  return days.where(changed, 'is not', null).orderBy(changed, 'desc').limit(count);
}
