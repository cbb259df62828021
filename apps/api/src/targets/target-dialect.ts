import { randomBytes } from 'node:crypto';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { DatabaseError } from 'pg';
import type { Dialect } from '../database/database.js';
import type { Statement } from '../database/prepared-statement.js';
import type { Schema } from '../database/schema.js';

/** The column of every target table with the day of a row. */
export const DAY_COLUMN = 'sync_day';

const KEY_DIGITS = 16;
const KEY_PATTERN = `^daysync_day_[0-9a-f]{${KEY_DIGITS}}$`;
const KEY_GLOB = `daysync_day_${'[0-9a-f]'.repeat(KEY_DIGITS)}`;
/** `undefined_table` (PostgreSQL 18, appendix A). */
const UNDEFINED_TABLE = '42P01';

/**
 * A new key of a target table: the name of its index on the day. No two tables of a database have an index of one name;
 * it is dropped with its table, and no table that is made by other means has it. It survives a dump, a backup, a new
 * name of the table, and any change of its columns.
 */
export function createKey(): string {
  return `daysync_day_${randomBytes(KEY_DIGITS / 2).toString('hex')}`;
}

/**
 * A new name of the index on the day that is no key: the next start replaces it by a key. PostgreSQL would cut a name that
 * begins with a long name of the table.
 */
export function createUnkeyedName(): string {
  return `daysync_${randomBytes(KEY_DIGITS / 2).toString('hex')}_${DAY_COLUMN}_idx`;
}

export async function createDayIndex(
  db: Kysely<Schema>,
  table: string,
  name: string,
): Promise<void> {
  await db.schema.createIndex(name).on(table).column(DAY_COLUMN).execute();
}

