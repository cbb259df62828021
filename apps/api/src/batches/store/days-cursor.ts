import { expressionBuilder, type Expression, type SqlBool } from 'kysely';
import type { BatchDayRow, Schema } from '../../database/schema.js';

/**
 * Up to where a caller has the days of a batch: the `rev` of its row, then those of its lanes by number. The changes of
 * each are committed in the order of its `rev`. Callers get the cursor as an opaque text.
 */
export type DaysCursor = readonly [batch: number, ...lanes: readonly number[]];

/** Before any answer. */
export const START: DaysCursor = [-1];

/** No dataset can have more lanes. */
const MOST_LANES = 1_000;

/** The largest `rev` that PostgreSQL's column holds. */
const MOST_REV = 2 ** 31 - 1;

/** The days that have changed since a cursor. */
export function changedSince(known: DaysCursor): Expression<SqlBool> {
  const [batch, ...lanes] = known.map((rev) => Math.min(rev, MOST_REV));
  const day = expressionBuilder<Schema, 'batch_day'>();
  return day.or([
    day.and([day('batch_day.lane', 'is', null), day('batch_day.rev', '>', batch ?? -1)]),
    ...lanes.map((rev, number) =>
      day.and([day('batch_day.lane', '=', number), day('batch_day.rev', '>', rev)]),
    ),
    day('batch_day.lane', '>=', lanes.length),
  ]);
}

/** The cursor after an answer. */
export function encodeDaysCursor(
  known: DaysCursor,
  days: readonly Pick<BatchDayRow, 'lane' | 'rev'>[],
): string {
  const lanes = days.map(({ lane }) => (lane === null ? 0 : lane + 1));
  const length = Math.max(known.length, ...lanes.map((lane) => lane + 1));
  const next = Array.from({ length }, (_, index) => known[index] ?? -1);
  for (const [index, { rev }] of days.entries()) {
    const lane = lanes[index] ?? 0;
    next[lane] = Math.max(next[lane] ?? -1, rev);
  }
  return encode(next);
}

/** Reads a cursor of an earlier answer; undefined where it is none. */
export function decodeDaysCursor(cursor: string): DaysCursor | undefined {
  const known = revsIn(cursor);
  // Only the exact text that `encodeDaysCursor` writes is a cursor.
  return known !== undefined && encode(known) === cursor
    ? (known as unknown as DaysCursor)
    : undefined;
}

function encode(revs: readonly number[]): string {
  return Buffer.from(JSON.stringify(revs)).toString('base64url');
}

function revsIn(cursor: string): readonly number[] | undefined {
  try {
    const revs: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const isCursor =
      Array.isArray(revs) &&
      revs.length > 0 &&
      revs.length <= MOST_LANES &&
      revs.every((rev) => Number.isSafeInteger(rev) && rev >= -1);
    return isCursor ? (revs as number[]) : undefined;
  } catch {
    // No JSON.
    return undefined;
  }
}
