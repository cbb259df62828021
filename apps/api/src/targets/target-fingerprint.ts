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

/**
 * The fingerprint of a day, added up by PostgreSQL.
 * @param of a table without JSON
 */
export async function fingerprintInPostgres(
  db: Kysely<Schema>,
  { table, columns, day }: TargetRows,
): Promise<TargetDay> {
  const from = sql`${sql.table(table)} where ${sql.ref(DAY_COLUMN)} = ${day}`;
  const fields = columns.map(({ name, type }) => ({ name, type, at: sql.ref(name) }));
  const { rows } = await postgresSums(fields, from).execute(db);
  return addSums(rows[0]);
}

/** A column of a fingerprint, and where PostgreSQL finds it. */
export interface PostgresField {
  readonly name: string;
  readonly type: ColumnType;
  readonly at: RawBuilder<unknown>;
}

/** The number of rows, and the sums of the three parts of their digests: 8, 60 and 60 bits, each a number of its own. */
export interface PostgresSums {
  readonly count: string;
  readonly high: string;
  readonly middle: string;
  readonly low: string;
}

/**
 * The query that adds up a fingerprint.
 * @param from what follows `from`
 */
export function postgresSums(
  fields: readonly PostgresField[],
  from: RawBuilder<unknown>,
): RawBuilder<PostgresSums> {
  const digits = sql`md5(convert_to(${postgresRowText(fields)}, 'UTF8'))`;
  const part = (first: number, count: number, type: string): RawBuilder<unknown> => {
    const bits = sql.raw(`bit(${count * 4})`);
    const sum = sql`sum(('x' || substr(h, ${sql.lit(first)}, ${sql.lit(count)}))::${bits}::${sql.raw(type)})`;
    return sql`coalesce(${sum}, 0)::text`;
  };
  // Without the offset PostgreSQL would hash each row once for every part.
  return sql<PostgresSums>`
    select count(*)::text as count, ${part(1, 2, 'integer')} as high, ${part(3, 15, 'bigint')} as middle,
      ${part(18, 15, 'bigint')} as low
    from (select ${digits} as h from ${from} offset 0) as hashed`;
}

/** The fingerprint of a query by {@link postgresSums}. */
export function addSums(sums: PostgresSums | undefined): TargetDay {
  if (sums === undefined) throw new TypeError('expected the sums of a day, got no row');
  const sum = (BigInt(sums.high) << 120n) + (BigInt(sums.middle) << 60n) + BigInt(sums.low);
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
