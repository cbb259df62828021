import type { CalendarDay } from '@daysync/progress';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { isTurnDue, takeTurn } from '../config/slices.js';
import type { Schema } from '../database/schema.js';
import {
  COLUMN_TYPES,
  type ColumnType,
  type StoredValue,
  type TargetValue,
} from './column-types.js';
import { Fingerprint, inNameOrder } from './fingerprint.js';
import type { TargetColumn } from './target.js';
import { DAY_COLUMN } from './target-dialect.js';

/** The rows of a day in a target. */
export interface TargetRows {
  readonly table: string;
  readonly columns: readonly TargetColumn[];
  readonly day: CalendarDay;
}

/** What a day has in its target. */
export interface TargetDay {
  readonly rows: number;
  /** As {@link Fingerprint} has it. */
  readonly fingerprint: string;
}

/** The rows that a day should have. */
export interface ExpectedDay extends TargetDay {
  /** Null where they are not in memory. */
  readonly inMemory: readonly (readonly TargetValue[])[] | null;
}

/**
 * The rows that a target has. As long as they are the expected ones in their order, as they were written, nothing is
 * hashed: that is most of the work.
 */
export class FoundRows {
  private readonly rows: readonly (readonly TargetValue[])[];
  private asExpected = 0;
  private readonly expected: string;
  private fingerprint: Fingerprint | null = null;

  constructor(
    private readonly columns: readonly TargetColumn[],
    { inMemory, fingerprint }: ExpectedDay,
  ) {
    this.rows = inMemory ?? [];
    this.expected = fingerprint;
  }

  async take(rows: readonly (readonly StoredValue[])[]): Promise<void> {
    for (const row of rows) {
      if (this.fingerprint === null && isSameRow(this.rows[this.asExpected], row)) {
        this.asExpected += 1;
      } else {
        this.fingerprint ??= await this.ofExpected();
        await this.fingerprint.add(row);
      }
      if (isTurnDue()) await takeTurn();
    }
  }

  async day(): Promise<TargetDay> {
    if (this.fingerprint === null && this.asExpected === this.rows.length && this.asExpected > 0) {
      return { rows: this.asExpected, fingerprint: this.expected };
    }
    const { count, value } = (this.fingerprint ??= await this.ofExpected());
    return { rows: count, fingerprint: value };
  }

  /** Of the rows that were the expected ones. */
  private async ofExpected(): Promise<Fingerprint> {
    const fingerprint = new Fingerprint(this.columns);
    for (const row of this.rows.slice(0, this.asExpected)) {
      await fingerprint.add(row);
      if (isTurnDue()) await takeTurn();
    }
    return fingerprint;
  }
}

/** Databases return some numbers as texts. */
function isSameRow(
  expected: readonly TargetValue[] | undefined,
  found: readonly StoredValue[],
): boolean {
  return (
    expected !== undefined &&
    found.every((value, index) => {
      const other = expected[index] ?? null;
      return other === value || (other !== null && String(other) === value);
    })
  );
}

/** What of a server of PostgreSQL makes a fingerprint cheaper. */
export interface PostgresAbilities {
  /** It casts bytes to a number, from version 18 on. */
  readonly casts_bytes: boolean;
  /** Its texts are in UTF-8, in which they are hashed. */
  readonly is_utf8: boolean;
}

export const NO_ABILITIES: PostgresAbilities = { casts_bytes: false, is_utf8: false };

/** The query that reads the {@link PostgresAbilities}. */
export const POSTGRES_ABILITIES = sql<PostgresAbilities>`
  select current_setting('server_version_num')::integer >= 180000 as casts_bytes,
    current_setting('server_encoding') = 'UTF8' as is_utf8`;

/**
 * The fingerprint of a day, added up by PostgreSQL.
 * @param of a table without JSON
 */
export async function fingerprintInPostgres(
  db: Kysely<Schema>,
  { table, columns, day }: TargetRows,
  abilities: PostgresAbilities,
): Promise<TargetDay> {
  const from = sql`${sql.table(table)} where ${sql.ref(DAY_COLUMN)} = ${day}`;
  const fields = columns.map(({ name, type }) => ({ name, type, at: sql.ref(name) }));
  const { rows } = await postgresSums(fields, from, abilities).execute(db);
  return addSums(rows[0]);
}

