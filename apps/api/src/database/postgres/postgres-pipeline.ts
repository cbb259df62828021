import { Result, types, type Connection, type FieldDef, type PoolClient } from 'pg';
import { preparedName } from './postgres-session.js';
import { type Statement } from '../prepared-statement.js';

/** `division_by_zero` (PostgreSQL 18, appendix A). */
const DIVISION_BY_ZERO = '22012';

/** Makes a statement undo its transaction if it returns no row: it divides by their number. */
export function orUndo({ sql, parameters }: Statement): Statement {
  return { sql: `with found as (${sql}) select 1 / count(*) from found`, parameters };
}

/** Whether a statement undid its transaction: by {@link orUndo}, or by a division in a table of the user. */
export function isUndone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === DIVISION_BY_ZERO;
}

/**
 * Runs statements as one transaction in one round trip: they are sent with one `Sync`, which commits (PostgreSQL 18,
 * 54.2.4, "Pipelining"). The connection has no open transaction.
 * @returns the rows of each, once they are durable
 * @throws the error of the first statement that fails: nothing is written then
 */
export function runPipelined(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<readonly (readonly unknown[])[]> {
  const pipeline = new Pipeline(client, statements);
  client.query(pipeline);
  return pipeline.ended;
}

/** Members of node-postgres that its types leave out. */
interface PipelineConnection extends Connection {
  /** The texts of the prepared statements, by their names. */
  readonly parsedStatements: Record<string, string>;
}
interface RowParser extends Result {
  addFields(fields: readonly FieldDef[]): void;
  parseRow(fields: readonly (string | null)[]): unknown;
}

/** A query for `client.query`, as pg-cursor has one, that sends several statements with one `Sync`. */
class Pipeline {
  private readonly outcome = Promise.withResolvers<readonly (readonly unknown[])[]>();
  readonly ended = this.outcome.promise;
  /** Called at the end: node-postgres stops its own timer by it. */
  callback: (() => void) | undefined;
  private readonly rows: unknown[][] = [[]];
  private parser: RowParser | null = null;
  /** A row that could not be read. */
  private unread: { readonly error: unknown } | null = null;
  /** Statements that the server has not confirmed as prepared yet. */
  private readonly parsing: { readonly name: string; readonly sql: string }[] = [];

  private readonly statements: readonly {
    readonly sql: string;
    readonly values: readonly (string | null)[];
  }[];

  /** @throws {TypeError} for a value that is not a text, a number, a boolean or null */
  constructor(
    private readonly client: PoolClient,
    statements: readonly Statement[],
  ) {
    this.statements = statements.map(({ parameters, sql }) => ({
      sql,
      values: parameters.map(textOf),
    }));
  }

  submit(asked: Connection): void {
    const connection = asked as PipelineConnection;
    connection.on('parseComplete', this.onParsed);
    connection.stream.cork();
    try {
      for (const { sql, values } of this.statements) {
        const name = preparedName(this.client, sql, values) ?? '';
        const isKnown =
          connection.parsedStatements[name] !== undefined ||
          this.parsing.some((parsed) => parsed.name === name);
        if (name === '' || !isKnown) {
          connection.parse({ name, text: sql, types: [] }, true);
          this.parsing.push({ name, sql });
        }
        connection.bind({ statement: name, values: [...values] }, true);
        connection.describe({ type: 'P' }, true);
        connection.execute({}, true);
      }
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
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
    try {
      this.rows.at(-1)?.push(this.parser?.parseRow(fields));
    } catch (error) {
      this.unread = { error };
    }
  }

  handleCommandComplete(): void {
    this.rows.push([]);
  }

  handleEmptyQuery(): void {
    this.rows.push([]);
  }

  handleReadyForQuery(): void {
    this.end();
    if (this.unread === null) this.outcome.resolve(this.rows.slice(0, -1));
    else this.outcome.reject(this.unread.error);
  }

  handleError(error: unknown): void {
    this.end();
    this.outcome.reject(error);
  }

  private end(): void {
    this.client.connection.off('parseComplete', this.onParsed);
    this.callback?.();
  }
}

/** Formats a value for the server. */
function textOf(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      if (value === null) return null;
      throw new TypeError(`expected a text, a number or null, got ${typeof value}`);
  }
}
