import type { BigIntStats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { unlessAborted } from '../../config/abort.js';
import { isFatal } from './duckdb-failure.js';
import { loadDuckdb, type Duckdb } from './duckdb-package.js';

/** A file that is not used for so long is closed, so that other programs can open it. */
const IDLE_MS = 5_000;
/** DuckDB's cache of a file is not larger than this, nor than half of the memory. */
const MOST_MEMORY_MIB = 2_048;
const MIB = 1_048_576;

/** An open file. */
interface OpenedFile {
  readonly duckdb: Duckdb;
  readonly instance: DuckDBInstance;
  /** Which file it is: its path may lead to another one later. */
  readonly id: FileId;
  /** How many use it now. */
  uses: number;
  /** Whether DuckDB refuses all further statements. */
  isBroken: boolean;
  /** Whether only checks have used it: it is closed as soon as they have ended. */
  isForCheck: boolean;
}

interface FileId {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** A connection of a target to its file. */
export interface DuckdbLease {
  readonly duckdb: Duckdb;
  readonly connection: DuckDBConnection;
  /** DuckDB refuses all further statements: the file is to be opened again. */
  readonly giveUp: () => void;
  readonly release: () => void;
}

/** The file was deleted or replaced, or DuckDB has given up on it, while others of this process use it. */
export class DuckdbFileGoneError extends Error {
  override readonly name = 'DuckdbFileGoneError';
}

/** The folder of a file is not there. */
export class NoFolderError extends Error {
  override readonly name = 'NoFolderError';
}

/**
 * A DuckDB file. All targets of this process in one file share one instance of DuckDB, because a second one would not see
 * the locks and the changes of the first. It is opened once it is needed, and closed when it is not used for a while; after
 * a check, at once.
 *
 * Its methods throw DuckDB's errors and those of the file system as they are.
 */
export class DuckdbFile {
  private static readonly shared = new Map<string, DuckdbFile>();
  private targets = 0;
  private opened: OpenedFile | null = null;
  private idle: NodeJS.Timeout | undefined;
  /** The latest opening or closing. */
  private changing: Promise<unknown> = Promise.resolve();
  private writing: Promise<unknown> = Promise.resolve();

  private constructor(private readonly path: string) {}

  /**
   * The file for one more target, which has to release it.
   * @param file its absolute path
   * @throws {NoFolderError}
   */
  static async share(file: string): Promise<DuckdbFile> {
    // Two paths of one file are one file.
    const real = await realpathOf(file);
    const shared = DuckdbFile.shared.get(real) ?? new DuckdbFile(real);
    DuckdbFile.shared.set(real, shared);
    shared.targets += 1;
    return shared;
  }

  /** The last of its targets closes it. */
  async release(): Promise<void> {
    this.targets -= 1;
    if (this.targets > 0) return;
    clearTimeout(this.idle);
    await this.inOrder(() => this.closeUnused());
  }

  /**
   * Another text whenever the file or its log may have another content: a check compares them without opening the file. Null
   * where there is no file.
   */
  async stamp(): Promise<string | null> {
    const [file, log] = await Promise.all([stampOf(this.path), stampOf(`${this.path}.wal`)]);
    return file && `${file}, ${log ?? 'no log'}`;
  }

  /**
   * A connection of its own to the file, which has to be released.
   * @param creates whether it makes the file where there is none
   * @param isCheck whether a file that it has to open is closed at once after it
   * @returns null where there is no file
   * @throws {NoFolderError}
   */
  async connect(creates: boolean, isCheck = false): Promise<DuckdbLease | null> {
    const opened = await this.inOrder(() => this.open(creates, isCheck));
    if (opened === null) return null;
    try {
      return this.lease(opened, await opened.instance.connect());
    } catch (error) {
      opened.isBroken ||= isFatal(error);
      this.end(opened);
      throw error;
    }
  }

  private lease(opened: OpenedFile, connection: DuckDBConnection): DuckdbLease {
    return {
      duckdb: opened.duckdb,
      connection,
      giveUp: () => {
        opened.isBroken = true;
      },
      release: () => {
        // It undoes a transaction that is still open.
        connection.closeSync();
        this.end(opened);
      },
    };
  }

  private end(opened: OpenedFile): void {
    opened.uses -= 1;
    if (opened.uses === 0) this.closeSoon(opened);
  }

  /**
   * Runs a write when those before it have ended: DuckDB has one writer of a table, and each needs much memory.
   * @throws the signal's reason: the write has not begun then
   */
  async inTurn<T>(write: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const begun = this.writing.then(() => signal?.throwIfAborted());
    const result = begun.then(write);
    this.writing = result.catch(() => undefined);
    if (signal !== undefined) await unlessAborted(begun, signal);
    return result;
  }

  /** Whether its path still leads to the file that is open. */
  async isThere(): Promise<boolean> {
    return this.opened === null || isSame(this.opened.id, await findFile(this.path));
  }

  private async open(creates: boolean, isCheck: boolean): Promise<OpenedFile | null> {
    clearTimeout(this.idle);
    const found = await findFile(this.path);
    if (this.opened !== null && (this.opened.isBroken || !isSame(this.opened.id, found))) {
      if (this.opened.uses > 0) throw new DuckdbFileGoneError();
      await this.close(this.opened);
    }
    if (this.opened === null) {
      if (found === null) {
        await expectFolder(this.path);
        if (!creates) return null;
      }
      const duckdb = await loadDuckdb();
      const instance = await duckdb.DuckDBInstance.create(this.path, OPTIONS);
      const id = await stat(this.path, { bigint: true });
      this.opened = { duckdb, instance, id, uses: 0, isBroken: false, isForCheck: isCheck };
    }
    this.opened.uses += 1;
    this.opened.isForCheck &&= isCheck;
    return this.opened;
  }

  private closeSoon({ isForCheck }: OpenedFile): void {
    clearTimeout(this.idle);
    const close = (): void => void this.inOrder(() => this.closeUnused()).catch(() => undefined);
    if (this.targets === 0 || isForCheck) close();
    else this.idle = setTimeout(close, IDLE_MS).unref();
  }

  private async closeUnused(): Promise<void> {
    if (this.opened?.uses === 0) await this.close(this.opened);
    const isOver = this.targets === 0 && this.opened === null;
    // Others may share a later one.
    if (isOver && DuckdbFile.shared.get(this.path) === this) DuckdbFile.shared.delete(this.path);
  }

  private async close({ instance, isBroken }: OpenedFile): Promise<void> {
    this.opened = null;
    // The end of the instance would do it, too, and hold the event loop meanwhile.
    if (!isBroken) await checkpoint(instance);
    instance.closeSync();
  }

  /** Opens and closes one after another. */
  private inOrder<T>(change: () => Promise<T>): Promise<T> {
    const result = this.changing.then(change);
    this.changing = result.catch(() => undefined);
    return result;
  }
}

const OPTIONS = {
  // One day is written at a time, and the order of rows without `order by` is that of the table.
  threads: '1',
  memory_limit: `${memoryLimitMib()}MiB`,
  // A full row group would be compressed while the appender holds the event loop. The commit does it on a thread.
  write_buffer_row_group_count: '1000000000',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

/** Moves what is in the log to the file, and removes the log: that of a file which was replaced would be read with the new one. */
async function checkpoint(instance: DuckDBInstance): Promise<void> {
  try {
    const connection = await instance.connect();
    try {
      await connection.run('checkpoint');
    } finally {
      connection.closeSync();
    }
  } catch {
    // Such as on a full disk. The next opening reads the log.
  }
}

function memoryLimitMib(): number {
  // Without a limit it is 0, or more than there is.
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.min(MOST_MEMORY_MIB, Math.floor(memory / 2 / MIB));
}

/** The path without links. The file itself may not be there yet. */
async function realpathOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (!isNothing(error)) throw error;
  }
  return path.join(await expectFolder(file), path.basename(file));
}

/** @returns the folder of a file, without links */
async function expectFolder(file: string): Promise<string> {
  try {
    const folder = await realpath(path.dirname(file));
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (error) {
    throw isNothing(error) ? new NoFolderError('no such folder', { cause: error }) : error;
  }
  throw new NoFolderError('a file in place of the folder');
}

async function findFile(file: string): Promise<BigIntStats | null> {
  try {
    return await stat(file, { bigint: true });
  } catch (error) {
    if (isNothing(error)) return null;
    throw error;
  }
}

async function stampOf(file: string): Promise<string | null> {
  const found = await findFile(file);
  // The time of any change: programs can set the one of the content.
  return found && [found.dev, found.ino, found.size, found.ctimeNs].join(' ');
}

function isSame(one: FileId, other: FileId | null): boolean {
  return one.dev === other?.dev && one.ino === other.ino;
}

function isNothing(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
