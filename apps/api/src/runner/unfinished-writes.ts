import type { CalendarDay } from '@daysync/progress';
import type { Kysely } from 'kysely';
import type { DayMark } from '../batches/day-marks.js';
import type { Verification } from '../batches/day-outcome.js';
import {
  writeRecord,
  writeVerified,
  type LastTry,
  type VerifiedDay,
} from '../batches/store/sync-record.js';
import type { WriteTransaction } from '../database/database.js';
import { preparedStatement } from '../database/prepared-statement.js';
import type { Schema, UnfinishedWriteRow } from '../database/schema.js';
import type { TargetValue } from '../targets/column-types.js';
import { replaceQuarantined } from '../targets/quarantined-rows.js';

// A day of a target elsewhere is written there first, and its outcome is committed here then. Until it is, the outcome is
// kept here as an unfinished write: after a crash between the two, the day need not be fetched again.

/** What the commit of a day writes once its rows are in. */
export interface UnfinishedOutcome {
  readonly rows: number;
  readonly fingerprint: string;
  readonly durationMs: number;
  readonly marks: readonly DayMark[];
  readonly verification: Verification | null;
  /** Null for days without rows in quarantine. */
  readonly quarantined: {
    readonly fetched: number;
    readonly rows: readonly (readonly TargetValue[])[];
  } | null;
  readonly lastTry: LastTry;
  readonly verified: VerifiedDay | null;
}

export type UnfinishedWrite = Omit<UnfinishedWriteRow, 'outcome'> & {
  /** Null if it was too large to be kept: the day is fetched again. */
  readonly outcome: UnfinishedOutcome | null;
};

/** More would make each commit of such a day slow. */
const MOST_OUTCOME_CHARACTERS = 1_000_000;

export async function beginWrite(
  db: Kysely<Schema>,
  { outcome, ...columns }: UnfinishedWrite,
): Promise<void> {
  const written = JSON.stringify(outcome);
  const row = {
    ...columns,
    outcome: written.length > MOST_OUTCOME_CHARACTERS ? 'null' : written,
  };
  const { dataset: _dataset, day: _day, ...changed } = row;
  await db
    .insertInto('unfinished_write')
    .values(row)
    .onConflict((known) => known.columns(['dataset', 'day']).doUpdateSet(changed))
    .execute();
}

export async function findUnfinished(
  db: Kysely<Schema>,
  dataset: string,
  day: CalendarDay,
): Promise<UnfinishedWrite | undefined> {
  const row = await db
    .selectFrom('unfinished_write')
    .selectAll()
    .where('dataset', '=', dataset)
    .where('day', '=', day)
    .executeTakeFirst();
  return row && readUnfinished(row);
}

export function readUnfinished(row: UnfinishedWriteRow): UnfinishedWrite {
  return { ...row, outcome: JSON.parse(row.outcome) as UnfinishedOutcome | null };
}

/** Ends the unfinished write of a day, whatever became of it. */
export const endWrite = preparedStatement<Pick<UnfinishedWriteRow, 'dataset' | 'day'>>(
  ({ db }, params) => {
    const { dataset, day } = params('dataset', 'day');
    return db.deleteFrom('unfinished_write').where('dataset', '=', dataset).where('day', '=', day);
  },
);

/**
 * Writes the record of a day whose rows are in its target, and ends its unfinished write. Nothing is written where the write
 * is another one now.
 */
export async function settleRecord(
  transaction: WriteTransaction,
  { dataset, day, outcome, token }: UnfinishedWrite,
): Promise<void> {
  const { numDeletedRows } = await transaction.db
    .deleteFrom('unfinished_write')
    .where('dataset', '=', dataset)
    .where('day', '=', day)
    .where('token', '=', token)
    .executeTakeFirst();
  if (numDeletedRows === 0n || outcome === null) return;
  const { lastTry, quarantined, verified } = outcome;
  const of = {
    ...{ dataset, day, batch_id: lastTry.last_batch_id },
    quarantined_at: lastTry.last_tried_at,
  };
  await replaceQuarantined(transaction, of, quarantined?.rows ?? []);
  // The dataset may have got another name since.
  await writeRecord(transaction, { ...lastTry, dataset });
  if (verified !== null) await writeVerified(transaction, { ...verified, dataset });
}
