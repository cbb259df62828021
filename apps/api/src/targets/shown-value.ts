import { sql, type RawBuilder } from 'kysely';
import type { Dialect } from '../database/database.js';
import type { ColumnType } from './target-column.js';
import { showJson } from './json-text.js';

/** What the database gives of a target. */
export type StoredValue = string | number | null;

/**
 * A value of a target as JSON has it: an integer that no number holds is its digits in a text, a decimal is the text
 * that it is, and JSON is the value that it writes.
 * @param stored as the database gives it, an `integer` as its digits
 */
export function showValue(type: ColumnType, stored: StoredValue): unknown {
  if (stored === null) return null;
  switch (type) {
    case 'integer': {
      const number = Number(stored);
      return Number.isSafeInteger(number) ? number : String(stored);
    }
    case 'boolean':
      return stored === 1;
    case 'json':
      return showJson(String(stored));
    case 'text':
    case 'real':
    case 'decimal':
    case 'date':
    case 'timestamp':
      return stored;
  }
}

type Expression = RawBuilder<unknown>;

/** How one kind of database shows the rows of a target. */
interface ShownDialect {
  /** By what the rows of a day stand in an order that stays as long as nothing writes them. */
  readonly order: string;
  /** The value of a column as `showValue` takes it; of one whose values may be long, a text. */
  readonly read: (type: ColumnType, column: Expression) => Expression;
  /** The first bytes of a text, as a text or as the bytes that they are; the last character may be a part of one. */
  readonly cut: (text: Expression, bytes: number) => Expression;
}

export const SHOWN_DIALECTS: Readonly<Record<Dialect, ShownDialect>> = {
  sqlite: {
    order: 'rowid',
    // An integer of 64 bits comes as its digits: as a number it would be refused.
    read: (type, column) => (type === 'integer' ? sql`cast(${column} as text)` : column),
    // A part of an empty text would be NULL.
    cut: (text, bytes) =>
      sql`iif(octet_length(${text}) > ${bytes}, cast(substr(cast(${text} as blob), 1, ${bytes}) as text), ${text})`,
  },
  postgres: {
    order: 'ctid',
    read: (type, column) => {
      switch (type) {
        case 'text':
        case 'real':
          return column;
        case 'integer':
        case 'decimal':
        case 'json':
          return sql`${column}::text`;
        case 'boolean':
          return sql`${column}::integer`;
        // Whatever the session has for its time zone and for the style of its dates.
        case 'date':
          return sql`to_char(${column}::timestamp, 'YYYY-MM-DD')`;
        case 'timestamp':
          return sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
      }
    },
    cut: (text, bytes) => sql`substring(convert_to(${text}, 'UTF8') from 1 for ${bytes})`,
  },
};
