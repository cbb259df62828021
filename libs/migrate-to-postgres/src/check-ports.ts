import type { PostgresDatabase } from '../../../apps/api/src/database/postgres/postgres-database.js';
import type { MoveConnection } from './move-connection.js';
import type { TellMove } from './move-event.js';
import type { SqliteInstallation } from './sqlite-installation.js';

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
