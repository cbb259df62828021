import type { CalendarDay, Outcome, SkipReason } from '@daysync/progress';
import { sql, type Expression, type RawBuilder } from 'kysely';
import type { WriteTransaction } from '../../database/database.js';
import { type Statement, preparedStatement } from '../../database/prepared-statement.js';
import type { DayErrorColumns, SyncRecordRow } from '../../database/schema.js';
import type { DayError, SourceAnswer } from '../../sources/day-source.js';

/** Those that lists read: the bodies of thousands of answers would take megabytes. */
export const LISTED_ERROR_COLUMNS = [
  'error_code',
  'error_text',
  'error_row',
  'error_column',
  'answer_status',
] as const satisfies readonly (keyof DayErrorColumns)[];

export const ERROR_COLUMNS = [
  ...LISTED_ERROR_COLUMNS,
  'answer_body',
] as const satisfies readonly (keyof DayErrorColumns)[];

/** The columns of a record beside those of its error. */
export const RECORD_COLUMNS = [
  'dataset',
  'day',
  'status',
  'reason',
  'rows',
  'fetched_rows',
  'quarantined_rows',
  'fingerprint',
  'synced_rows',
  'marks',
  'attempts',
  'duration_ms',
  'last_batch_id',
  'last_tried_at',
  'last_success_at',
  'target_version',
] as const satisfies readonly (keyof SyncRecordRow)[];

/** The error of a day as lists have it: of the answer that it is about, only the status. */
export type ListedError = Omit<DayError, 'answer'> & {
  readonly answer?: Pick<SourceAnswer, 'status'>;
};

export function readDayError(row: DayErrorColumns): DayError | null {
  const { answer_body: body } = row;
  const listed = readListedError(row);
  if (listed === null) return null;
  const { answer, ...error } = listed;
  return answer === undefined ? error : { ...error, answer: { ...answer, body } };
}

export function readListedError(
  row: Pick<DayErrorColumns, (typeof LISTED_ERROR_COLUMNS)[number]>,
): ListedError | null {
  if (row.error_code === null) return null;
  const { error_code: code, error_text: text, error_row, error_column: column } = row;
  const { answer_status: status } = row;
  const error = { code, text: text ?? '', row: error_row, column };
  return status === null ? error : { ...error, answer: { status } };
}

export function writeDayError(error: DayError | null): DayErrorColumns {
  return {
    error_code: error?.code ?? null,
    error_text: error?.text ?? null,
    error_row: error?.row ?? null,
    error_column: error?.column ?? null,
    answer_status: error?.answer?.status ?? null,
    answer_body: error?.answer?.body ?? null,
  };
}

/** The last try of a day, as its record keeps it. */
export interface LastTry extends DayErrorColumns {
  readonly dataset: string;
  readonly day: CalendarDay;
  readonly status: Outcome;
  readonly reason: SkipReason | null;
  readonly rows: number | null;
  readonly fetched_rows: number | null;
  readonly quarantined_rows: number | null;
  /** Null unless the source has answered, with rows or that there are none. */
  readonly fingerprint: string | null;
  readonly synced_rows: number | null;
  /** What it is marked for. */
  readonly marks: string | null;
  readonly attempts: number;
  readonly duration_ms: number | null;
  readonly last_batch_id: string;
  readonly last_tried_at: string;
  /** Null unless it succeeded. */
  readonly target_version: number | null;
}

/** What the record of a day has of its rows when it failed: of the last success, its time, target and rows stay. */
export const NO_ROWS = {
  rows: null,
  fetched_rows: null,
  quarantined_rows: null,
  fingerprint: null,
  synced_rows: null,
  marks: null,
  target_version: null,
} as const satisfies Partial<LastTry>;

/** The columns that keep their value where the last try has none. */
const KEPT_COLUMNS = ['last_success_at', 'target_version', 'fingerprint', 'synced_rows'] as const;

const upsertRecord = preparedStatement<LastTry & Pick<SyncRecordRow, 'last_success_at'>>(
  ({ db }, params) => {
    const columns = params(...RECORD_COLUMNS, ...ERROR_COLUMNS);
    const { dataset: _dataset, day: _day, ...changed } = columns;
    // A finding and marks are about the rows of before.
    const stillSo = (
      known: Expression<string | null>,
      next = sql<string | null>`null`,
    ): RawBuilder<string | null> =>
      sql`case when excluded.fingerprint is null then ${known} else ${next} end`;
    return db
      .insertInto('sync_record')
      .values(columns)
      .onConflict((conflict) =>
        conflict.columns(['dataset', 'day']).doUpdateSet((known) => ({
          ...changed,
          finding: stillSo(known.ref('sync_record.finding')),
          finding_rows: stillSo(known.ref('sync_record.finding_rows')),
          marks: stillSo(known.ref('sync_record.marks'), sql`excluded.marks`),
          accepted_at: stillSo(known.ref('sync_record.accepted_at')),
          accepted_by: stillSo(known.ref('sync_record.accepted_by')),
          ...Object.fromEntries(
            KEPT_COLUMNS.map((column) => [
              column,
              known.fn.coalesce(changed[column], known.ref(`sync_record.${column}`)),
            ]),
          ),
        })),
      );
  },
);

