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
import { isStaged, type DayRowsToWrite, type TargetColumn } from './target.js';
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
export interface ExpectedDay {
  readonly rows: DayRowsToWrite;
  /** Of these rows. */
  readonly fingerprint: string;
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
    { rows, fingerprint }: ExpectedDay,
  ) {
    this.rows = isStaged(rows) ? [] : rows;
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
 * The fingerprint of a day, added up by PostgreSQL: four sums of 32 bits, whose carries are added here.
 * @param of a table without JSON
 */
export async function fingerprintInPostgres(
  db: Kysely<Schema>,
  { table, columns, day }: TargetRows,
): Promise<TargetDay> {
  const digits = sql`md5(convert_to(${postgresRowText(columns)}, 'UTF8'))`;
  const parts = [0, 1, 2, 3].map(
    (part) =>
      sql`coalesce(sum(('x' || substr(h, ${sql.lit(part * 8 + 1)}, 8))::bit(32)::bigint & 4294967295), 0)::text as ${sql.ref(`p${part}`)}`,
  );
  const { rows } = await sql<Readonly<Record<string, string>>>`
    select count(*)::text as count, ${sql.join(parts)}
    from (select ${digits} as h from ${sql.table(table)} where ${sql.ref(DAY_COLUMN)} = ${day}) as hashed
  `.execute(db);
  const [sums] = rows;
  let sum = 0n;
  for (let part = 0; part < 4; part += 1) sum = (sum << 32n) + BigInt(sums?.[`p${part}`] ?? 0);
  const fingerprint = BigInt.asUintN(128, sum).toString(16).padStart(32, '0');
  return { rows: Number(sums?.['count'] ?? 0), fingerprint };
}

/** The canonical text of a row, as {@link Fingerprint} writes it. */
function postgresRowText(columns: readonly TargetColumn[]): RawBuilder<unknown> {
  const fields = inNameOrder(columns).map(({ name, type }) => {
    const text = POSTGRES_TEXT[type](sql.ref(name));
    return sql`coalesce(${text}, '\\N')`;
  });
  return sql.join(fields, sql` || E'\\t' || `);
}

type ToText = (column: RawBuilder<unknown>) => RawBuilder<unknown>;

const asRead =
  (type: ColumnType): ToText =>
  (column) =>
    sql`(${COLUMN_TYPES[type].sql.postgres.read(column)})::text`;
const asNumber: ToText = (column) => sql`trim_scale((${column}::text)::numeric)::text`;
const escaped: ToText = (column) => sql`replace(replace(${column}, '\\', '\\\\'), E'\\t', '\\t')`;

const POSTGRES_TEXT: Readonly<Record<ColumnType, ToText>> = {
  text: escaped,
  integer: asRead('integer'),
  real: asNumber,
  decimal: asNumber,
  boolean: asRead('boolean'),
  date: asRead('date'),
  timestamp: asRead('timestamp'),
  json: () => {
    throw new TypeError('PostgreSQL can not write the canonical text of JSON');
  },
};
