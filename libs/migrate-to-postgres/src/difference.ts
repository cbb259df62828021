import { describeReceived } from '../../../apps/api/src/config/received.js';
import type { PostgresDatabase } from '../../../apps/api/src/database/postgres/postgres-database.js';
import type { MoveConnection } from './move-connection.js';
import type { TellMove } from './move-progress.js';
import type { SqliteInstallation } from './sqlite-installation.js';

/** What PostgreSQL has otherwise than SQLite. */
export type Difference = { readonly table: string; readonly key: string } & (
  | {
      readonly kind: 'value';
      readonly column: string;
      readonly sqlite: string | null;
      readonly postgres: string | null;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'surplus' }
);

/** So many are told one by one. */
const MOST_TOLD = 20;

/** The differences that were found: the first of them, and how many there are. */
export class Differences {
  readonly first: Difference[] = [];
  private found = 0;

  get count(): number {
    return this.found;
  }

  /** Whether a further one is only counted. */
  get isFull(): boolean {
    return this.first.length >= MOST_TOLD;
  }

  add(difference: Difference): void {
    this.found += 1;
    if (!this.isFull) this.first.push(difference);
  }

  /** Counts some that nobody is told. */
  addUntold(count: number): void {
    this.found += count;
  }
}

/** One line for people. */
export function differenceLine(difference: Difference): string {
  const where = `${difference.table}, ${difference.key}`;
  switch (difference.kind) {
    case 'value': {
      const { column, sqlite, postgres } = difference;
      return `${where}, column ${column}: SQLite has ${describeReceived(sqlite)}, PostgreSQL ${describeReceived(postgres)}`;
    }
    case 'missing':
      return `${where}: a row that SQLite has and PostgreSQL does not`;
    case 'surplus':
      return `${where}: a row that PostgreSQL has and SQLite does not`;
  }
}

/** What both sides are read by. */
export interface CheckPorts {
  readonly sqlite: SqliteInstallation;
  readonly connection: MoveConnection;
  readonly database: Pick<PostgresDatabase, 'read'>;
  readonly signal: AbortSignal;
  readonly tell: TellMove;
}

/** After so many rows a check says how far it is, and sees whether it is to go on. */
export const TELL_EVERY = 1_000;
