import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** How many statements stay prepared: the least recently used one is dropped first. */
const MOST_STATEMENTS = 200;

/** The begin of a query that returns each row as a list of its values: an object takes three times as long. */
export const AS_LISTS = '/* as lists */ ';

/** Adapts a statement of `node:sqlite` to Kysely's SQLite dialect. */
class NodeSqliteStatement implements SqliteStatement {
  readonly reader: boolean;
  private readonly statement: StatementSync;

  constructor(handle: DatabaseSync, text: string) {
    this.statement = handle.prepare(text);
    this.statement.setReturnArrays(text.startsWith(AS_LISTS));
    this.reader = this.statement.columns().length > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.statement.all(...(parameters as SQLInputValue[]));
  }

  run(parameters: readonly unknown[]): {
    changes: number | bigint;
    lastInsertRowid: number | bigint;
  } {
    return this.statement.run(...(parameters as SQLInputValue[]));
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.statement.iterate(...(parameters as SQLInputValue[]));
  }
}

const NOTHING_TO_DO: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};

/** A connection to a SQLite file, with its prepared statements. */
export class SqliteConnection implements SqliteDatabase {
  private readonly statements = new Map<string, NodeSqliteStatement>();

  constructor(private readonly handle: DatabaseSync) {}

  prepare(sql: string): SqliteStatement {
    // A full disk has already ended the transaction: Kysely's rollback would fail, and hide the cause.
    if (sql === 'rollback' && !this.handle.isTransaction) return NOTHING_TO_DO;
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = new NodeSqliteStatement(this.handle, sql);
      if (this.statements.size >= MOST_STATEMENTS) {
        for (const oldest of this.statements.keys()) {
          this.statements.delete(oldest);
          break;
        }
      }
    } else {
      this.statements.delete(sql);
    }
    this.statements.set(sql, statement);
    return statement;
  }

  /** Runs a statement that is not kept prepared. @returns how many rows it changed */
  runOnce(sql: string, parameters: readonly unknown[]): number {
    const { changes } = this.handle.prepare(sql).run(...(parameters as SQLInputValue[]));
    return Number(changes);
  }

  close(): void {
    this.statements.clear();
    this.handle.close();
  }
}
