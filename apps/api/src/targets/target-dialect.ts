import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Dialect } from '../database/database.js';
import type { Schema } from '../database/schema.js';

/** What differs between the databases of a target, beside its column types. */
interface TargetDialect {
  /** The type of the day that a row belongs to. */
  readonly dayType: string;
  /** The end of the `create table` statement. */
  readonly tableOptions: string;
  /** Whether an index needs a name. A generated name cannot collide when it is cut to the longest length. */
  readonly namesIndices: boolean;
  /** The columns of a table; none if it does not exist. */
  readonly readColumns: (db: Kysely<Schema>, table: string) => Promise<readonly PresentColumn[]>;
  /** Sorts the rows of a day into an order that stays the same until they are written again. */
  readonly order: string;
  /** The first bytes of a text, as a text or as bytes; the last character may be incomplete. */
  readonly cut: (text: RawBuilder<unknown>, bytes: number) => RawBuilder<unknown>;
}

interface PresentColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

export const TARGET_DIALECTS: Readonly<Record<Dialect, TargetDialect>> = {
  sqlite: {
    dayType: 'text',
    // A value of another type is an error.
    tableOptions: 'strict',
    namesIndices: true,
    readColumns: async (db, table) => {
      const { rows } = await sql<{ name: string; type: string; nullable: 0 | 1 }>`
        select name, lower(type) as type, "notnull" = 0 as nullable from pragma_table_info(${table})
      `.execute(db);
      return rows.map((column) => ({ ...column, nullable: column.nullable === 1 }));
    },
    order: 'rowid',
    // A part of an empty text would be NULL.
    cut: (text, bytes) =>
      sql`iif(octet_length(${text}) > ${bytes}, cast(substr(cast(${text} as blob), 1, ${bytes}) as text), ${text})`,
  },
  postgres: {
    // Four bytes in each row and index entry; text would take eleven.
    dayType: 'date',
    tableOptions: '',
    namesIndices: false,
    readColumns: async (db, table) => {
      const { rows } = await sql<PresentColumn>`
        select attname as name, format_type(atttypid, atttypmod) as type, not attnotnull as nullable
        from pg_attribute
        where attrelid = to_regclass(${quote(table)}) and attnum > 0 and not attisdropped
        order by attnum
      `.execute(db);
      return rows;
    },
    order: 'ctid',
    cut: (text, bytes) => sql`substring(convert_to(${text}, 'UTF8') from 1 for ${bytes})`,
  },
};

/** Quotes a name for a statement. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