/** Writes the record of a day. After a failure the time, the target and the fingerprint of the last success stay. */
export async function writeRecord(transaction: WriteTransaction, lastTry: LastTry): Promise<void> {
  await upsertRecord(transaction, valuesOf(lastTry));
}

/** The same as a statement, for PostgreSQL. */
export function recordStatement(lastTry: LastTry): Statement {
  return upsertRecord.compile(valuesOf(lastTry));
}

/** A day whose rows have replaced those that other datasets wrote to the same table. */
export interface ReplacedDay {
  readonly dataset: string;
  readonly day: CalendarDay;
  /** The key of the table. */
  readonly table_key: string;
}

const detachOthers = preparedStatement<ReplacedDay>(({ db }, params) => {
  const { dataset, day, table_key } = params('dataset', 'day', 'table_key');
  return (
    db
      .updateTable('sync_record')
      .set({ target_version: null })
      .where('day', '=', day)
      // The records are found by their key.
      .where('dataset', 'in', (others) =>
        others
          .selectFrom('target_version as other')
          .select('other.dataset')
          .where('other.table_key', '=', table_key)
          .where('other.dataset', '<>', dataset),
      )
      .where('target_version', 'in', (versions) =>
        versions
          .selectFrom('target_version as version')
          .select('version.id')
          .where('version.table_key', '=', table_key),
      )
  );
});

/** The rows of the day are gone that the records of other datasets are about: the day is missing there. */
export async function detachRecords(
  transaction: WriteTransaction,
  replaced: ReplacedDay,
): Promise<void> {
  await detachOthers(transaction, replaced);
}

/** The same as a statement, for PostgreSQL. */
export function detachStatement(replaced: ReplacedDay): Statement {
  return detachOthers.compile(replaced);
}

function valuesOf(lastTry: LastTry): LastTry & Pick<SyncRecordRow, 'last_success_at'> {
  const last_success_at = lastTry.status === 'success' ? lastTry.last_tried_at : null;
  return { ...lastTry, last_success_at };
}

/** What a comparison of a day with its source leaves in its record. */
export type VerifiedDay = Pick<
  SyncRecordRow,
  | 'dataset'
  | 'day'
  | 'verified_at'
  | 'finding'
  | 'finding_rows'
  | 'fingerprint'
  | 'synced_rows'
  | 'target_version'
>;

const setVerified = preparedStatement<VerifiedDay>(({ db }, params) => {
  const { dataset, day, fingerprint, synced_rows, target_version, ...found } = params(
    'dataset',
    'day',
    'verified_at',
    'finding',
    'finding_rows',
    'fingerprint',
    'synced_rows',
    'target_version',
  );
  return (
    db
      .updateTable('sync_record')
      // What is the same in source and target is known of the day from now on.
      .set((set) => ({
        ...found,
        fingerprint: set.fn.coalesce(fingerprint, set.ref('fingerprint')),
        synced_rows: set.fn.coalesce(synced_rows, set.ref('synced_rows')),
        // Without one, the rows of another dataset have replaced those of the day.
        target_version: sql<
          number | null
        >`case when ${set.ref('target_version')} is not null then coalesce(${target_version}, ${set.ref('target_version')}) end`,
      }))
      .where('dataset', '=', dataset)
      .where('day', '=', day)
  );
});

/** Writes what a comparison has found. The outcome of the day stays as it is. */
export async function writeVerified(
  transaction: WriteTransaction,
  verified: VerifiedDay,
): Promise<void> {
  await setVerified(transaction, verified);
}

/** What a move leaves in the record of a day: its rows, as they are in another target now. */
export type MovedDay = Pick<
  SyncRecordRow,
  'dataset' | 'day' | 'fingerprint' | 'synced_rows' | 'target_version'
>;

const setMoved = preparedStatement<MovedDay>(({ db }, params) => {
  const { dataset, day, ...columns } = params(
    'dataset',
    'day',
    'fingerprint',
    'synced_rows',
    'target_version',
  );
  return db
    .updateTable('sync_record')
    .set(columns)
    .where('dataset', '=', dataset)
    .where('day', '=', day);
});

/** Writes where the rows of a day are now. All else of its record is about the same rows, and stays. */
export async function writeMoved(transaction: WriteTransaction, moved: MovedDay): Promise<void> {
  await setMoved(transaction, moved);
}

/** The same as a statement, for PostgreSQL. */
export function movedStatement(moved: MovedDay): Statement {
  return setMoved.compile(moved);
}

/** The same as a statement, for PostgreSQL. */
export function verifiedStatement(verified: VerifiedDay): Statement {
  return setVerified.compile(verified);
}
