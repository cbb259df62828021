import { Result, types, type Connection, type FieldDef, type PoolClient } from 'pg';
import { preparedName, type Statement } from './postgres-session.js';

/** `division_by_zero` (PostgreSQL 18, appendix A). */
const DIVISION_BY_ZERO = '22012';

/** A statement that gives rows, and undoes the transaction it is in where it has none: it divides by their count. */
export function orUndo({ sql, parameters }: Statement): Statement {
  return { sql: `with found as (${sql}) select 1 / count(*) from found`, parameters };
}

/** Whether a transaction was undone by one of its statements: by {@link orUndo}, or by a table's own division. */
export function isUndone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === DIVISION_BY_ZERO;
}

/**
 * Runs statements as one transaction, in one round trip: they are sent with one `Sync` behind them, which commits
 * (PostgreSQL 18, 54.2.4, "Pipelining"). On a connection without a transaction.
 * @returns the rows of each, and then they are durable
 * @throws what the server says of the first that fails; nothing is written then
 */
export function runAtOnce(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<readonly (readonly unknown[])[]> {
  const pipeline = new Pipeline(client, statements);
  client.query(pipeline);
  return pipeline.ended;
}

/** What node-postgres has and its types leave out. */
interface PipelineConnection extends Connection {
  /** The texts of the statements that are prepared, by their names. */
  readonly parsedStatements: Record<string, string>;
}
interface RowParser extends Result {
  addFields(fields: readonly FieldDef[]): void;
  parseRow(fields: readonly (string | null)[]): unknown;
}

/** Statements with one `Sync`, as a query of node-postgres of its own, which `client.query` takes like pg-cursor's. */
class Pipeline {
  private readonly outcome = Promise.withResolvers<readonly (readonly unknown[])[]>();
  readonly ended = this.outcome.promise;
  private readonly rows: unknown[][] = [[]];
  private parser: RowParser | null = null;
  /** What the server was asked to prepare, and has not answered yet. */
  private readonly parsing: { readonly name: string; readonly sql: string }[] = [];

  constructor(
    private readonly client: PoolClient,
    private readonly statements: readonly Statement[],
  ) {}

  submit(asked: Connection): void {
    const connection = asked as PipelineConnection;
    connection.on('parseComplete', this.onParsed);
    connection.stream.cork();
    for (const { parameters, sql } of this.statements) {
      const name = preparedName(this.client, sql, parameters) ?? '';
      const isKnown =
        connection.parsedStatements[name] !== undefined ||
        this.parsing.some((parsed) => parsed.name === name);
      if (name === '' || !isKnown) {
        connection.parse({ name, text: sql, types: [] }, true);
        this.parsing.push({ name, sql });
      }
      connection.bind({ statement: name, values: parameters.map(textOf) }, true);
      connection.describe({ type: 'P' }, true);
      connection.execute({}, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  private readonly onParsed = (): void => {
    const parsed = this.parsing.shift();
    if (parsed === undefined || parsed.name === '') return;
    (this.client.connection as PipelineConnection).parsedStatements[parsed.name] = parsed.sql;
  };

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.parser = new Result('', this.client as unknown as typeof types) as RowParser;
    this.parser.addFields(fields);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.rows.at(-1)?.push(this.parser?.parseRow(fields));
  }

  handleCommandComplete(): void {
    this.rows.push([]);
  }

  handleReadyForQuery(): void {
    this.end();
    this.outcome.resolve(this.rows.slice(0, -1));
  }

  handleError(error: unknown): void {
    this.end();
    this.outcome.reject(error as Error);
  }

  private end(): void {
    this.client.connection.off('parseComplete', this.onParsed);
  }
}

/** A value as the server reads it. */
function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value as string | number);
}
