import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** The statements that stay prepared; the one not used for longest leaves first. */
const MOST_STATEMENTS = 200;

/** A statement of `node:sqlite` in the shape that Kysely's SQLite dialect knows. */
class NodeSqliteStatement implements SqliteStatement {
  readonly reader: boolean;

  constructor(private readonly statement: StatementSync) {
    this.reader = statement.columns().length > 0;
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

/** One connection to a SQLite file, with its statements kept prepared by their text. */
export class SqliteConnection implements SqliteDatabase {
  private readonly statements = new Map<string, NodeSqliteStatement>();

  constructor(private readonly handle: DatabaseSync) {}

  prepare(sql: string): SqliteStatement {
    // A disk that is full ends the transaction by itself: Kysely's own rollback would fail, and hide why.
    if (sql === 'rollback' && !this.handle.isTransaction) return NOTHING_TO_DO;
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = new NodeSqliteStatement(this.handle.prepare(sql));
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

  /** Runs a statement that does not come again, and keeps nothing of it; how many rows it changed. */
  runOnce(sql: string, parameters: readonly unknown[]): number {
    const { changes } = this.handle.prepare(sql).run(...(parameters as SQLInputValue[]));
    return Number(changes);
  }

  close(): void {
    this.statements.clear();
    this.handle.close();
  }
}