/** A column of a fingerprint, and where PostgreSQL finds it. */
export interface PostgresField {
  readonly name: string;
  readonly type: ColumnType;
  readonly at: RawBuilder<unknown>;
}

/** The number of rows, and the sums of the two halves of their digests, each half a number of 64 bits with a sign. */
export interface PostgresSums {
  readonly count: string;
  readonly high: string;
  readonly low: string;
  /** How many low halves are negative: without a sign, each of them is 2^64 more. */
  readonly negatives: string;
}

/**
 * The query that adds up a fingerprint.
 * @param from what follows `from`
 */
export function postgresSums(
  fields: readonly PostgresField[],
  from: RawBuilder<unknown>,
  { casts_bytes, is_utf8 }: PostgresAbilities,
): RawBuilder<PostgresSums> {
  const text = postgresRowText(fields);
  const digits = is_utf8 ? sql`md5(${text})` : sql`md5(convert_to(${text}, 'UTF8'))`;
  const digest = casts_bytes ? sql`decode(${digits}, 'hex')` : digits;
  const half = (first: number): RawBuilder<unknown> =>
    casts_bytes
      ? sql`substr(digest, ${sql.lit(8 * first + 1)}, 8)::bigint`
      : sql`('x' || substr(digest, ${sql.lit(16 * first + 1)}, 16))::bit(64)::bigint`;
  // Without the offsets PostgreSQL would hash each row once for every use of its digest.
  return sql<PostgresSums>`
    select count(*)::text as count, coalesce(sum(high), 0)::text as high, coalesce(sum(low), 0)::text as low,
      count(*) filter (where low < 0)::text as negatives
    from (select ${half(0)} as high, ${half(1)} as low
      from (select ${digest} as digest from ${from} offset 0) as hashed offset 0) as halves`;
}

/** The fingerprint of a query by {@link postgresSums}. */
export function addSums(sums: PostgresSums | undefined): TargetDay {
  if (sums === undefined) throw new TypeError('expected the sums of a day, got no row');
  const sum = ((BigInt(sums.high) + BigInt(sums.negatives)) << 64n) + BigInt(sums.low);
  const fingerprint = BigInt.asUintN(128, sum).toString(16).padStart(32, '0');
  return { rows: Number(sums.count), fingerprint };
}

/** The canonical text of a row, as {@link Fingerprint} writes it. */
function postgresRowText(fields: readonly PostgresField[]): RawBuilder<unknown> {
  const texts = inNameOrder(fields).map(
    ({ type, at }) => sql`coalesce(${POSTGRES_TEXT[type](at)}, '\\N')`,
  );
  return sql.join(texts, sql` || E'\\t' || `);
}

type ToText = (column: RawBuilder<unknown>) => RawBuilder<unknown>;

const asRead =
  (type: ColumnType): ToText =>
  (column) =>
    sql`(${COLUMN_TYPES[type].sql.postgres.read(column)})::text`;
const asNumber: ToText = (column) => sql`trim_scale((${column}::text)::numeric)::text`;
/** As `realText` has it: PostgreSQL writes the shortest digits as well, and those of larger numbers in another way. */
const asReal: ToText = (column) =>
  sql`case when abs(${column}) >= 1e-4 and abs(${column}) < 1e15 then (${column})::text
    when ${column} = 0 then '0' else encode(float8send(${column}), 'hex') end`;
const escaped: ToText = (column) => sql`replace(replace(${column}, '\\', '\\\\'), E'\\t', '\\t')`;

const POSTGRES_TEXT: Readonly<Record<ColumnType, ToText>> = {
  text: escaped,
  integer: asRead('integer'),
  real: asReal,
  decimal: asNumber,
  boolean: asRead('boolean'),
  date: asRead('date'),
  timestamp: asRead('timestamp'),
  json: () => {
    throw new TypeError('PostgreSQL can not write the canonical text of JSON');
  },
};
