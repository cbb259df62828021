import { isTerminal, type CalendarDay } from '@daysync/progress';
import { sortInSlices } from '../config/slices.js';
import type { BatchDayRow, BatchRow } from '../database/schema.js';

// The log of a batch and of its days. Pure, but for the turns that a long one takes.
//
// The columns of a row already say when it was started last and how it ended. Only what they do not keep is stored beside
// them: earlier attempts, waits and controls. The commit of a day that succeeds at once therefore stores nothing.

export const LOG_KINDS = [
  'created',
  'started',
  'failed_attempt',
  'waiting',
  'requeued',
  'succeeded',
  'failed',
  'skipped',
  'paused',
  'resumed',
  'cancelled',
  'extended',
  'ended',
] as const;
export type LogKind = (typeof LOG_KINDS)[number];

/** Why a day was put back into the queue without an outcome. */
export type RequeueReason =
  | 'process_stopped'
  | 'process_crashed'
  | 'lease_expired'
  | 'target_unavailable';

/** Something that has happened to a day, or to its batch if `day` is null. */
export interface SyncLogEntry {
  readonly at: string;
  readonly day: CalendarDay | null;
  readonly kind: LogKind;
  /** Which attempt at the day it concerns, from 1. */
  readonly attempt: number | null;
  /** The code of an error, the reason of a skip or requeue, what a wait is for, or the state in which a batch ended. */
  readonly code: string | null;
  /** For people. */
  readonly text: string | null;
  /** When a wait ends, if that is known. */
  readonly until: string | null;
  /** The name of the token that asked for it. */
  readonly by: string | null;
  /** The rows that were written. */
  readonly rows: number | null;
}

/** An entry as it is stored: without its day, and without what it does not have. */
export type StoredLogEntry = Pick<SyncLogEntry, 'at' | 'kind'> &
  Partial<Omit<SyncLogEntry, 'at' | 'kind' | 'day'>>;

/** A day keeps its latest entries. */
export const MOST_DAY_ENTRIES = 20;
/** A batch keeps the latest of its own. */
const MOST_BATCH_ENTRIES = 50;
/** The whole text of an error stands beside the outcome. */
const MOST_TEXT = 500;

/** The stored log with more entries, without the oldest that are too many. */
export function appendLog(
  stored: string | null,
  entries: readonly StoredLogEntry[],
  most: number,
): string {
  const all = [...readLog(stored), ...entries.map(shortened)];
  return JSON.stringify(all.slice(-most));
}

function readLog(stored: string | null): readonly StoredLogEntry[] {
  return stored === null ? [] : (JSON.parse(stored) as StoredLogEntry[]);
}

function shortened(entry: StoredLogEntry): StoredLogEntry {
  const { text } = entry;
  if (text == null || text.length <= MOST_TEXT) return entry;
  return { ...entry, text: `${text.slice(0, MOST_TEXT - 1).toWellFormed()}…` };
}

const NOTHING = { attempt: null, code: null, text: null, until: null, by: null, rows: null };

function entryOf(day: CalendarDay | null, { at, kind, ...entry }: StoredLogEntry): SyncLogEntry {
  return { at, day, kind, ...NOTHING, ...entry };
}

/** The columns of a day that its log is made of. */
export const DAY_LOG_COLUMNS = [
  'day',
  'state',
  'reason',
  'attempts',
  'rows',
  'started_at',
  'finished_at',
  'error_code',
  'error_text',
  'log',
] as const satisfies readonly (keyof BatchDayRow)[];
export type DayLogRow = Pick<BatchDayRow, (typeof DAY_LOG_COLUMNS)[number]>;

/** The latest entries of a day in one batch, in their order. */
export function dayLog(row: DayLogRow): readonly SyncLogEntry[] {
  const stored = readLog(row.log);
  return [...stored, ...unstoredStart(row, stored), ...outcomeOf(row)]
    .slice(-MOST_DAY_ENTRIES)
    .map((entry) => entryOf(row.day, shortened(entry)));
}

/** Adds entries to the stored log of a day in flight, after its start. */
export function appendToAttempt(
  row: StartColumns & Pick<DayLogRow, 'log'>,
  entries: readonly StoredLogEntry[],
): string {
  const started = unstoredStart(row, readLog(row.log));
  return appendLog(row.log, [...started, ...entries], MOST_DAY_ENTRIES);
}

