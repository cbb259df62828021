import { sql, type Compilable, type CompiledQuery, type RawBuilder } from 'kysely';
import type { Dialect, WriteTransaction } from './database.js';
import { withoutNul } from './postgres-dialect.js';

/** Stands in a compiled statement for a value that each run gives. */
class Place {
  constructor(readonly name: string) {}
}

/** Makes the places of values in a statement, by the names that a run gives them. */
export type Places<Values> = <Name extends keyof Values & string>(
  ...names: readonly Name[]
) => { readonly [Key in Name]: RawBuilder<Values[Key]> };

/** What a run of a statement came to. */
export interface StatementResult<Row> {
  readonly rows: readonly Row[];
  /** How many rows it changed, where it gives none. */
  readonly changed: number;
}

type Execute<Values, Row> = (
  transaction: WriteTransaction,
  values: Values,
) => Promise<StatementResult<Row>>;

/**
 * A statement that is built and compiled at its first run, and then takes the values of each: to build it anew takes
 * several times as long as SQLite takes to run it. For what every day runs.
 *
 * A `limit` adds 0 to its place: SQLite looks at the value of a bare one as it plans, and plans anew at each run.
 */
export function preparedStatement<Values extends object, Row = never>(
  build: (
    transaction: Pick<WriteTransaction, 'db' | 'dialect'>,
    places: Places<Values>,
  ) => Compilable<Row>,
): Execute<Values, Row> {
  const compiled = new Map<Dialect, CompiledQuery>();
  return async (transaction, values) => {
    let query = compiled.get(transaction.dialect);
    if (query === undefined) {
      query = build(transaction, makePlaces).compile();
      expectPlaces(query, Object.keys(values));
      compiled.set(transaction.dialect, query);
    }
    return run<Row>(transaction, query, values as Readonly<Record<string, unknown>>);
  };
}

function makePlaces<Name extends string>(
  ...names: readonly Name[]
): Record<Name, RawBuilder<never>> {
  const places = names.map((name) => [name, sql<never>`${new Place(name)}`]);
  return Object.fromEntries(places) as Record<Name, RawBuilder<never>>;
}

/** @throws {TypeError} for a value that would go nowhere */
function expectPlaces({ parameters }: CompiledQuery, names: readonly string[]): void {
  const places = new Set(
    parameters.map((parameter) => (parameter instanceof Place ? parameter.name : null)),
  );
  const missing = names.find((name) => !places.has(name));
  if (missing !== undefined) throw new TypeError(`expected a place for ${missing}, got none`);
}

async function run<Row>(
  transaction: WriteTransaction,
  query: CompiledQuery,
  values: Readonly<Record<string, unknown>>,
): Promise<StatementResult<Row>> {
  const parameters = query.parameters.map((parameter) =>
    parameter instanceof Place ? values[parameter.name] : parameter,
  );
  switch (transaction.dialect) {
    case 'sqlite': {
      const statement = transaction.connection.prepare(query.sql);
      if (statement.reader) return { rows: statement.all(parameters) as Row[], changed: 0 };
      return { rows: [], changed: Number(statement.run(parameters).changes) };
    }
    case 'postgres': {
      const { numAffectedRows, rows } = await transaction.db.executeQuery<Row>({
        ...query,
        parameters: parameters.map((parameter) =>
          typeof parameter === 'string' ? withoutNul(parameter) : parameter,
        ),
      });
      return { rows, changed: Number(numAffectedRows ?? 0) };
    }
    default: {
      const unknown: never = transaction;
      return unknown;
    }
  }
}
