import { sql } from 'kysely';
import type { FieldDef } from 'pg';
import { postgresCompiler } from '../../database/prepared-statement.js';
import type { ColumnType } from '../../targets/column-types.js';
import {
  POSTGRES_ABILITIES,
  postgresSums,
  type PostgresAbilities,
  type PostgresField,
} from '../../targets/target-fingerprint.js';
import type { TargetColumn } from '../../targets/target.js';
import type { RowReading } from '../rows/row-reader.js';
import { PLAIN_VALUES } from '../values/value-dialect.js';

const BOOL = 16;
const INT8 = 20;
const INT2 = 21;
const INT4 = 23;
const TEXT = 25;
const FLOAT8 = 701;
const VARCHAR = 1043;
const DATE = 1082;
const TIMESTAMPTZ = 1184;
const NUMERIC = 1700;

/**
 * The types of PostgreSQL, by their OIDs, whose values a column takes as they are: PostgreSQL writes their canonical text
 * as it writes that of a target.
 */
const SAME_TYPES: Readonly<Record<ColumnType, readonly number[]>> = {
  text: [TEXT, VARCHAR],
  integer: [INT2, INT4, INT8],
  // A float of 32 bits is written in another way.
  real: [FLOAT8],
  decimal: [NUMERIC, INT2, INT4, INT8],
  boolean: [BOOL],
  date: [DATE],
  timestamp: [TIMESTAMPTZ],
  json: [],
};

/** The columns whose values a dataset takes as its source has them, of every row; null if it changes or chooses some. */
export function unchangedColumns({
  columns,
  where,
  dialect,
}: RowReading): readonly TargetColumn[] | null {
  const isPlain = columns.every(
    ({
      name: _name,
      from: _from,
      type: _type,
      nullable: _nullable,
      renamedFrom: _old,
      ...others
    }) => Object.keys(others).length === 0,
  );
  const plainDialect = dialect === null || dialect === PLAIN_VALUES;
  return isPlain && plainDialect && where.length === 0 ? columns : null;
}

/**
 * The query that counts and hashes the rows of a source's query, which has numbered parameters; null if a column has a
 * type that Daysync converts, or is not there.
 * @param fields the columns of the source's query
 */
export function countQuery(
  query: string,
  fields: readonly Pick<FieldDef, 'name' | 'dataTypeID'>[],
  columns: readonly TargetColumn[],
  abilities: PostgresAbilities,
): string | null {
  const counted: PostgresField[] = [];
  for (const { name, from, type } of columns) {
    const [found, ...others] = fields.flatMap(({ name: field, dataTypeID }, at) =>
      field === from ? [{ at, dataTypeID }] : [],
    );
    if (found === undefined || others.length > 0) return null;
    if (!SAME_TYPES[type].includes(found.dataTypeID)) return null;
    counted.push({ name, type, at: sql.ref(`c${found.at}`) });
  }
  const aliases = sql.join(fields.map((_, index) => sql.ref(`c${index}`)));
  const rows = sql`(${sql.raw(withoutEnd(query))}\n) as source(${aliases})`;
  // Its only parameters are those of the source's query.
  return postgresSums(counted, rows, abilities).compile(postgresCompiler).sql;
}

/** The query that only says which columns a source's query has. */
export function columnsQuery(query: string): string {
  return `select * from (${withoutEnd(query)}\n) as source limit 0`;
}

/** The query that reads what the server can do. */
export const ABILITIES_QUERY = POSTGRES_ABILITIES.compile(postgresCompiler).sql;

/** A query without the semicolon at its end. */
function withoutEnd(query: string): string {
  return query.replace(/;\s*$/, '');
}