/** What differs between the databases of a target, beside its column types. */
interface TargetDialect {
  /** The type of the day that a row belongs to. */
  readonly dayType: string;
  /** The end of the `create table` statement. */
  readonly tableOptions: string;
  /** The columns of a table; none if it does not exist. */
  readonly readColumns: (db: Kysely<Schema>, table: string) => Promise<readonly PresentColumn[]>;
  /** 1 or 0: whether a table exists. */
  readonly exists: (table: string) => RawBuilder<0 | 1>;
  /** The key of a table; null if it has none. See {@link createKey}. */
  readonly keyOf: (table: string) => RawBuilder<string | null>;
  /** The name of the table that has a key; null if there is none. */
  readonly tableWithKey: (key: RawBuilder<unknown>) => RawBuilder<string | null>;
  /** A query of one row if a table has a key, and of none otherwise. */
  readonly hasKey: (table: string, key: string) => Statement;
  /**
   * A query of one row if nothing of a table changes rows that are written to it, and of none if a trigger, a rule, a
   * policy or another type of a column may.
   * @param types the columns, each as its name and its type
   */
  readonly isPlain: (table: string, types: readonly string[]) => Statement;
  /** Gives an existing table a key, in place of the one that it may have. */
  readonly setKey: (db: Kysely<Schema>, table: string, key: string) => Promise<void>;
  /** Whether an error says that a table does not exist. */
  readonly isNoTable: (error: unknown, table: string) => boolean;
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
    readColumns: async (db, table) => {
      const { rows } = await sql<{ name: string; type: string; nullable: 0 | 1 }>`
        select name, lower(type) as type, "notnull" = 0 as nullable from pragma_table_info(${table})
      `.execute(db);
      return rows.map((column) => ({ ...column, nullable: column.nullable === 1 }));
    },
    exists: (table) => sql`exists (
      select 1 from sqlite_schema where type = 'table' and lower(name) = lower(${table})
    )`,
    keyOf: (table) => sql`(
      select min(name) from sqlite_schema
      where type = 'index' and lower(tbl_name) = lower(${table}) and name glob ${KEY_GLOB}
    )`,
    tableWithKey: (key) => sql`(
      select tbl_name from sqlite_schema where type = 'index' and name = ${key}
    )`,
    hasKey: (table, key) => ({
      sql: `select 1 from sqlite_schema where type = 'index' and name = ? and lower(tbl_name) = lower(?)`,
      parameters: [key, table],
    }),
    // No statement changes the type of a column.
    isPlain: (table) => ({
      sql: `select 1 where not exists (
        select 1 from sqlite_schema where type = 'trigger' and lower(tbl_name) = lower(?))`,
      parameters: [table],
    }),
    // SQLite can't rename an index.
    setKey: async (db, table, key) => {
      await createDayIndex(db, table, key);
      // The index that was made with the table, maybe under another name of the table, or an older key.
      const { rows } = await sql<{ name: string }>`
        select name from pragma_index_list(${table}) as listed
        where "unique" = 0 and partial = 0 and name <> ${key}
          and (select json_group_array(name) from pragma_index_info(listed.name)) = ${JSON.stringify([DAY_COLUMN])}
          and (name glob ${KEY_GLOB} or name glob ${`*_${DAY_COLUMN}`} or name glob ${`*_${DAY_COLUMN}_idx`})
      `.execute(db);
      for (const { name } of rows) await db.schema.dropIndex(name).execute();
    },
    isNoTable: (error, table) =>
      error instanceof Error &&
      error.message.toLowerCase().replace('main.', '') === `no such table: ${table.toLowerCase()}`,
    order: 'rowid',
    // A part of an empty text would be NULL.
    cut: (text, bytes) =>
      sql`iif(octet_length(${text}) > ${bytes}, cast(substr(cast(${text} as blob), 1, ${bytes}) as text), ${text})`,
  },
  postgres: {
    // Four bytes in each row and index entry; text would take eleven.
    dayType: 'date',
    tableOptions: '',
    readColumns: async (db, table) => {
      const { rows } = await sql<PresentColumn>`
        select attname as name, format_type(atttypid, atttypmod) as type, not attnotnull as nullable
        from pg_attribute
        where attrelid = to_regclass(${quote(table)}) and attnum > 0 and not attisdropped
        order by attnum
      `.execute(db);
      return rows;
    },
    exists: (table) => sql`(to_regclass(${quote(table)}) is not null)::integer`,
    keyOf: (table) => sql`(
      select min(named.relname::text) from pg_index join pg_class as named on named.oid = indexrelid
      where indrelid = to_regclass(${quote(table)}) and named.relname ~ ${KEY_PATTERN}
    )`,
    tableWithKey: (key) => sql`(
      select owner.relname::text
      from pg_class as named
      join pg_index on indexrelid = named.oid
      join pg_class as owner on owner.oid = indrelid
      where named.relname = ${key} and pg_table_is_visible(owner.oid)
    )`,
    hasKey: (table, key) => ({
      sql: `select 1 from pg_index where indexrelid = to_regclass($1) and indrelid = to_regclass($2)`,
      parameters: [quote(key), quote(table)],
    }),
    isPlain: (table, types) => ({
      sql: `select 1 from pg_class where oid = to_regclass($1) and relkind = 'r'
        and not relhasrules and not relrowsecurity and not relhassubclass
        and not (relhastriggers and exists (
          select from pg_trigger where tgrelid = pg_class.oid and not tgisinternal))
        and json_array_length($2::json) = (
          select count(*) from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped
            and attname || ' ' || format_type(atttypid, atttypmod) in (select json_array_elements_text($2::json)))`,
      parameters: [quote(table), JSON.stringify(types)],
    }),
    setKey: async (db, table, key) => {
      // The index that was made with the table, by the name that the server generated or by an older key.
      const { rows } = await sql<{ name: string }>`
        select named.relname::text as name
        from pg_index
        join pg_class as named on named.oid = indexrelid
        join pg_attribute on attrelid = indrelid and attname = ${DAY_COLUMN}
        where indrelid = to_regclass(${quote(table)}) and indkey::text = attnum::text and indpred is null
          and not indisunique and (named.relname ~ ${KEY_PATTERN} or named.relname ~ ${`_${DAY_COLUMN}_idx[0-9]*$`})
        order by named.relname ~ ${KEY_PATTERN} desc, 1 limit 1
      `.execute(db);
      const [index] = rows;
      if (index === undefined) await createDayIndex(db, table, key);
      else await sql`alter index ${sql.id(index.name)} rename to ${sql.id(key)}`.execute(db);
    },
    // The message is in the language of the server.
    isNoTable: (error) => error instanceof DatabaseError && error.code === UNDEFINED_TABLE,
    order: 'ctid',
    cut: (text, bytes) => sql`substring(convert_to(${text}, 'UTF8') from 1 for ${bytes})`,
  },
};

/** Quotes a name for a statement. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
