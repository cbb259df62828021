import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type Compilable,
  type CompiledQuery,
  type RawBuilder,
} from 'kysely';
import type { Dialect, WriteTransaction } from './database.js';
import type { Schema } from './schema.js';

/** A statement with its values, as Kysely compiles it. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Stands in a compiled statement for a value of each run. */
class Param {
  constructor(readonly name: string) {}
}

/** Makes the parameters of a statement, by the names of their values. */
type Params<Values> = <Name extends keyof Values & string>(
  ...names: readonly Name[]
) => { readonly [Key in Name]: RawBuilder<Values[Key]> };

interface StatementResult<Row> {
  readonly rows: readonly Row[];
  /** How many rows it changed, if it returns none. */
  readonly changed: number;
}

export interface PreparedStatement<Values, Row> {
  (transaction: WriteTransaction, values: Values): Promise<StatementResult<Row>>;
  /** For PostgreSQL, where statements are pipelined. */
  readonly compile: (values: Values) => Statement;
}

/** Compiles for PostgreSQL, and runs nothing. */
export const postgresCompiler = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/**
 * A statement that is built and compiled once, at its first run. To build it takes several times as long as SQLite takes to
 * run it. For the statements of every day.
 *
 * Write `limit` with 0 added to its parameter: SQLite would plan a bare one again at each run.
 */
export function preparedStatement<Values extends object, Row = never>(
  build: (
    transaction: Pick<WriteTransaction, 'db' | 'dialect'>,
    params: Params<Values>,
  ) => Compilable<Row>,
): PreparedStatement<Values, Row> {
  const compiled = new Map<Dialect, CompiledQuery>();
  const queryOf = (
    target: Pick<WriteTransaction, 'db' | 'dialect'>,
    values: Values,
  ): CompiledQuery => {
    let query = compiled.get(target.dialect);
    if (query === undefined) {
      query = build(target, makeParams).compile();
      expectParams(query, Object.keys(values));
      compiled.set(target.dialect, query);
    }
    return query;
  };
  const execute = (transaction: WriteTransaction, values: Values): Promise<StatementResult<Row>> =>
    run<Row>(
      transaction,
      queryOf(transaction, values),
      values as Readonly<Record<string, unknown>>,
    );
  const compile = (values: Values): Statement => {
    const query = queryOf({ db: postgresCompiler as never, dialect: 'postgres' }, values);
    return {
      sql: query.sql,
      parameters: postgresValues(query, values as Readonly<Record<string, unknown>>),
    };
  };
  return Object.assign(execute, { compile });
}

function makeParams<Name extends string>(
  ...names: readonly Name[]
): Record<Name, RawBuilder<never>> {
  const entries = names.map((name) => [name, sql<never>`${new Param(name)}`]);
  return Object.fromEntries(entries) as Record<Name, RawBuilder<never>>;
}

/** @throws {TypeError} for a value without a parameter */
function expectParams({ parameters }: CompiledQuery, names: readonly string[]): void {
  const params = new Set(
    parameters.map((parameter) => (parameter instanceof Param ? parameter.name : null)),
  );
  const missing = names.find((name) => !params.has(name));
  if (missing !== undefined) throw new TypeError(`expected a parameter for ${missing}, got none`);
}

async function run<Row>(
  transaction: WriteTransaction,
  query: CompiledQuery,
  values: Readonly<Record<string, unknown>>,
): Promise<StatementResult<Row>> {
  switch (transaction.dialect) {
    case 'sqlite': {
      const parameters = valuesIn(query, values);
      const statement = transaction.connection.prepare(query.sql);
      if (statement.reader) return { rows: statement.all(parameters) as Row[], changed: 0 };
      return { rows: [], changed: Number(statement.run(parameters).changes) };
    }
    case 'postgres': {
      const parameters = postgresValues(query, values);
      const { numAffectedRows, rows } = await transaction.db.executeQuery<Row>({
        ...query,
        parameters,
      });
      return { rows, changed: Number(numAffectedRows ?? 0) };
    }
  }
}

function valuesIn(
  { parameters }: CompiledQuery,
  values: Readonly<Record<string, unknown>>,
): unknown[] {
  return parameters.map((parameter) =>
    parameter instanceof Param ? values[parameter.name] : parameter,
  );
}

function postgresValues(
  query: CompiledQuery,
  values: Readonly<Record<string, unknown>>,
): unknown[] {
  return valuesIn(query, values).map((value) =>
    typeof value === 'string' ? withoutNul(value) : value,
  );
}

/** PostgreSQL has no NUL in a text: U+FFFD replaces it. */
export function withoutNul(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
