import { once } from 'node:events';
import { open, type FileHandle } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { SqliteConnection } from '../sqlite-connection.js';

/** So many pages wait in the log before they move into the database's file: SQLite's own figure. */
const SOME_PAGES = 1_000;
/** So many would hold up the event loop: a thread moves them that lives no longer than that takes. */
const MANY_PAGES = 4_000;

/** On a connection of its own, which keeps the file consistent wherever it ends. */
const CHECKPOINT = `
const { DatabaseSync } = require('node:sqlite');
const handle = new DatabaseSync(require('node:worker_threads').workerData);
handle.exec('pragma wal_checkpoint(passive)');
handle.close();`;

/**
 * The write-ahead log of the database, where a commit's pages wait to move into the database's file. SQLite's own
 * way would hold up the event loop after a large commit; here nothing waits for the disk but the commit itself.
 */
export class WriteAheadLog {
  private flushing: Promise<void> | undefined;
  private moving: Promise<void> | undefined;
  /** A thread has moved what it found; with what came meanwhile, the log begins anew from its start. */
  private movedMany = false;

  private constructor(
    private readonly database: string,
    private readonly connection: SqliteConnection,
    private readonly file: FileHandle,
  ) {}

  /**
   * @param database the file that it is the log of
   * @param connection the one that writes
   */
  static async open(database: string, connection: SqliteConnection): Promise<WriteAheadLog> {
    connection.prepare('pragma wal_autocheckpoint = 0').all([]);
    return new WriteAheadLog(database, connection, await open(`${database}-wal`, 'r+'));
  }

  /** Begins to bring to the disk what was written so far. */
  beginFlush(): void {
    this.flushing ??= this.file
      .datasync()
      // The commit flushes as well, and tells what is wrong with the disk.
      .catch(() => undefined)
      .finally(() => (this.flushing = undefined));
  }

  /** Brings to the disk what was written so far: the commit that follows finds little left to wait for. */
  async flush(): Promise<void> {
    await this.flushing;
    this.beginFlush();
    await this.flushing;
  }

  /**
   * Moves committed pages into the database's file, if it is time to; to be called after each commit. What fails is
   * done after a later one, or by the next to open the file.
   */
  checkpoint(): void {
    if (this.moving !== undefined) return;
    try {
      const waiting = this.countWaiting();
      if (waiting >= MANY_PAGES) {
        this.moving = this.moveInThread();
      } else if (waiting >= (this.movedMany ? 1 : SOME_PAGES)) {
        this.movedMany = false;
        this.connection.prepare('pragma wal_checkpoint(passive)').all([]);
      }
    } catch {
      // The disk is full or away: the pages are safe where they are.
    }
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.moving;
    await this.flushing;
    await this.file.close();
  }

  private countWaiting(): number {
    const [state] = this.connection.prepare('pragma wal_checkpoint(noop)').all([]) as {
      readonly log: number;
      readonly checkpointed: number;
    }[];
    return state === undefined ? 0 : state.log - state.checkpointed;
  }

  private async moveInThread(): Promise<void> {
    try {
      await once(new Worker(CHECKPOINT, { eval: true, workerData: this.database }), 'exit');
    } catch {
      // As above.
    }
    this.moving = undefined;
    this.movedMany = true;
  }
}
