import { once } from 'node:events';
import { open, type FileHandle } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { SqliteConnection } from '../sqlite-connection.js';

/** With so many pages in the log it is checkpointed: SQLite's own default. */
const SOME_PAGES = 1_000;
/** So many would block the event loop: a thread of its own checkpoints them. */
const MANY_PAGES = 4_000;

/** On a connection of its own: wherever the thread ends, the file stays consistent. */
const CHECKPOINT = `
const { DatabaseSync } = require('node:sqlite');
const handle = new DatabaseSync(require('node:worker_threads').workerData);
handle.exec('pragma wal_checkpoint(passive)');
handle.close();`;

/**
 * Checkpoints the write-ahead log. SQLite's automatic checkpoint would block the event loop after a large commit; here only
 * the commit itself waits for the disk.
 */
export class WriteAheadLog {
  private flushing: Promise<void> | undefined;
  private moving: Promise<void> | undefined;
  /** A thread has checkpointed what it found: another checkpoint lets the log start over. */
  private movedMany = false;

  private constructor(
    private readonly database: string,
    private readonly connection: SqliteConnection,
    private readonly file: FileHandle,
  ) {}

  /**
   * @param database the file of the database
   * @param connection the writing one
   */
  static async open(database: string, connection: SqliteConnection): Promise<WriteAheadLog> {
    connection.prepare('pragma wal_autocheckpoint = 0').all([]);
    return new WriteAheadLog(database, connection, await open(`${database}-wal`, 'r+'));
  }

  /** Begins to flush the log to the disk. */
  beginFlush(): void {
    this.flushing ??= this.file
      .datasync()
      // The commit flushes as well, and reports an error of the disk.
      .catch(() => undefined)
      .finally(() => (this.flushing = undefined));
  }

  /** Flushes the log to the disk, so that the next commit has little left to flush. */
  async flush(): Promise<void> {
    await this.flushing;
    this.beginFlush();
    await this.flushing;
  }

  /**
   * Checkpoints, if the log is long enough; to be called after each commit. After an error a later commit tries again, or
   * the next process that opens the file.
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
      // The disk is full or away: the pages are safe in the log.
    }
  }

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
