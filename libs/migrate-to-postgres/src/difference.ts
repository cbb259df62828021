import { describeReceived } from '../../../apps/api/src/config/received.js';
import type { PostgresDatabase } from '../../../apps/api/src/database/postgres/postgres-database.js';
import type { MoveConnection } from './move-connection.js';
import type { ReportMove } from './move-progress.js';
import type { SqliteInstallation } from './sqlite-installation.js';

/** A difference between PostgreSQL and SQLite. */
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

/** So many are listed; others are only counted. */
const MOST_LISTED = 20;

export class Differences {
  readonly first: Difference[] = [];
  private found = 0;

  get count(): number {
    return this.found;
  }

  get isFull(): boolean {
    return this.first.length >= MOST_LISTED;
  }

  add(difference: Difference): void {
    this.found += 1;
    if (!this.isFull) this.first.push(difference);
  }

  /** Counts some that are not listed. */
  addUnlisted(count: number): void {
    this.found += count;
  }
}

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

export interface CheckPorts {
  readonly sqlite: SqliteInstallation;
  readonly connection: MoveConnection;
  readonly database: Pick<PostgresDatabase, 'read'>;
  readonly signal: AbortSignal;
  readonly report: ReportMove;
}

/** After so many rows a check reports its progress, and stops if it was aborted. */
export const REPORT_EVERY = 1_000;