type StartColumns = Pick<DayLogRow, 'attempts' | 'started_at'>;

/** The start of the latest attempt. It is stored once the attempt has repeated requests or waited for its target. */
function unstoredStart(
  { attempts: attempt, started_at: at }: StartColumns,
  stored: readonly StoredLogEntry[],
): readonly StoredLogEntry[] {
  if (at === null) return [];
  const last = stored.findLastIndex(({ kind }) => kind === 'started');
  const isOver = stored
    .slice(last + 1)
    // A day that waits for its target stays in flight.
    .some(({ kind, code }) => kind === 'requeued' || (kind === 'waiting' && code !== 'target'));
  return last >= 0 && !isOver ? [] : [{ at, kind: 'started', attempt }];
}

function outcomeOf(row: DayLogRow): readonly StoredLogEntry[] {
  const { attempts, finished_at: at, error_code, error_text, reason, rows, state } = row;
  if (at === null) return [];
  const attempt = attempts === 0 ? null : attempts;
  switch (state) {
    case 'success':
      return [{ at, kind: 'succeeded', attempt, rows }];
    case 'failed':
      return [{ at, kind: 'failed', attempt, code: error_code, text: error_text }];
    case 'skipped':
      return [{ at, kind: 'skipped', attempt, code: reason }];
    case 'pending':
    case 'running':
      return [];
  }
}

export type BatchLogRow = Pick<
  BatchRow,
  | 'created_at'
  | 'started_by'
  | 'started_at'
  | 'finished_at'
  | 'status'
  | 'error_code'
  | 'error_text'
  | 'control_verb'
  | 'control_by'
  | 'control_at'
  | 'log'
>;

const CONTROL_KINDS = { pause: 'paused', resume: 'resumed', cancel: 'cancelled' } as const;

/** The entries of a batch itself, in their order. */
export function batchLog(row: BatchLogRow): readonly SyncLogEntry[] {
  const created = { at: row.created_at, kind: 'created', by: row.started_by } as const;
  const entries = [created, ...(row.log === null ? fromColumns(row) : readLog(row.log))];
  return [...entries, ...endOf(row)].map((entry) => entryOf(null, entry));
}

/** The stored log of a batch with another entry. */
export function appendBatchLog(row: ColumnEntries, entry: StoredLogEntry): string {
  // Once there is a log, the columns are not asked any more.
  const begun = row.log === null ? fromColumns(row) : [];
  return appendLog(row.log, [...begun, entry], MOST_BATCH_ENTRIES);
}

type ColumnEntries = Pick<
  BatchLogRow,
  'started_at' | 'control_verb' | 'control_by' | 'control_at' | 'log'
>;

/** What a batch of a version without a log still has. */
function fromColumns(row: ColumnEntries): readonly StoredLogEntry[] {
  const { started_at, control_at, control_by: by, control_verb } = row;
  const entries: StoredLogEntry[] = [];
  if (started_at !== null) entries.push({ at: started_at, kind: 'started' });
  if (control_at !== null && control_verb !== null) {
    entries.push({ at: control_at, kind: CONTROL_KINDS[control_verb], by });
  }
  return entries.sort(byTime);
}

function endOf(row: BatchLogRow): readonly StoredLogEntry[] {
  const { error_code, error_text: text, finished_at: at, status } = row;
  if (at === null || !isTerminal(status)) return [];
  return [{ at, kind: 'ended', code: error_code ?? status, text }];
}

/**
 * The log of a batch with its days, in the order of time. At one instant the batch comes before its days, in their order,
 * and its end after them.
 */
export function mergeLogs(
  batch: readonly SyncLogEntry[],
  days: readonly (readonly SyncLogEntry[])[],
): Promise<SyncLogEntry[]> {
  const isEnd = ({ kind }: SyncLogEntry): boolean => kind === 'ended';
  const before = batch.filter((entry) => !isEnd(entry));
  return sortInSlices([...before, ...days.flat(), ...batch.filter(isEnd)], byTime);
}

/** By their instants. The sort is stable: what has the same instant stays as it is. */
export function byTime({ at: one }: { at: string }, { at: other }: { at: string }): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
