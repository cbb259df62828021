import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely, RawBuilder } from 'kysely';
import { Client } from 'pg';
import Cursor from 'pg-cursor';
import { MOVE_TABLE } from '../../../apps/api/src/database/schema-version.js';
import {
  LOCK_CLASS,
  connectionOf,
} from '../../../apps/api/src/database/postgres/postgres-connection.js';
import { classifyPostgresFailure } from '../../../apps/api/src/database/postgres/postgres-failure.js';
import type { Schema } from '../../../apps/api/src/database/schema.js';
import { quote } from '../../../apps/api/src/targets/target-dialect.js';
import type { MovedTable } from './moved-table.js';
import { MoveRefusedError } from './move-progress.js';
import type { DbRow } from './sqlite-installation.js';

/** The name of a move in the server's own lists. Processes of an installation are called `daysync` and a name. */
export const MOVE_NAME = 'daysync-move';
/** The key of the move's advisory lock, which lasts as long as its connection. */
const MOVE_LOCK = 6;
/** The server may still see a move that was killed a moment ago. */
const TRIES = 50;
const PAUSE_MS = 100;

/** Results are read in parts of about this size. */
const READ_BYTES = 1_024 * 1_024;
const FIRST_ROWS = 50;
const MOST_ROWS = 2_000;

/** The tables in which a start writes rows, in a database without any data. */
const WRITTEN_BY_A_START: readonly string[] = [
  'target_version',
  'dataset_version',
  'datasets_file',
];

/** The connection that locks a PostgreSQL for one move, and reads what the move has copied. */
export class MoveConnection {
  private constructor(private readonly client: Client) {}

  static async open(url: string): Promise<MoveConnection> {
    const client = new Client({
      ...connectionOf(url, MOVE_NAME),
      // All digits of a number, whatever the setting of the server.
      options: '-c extra_float_digits=1',
    });
    // The current query fails, or the next one.
    client.on('error', () => undefined);
    await client.connect();
    return new MoveConnection(client);
  }

  /**
   * Locks the database for this move.
   * @throws {MoveRefusedError} if another move has locked it, or Daysync runs on it
   */
  async lock(): Promise<void> {
    const lock = `select pg_try_advisory_lock(${LOCK_CLASS}, ${MOVE_LOCK})`;
    const others = `select not exists (
      select from pg_stat_activity
      where datname = current_database() and application_name like 'daysync %')`;
    await this.until(lock, 'Another move into the database of DATABASE_URL is under way');
    await this.until(
      others,
      'Daysync runs on the database of DATABASE_URL: stop it wherever it runs',
    );
  }

  /** Whether a move into this database has not ended. */
  hasMove(): Promise<boolean> {
    return this.value(`select to_regclass('${MOVE_TABLE}') is not null`);
  }

  /**
   * Deletes what a start alone has written.
   * @throws {MoveRefusedError} if one of the other tables has rows: nothing is deleted
   */
  async checkEmpty(tables: readonly MovedTable[]): Promise<void> {
    const written: string[] = [];
    for (const { name } of tables) {
      const present = await this.value(`select to_regclass('${quote(name)}') is not null`);
      if (!present || !(await this.value(`select exists (select from ${quote(name)})`))) continue;
      if (WRITTEN_BY_A_START.includes(name)) {
        written.push(name);
        continue;
      }
      throw new MoveRefusedError(
        `The database of DATABASE_URL has data already: its table ${name} is not empty. If that is a move that has ended, start Daysync on it; otherwise set DATABASE_URL to an empty database.`,
      );
    }
    for (const name of written) await this.client.query(`delete from ${quote(name)}`);
  }

  /** Reads the rows of a query in parts; values are in the order of their columns. */
  async *rows(query: RawBuilder<unknown>, db: Kysely<Schema>): AsyncGenerator<DbRow> {
    const { sql: text, parameters } = query.compile(db);
    const cursor = this.client.query(
      new Cursor<DbRow & unknown[]>(text, [...parameters], { rowMode: 'array' }),
    );
    try {
      for (let count = FIRST_ROWS; ;) {
        const rows = await cursor.read(count);
        yield* rows;
        if (rows.length < count) return;
        count = fittingCount(rows);
      }
    } catch (error) {
      throw classifyPostgresFailure(error);
    } finally {
      await cursor.close().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  private async until(question: string, otherwise: string): Promise<void> {
    for (let tries = 1; !(await this.value(question)); tries++) {
      if (tries === TRIES) throw new MoveRefusedError(`${otherwise}. Nothing was moved.`);
      await sleep(PAUSE_MS);
    }
  }

  private async value(question: string): Promise<boolean> {
    try {
      const { rows } = await this.client.query<[boolean]>({ text: question, rowMode: 'array' });
      return rows[0]?.[0] === true;
    } catch (error) {
      throw classifyPostgresFailure(error);
    }
  }
}

/** How many rows of this size to read at a time. */
function fittingCount(rows: readonly DbRow[]): number {
  let bytes = 0;
  for (const row of rows) {
    for (const value of row) bytes += typeof value === 'string' ? value.length : 8;
  }
  const count = Math.floor((READ_BYTES * rows.length) / Math.max(1, bytes));
  return Math.min(MOST_ROWS, Math.max(1, count));
}
