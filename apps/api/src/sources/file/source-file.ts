import { stat, type BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { systemClock } from '../../config/clock.js';
import { unlessAborted } from '../../config/abort.js';
import { SourceError, type RowChunk } from '../day-source.js';
import { packingOf, type PackedContent, type Packing } from '../formats/unpack.js';
import { readAt } from '../temporary-file.js';
import { fileFailure, isMissing, openInside, type FilePlace } from './open-inside.js';

const CHUNK_BYTES = 262_144;
/** Faster by a fifth than that of `node:fs/promises`, and called for each day. */
const statPath = promisify(stat);

/**
 * An open file shared by several users, closed when the last one releases it. The path may lead to another file
 * meanwhile; the descriptor still reads the file that was opened.
 */
export class SourceFile {
  private users = 1;
  /** When the file was last found to be current; on the monotonic clock. */
  private currentAt = Number.NEGATIVE_INFINITY;
  /** Resolves to undefined where the path leads to another file now; absent while it is suspended. */
  private handle: Promise<FileHandle | undefined> | undefined;
  private suspended: Promise<void> = Promise.resolve();

  private constructor(
    private readonly place: FilePlace,
    handle: FileHandle,
    private readonly identity: string,
    /** Of the file as it was opened, in bytes. */
    readonly size: number,
    /** Only of a copy. */
    private readonly onClosed?: () => Promise<void>,
  ) {
    this.handle = Promise.resolve(handle);
  }

  /**
   * Opens a file for its first user.
   * @throws {SourceError} source-wide: `SOURCE_FILE_MISSING`, `SOURCE_UNREADABLE`; lasting: `SOURCE_BLOCKED`, where the
   * file lies outside of its folder
   */
  static async open(place: FilePlace): Promise<SourceFile> {
    try {
      const { handle, found } = await openInside(place);
      return new SourceFile(place, handle, identityOf(found), Number(found.size));
    } catch (error) {
      throw fileFailure(error, place.writtenPath);
    }
  }

  /** As {@link open}; undefined where there is no such file in the folder. */
  static async openIfThere(place: FilePlace): Promise<SourceFile | undefined> {
    try {
      return await SourceFile.open(place);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * Whether the path still leads to the file as it was opened: device, inode, size and time of last change.
   * @param mostAgeMs how old a positive answer may be
   */
  async isCurrent(mostAgeMs = 0): Promise<boolean> {
    const asked = systemClock.monotonic();
    if (asked - this.currentAt < mostAgeMs) return true;
    try {
      if (identityOf(await statPath(this.place.path, { bigint: true })) !== this.identity)
        return false;
      this.currentAt = asked;
      return true;
    } catch {
      // Gone or out of reach: opening it again shows which.
      return false;
    }
  }

  /** How the content is packed; undefined if it is not. */
  async packing(): Promise<Packing | undefined> {
    const front = Buffer.alloc(4);
    const length = await this.readAt(front, 0);
    return packingOf(front.subarray(0, length), this.place.path);
  }

  /** The content for `unpackIfPacked`. */
  packed(): PackedContent {
    const { size } = this;
    const name = this.place.path;
    const random = {
      size,
      readAt: (buffer: Buffer, position: number) => this.readAt(buffer, position),
    };
    return { chunks: this.chunks(), name, random };
  }

  /**
   * The same file for {@link isCurrent}, with the content of another one. Releases this one.
   * @param onClosed called when the last user has released it
   */
  async replaceContent(content: FileHandle, onClosed: () => Promise<void>): Promise<SourceFile> {
    await this.release();
    return new SourceFile(this.place, content, this.identity, this.size, onClosed);
  }

  /** The whole file in order. */
  async *chunks(): AsyncGenerator<Buffer> {
    const handle = await this.opened();
    for (let position = 0; handle !== undefined;) {
      const { bytesRead, buffer } = await handle.read(
        Buffer.allocUnsafe(CHUNK_BYTES),
        0,
        CHUNK_BYTES,
        position,
      );
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /**
   * Fills `buffer` from `position` on, up to the end of the file.
   * @returns the number of bytes; 0 where the path leads to another file since it was suspended
   */
  async readAt(buffer: Buffer, position: number): Promise<number> {
    const handle = await this.opened();
    return handle === undefined ? 0 : readAt(handle, buffer, position);
  }

  /** Closes the descriptor until the next read. @returns `false` for a copy, and while others use the file */
  suspend(): boolean {
    if (this.users !== 1 || this.onClosed !== undefined) return false;
    const { handle } = this;
    this.handle = undefined;
    this.suspended = this.suspended.then(async () => (await handle)?.close());
    return true;
  }

  /** Counts one more user; `false` if the file has been closed. */
  retain(): boolean {
    if (this.users === 0) return false;
    this.users += 1;
    return true;
  }

  /** Counts one user less; the last one closes the file. @returns whether that was the last one */
  async release(): Promise<boolean> {
    this.users -= 1;
    if (this.users > 0) return false;
    await this.suspended;
    await (await this.handle)?.close();
    await this.onClosed?.();
    return true;
  }

  private opened(): Promise<FileHandle | undefined> {
    if (this.users === 0) return this.handle ?? Promise.resolve(undefined);
    return (this.handle ??= this.reopen());
  }

  private async reopen(): Promise<FileHandle | undefined> {
    if (!(await this.isCurrent())) return undefined;
    try {
      const { handle, found } = await openInside(this.place);
      if (identityOf(found) === this.identity) return handle;
      await handle.close();
    } catch {
      // Indexing it again shows why.
    }
    return undefined;
  }
}

/** Device, inode, size and time of last change. */
export function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}`;
}

/**
 * Reads a file that is being opened, and releases it. A disk that does not answer must not block an aborted day.
 * @param opening undefined where there is no file
 */
export async function* readWhileOpen<Opened extends { readonly file: SourceFile }>(
  opening: Promise<Opened | undefined>,
  signal: AbortSignal,
  read: (opened: Opened) => AsyncIterable<RowChunk>,
): AsyncGenerator<RowChunk> {
  let opened: Opened | undefined;
  try {
    opened = await unlessAborted(opening, signal);
  } catch (error) {
    void closeLate(opening);
    throw error;
  }
  if (opened === undefined) return;
  try {
    yield* read(opened);
  } finally {
    const closed = opened.file.release();
    if (signal.aborted) closed.catch(() => undefined);
    else await closed;
  }
}

async function closeLate(
  opening: Promise<{ readonly file: SourceFile } | undefined>,
): Promise<void> {
  try {
    await (await opening)?.file.release();
  } catch {
    // It was never open; the day ended for another reason.
  }
}

/** Errors of one path, not of the disk: no permission, a cycle of links, a name that is too long. */
const OF_ONE_PATH: readonly unknown[] = ['EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'];

/** An existing file that cannot be read affects only its own day. */
export async function ofThisDay<Value>(found: Promise<Value>): Promise<Value> {
  try {
    return await found;
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== 'SOURCE_UNREADABLE') throw error;
    const { code, message, place, cause } = error;
    const reason = (cause as { readonly code?: unknown } | undefined)?.code;
    // Without a system error it is a folder or a device.
    if (reason !== undefined && !OF_ONE_PATH.includes(reason)) throw error;
    throw new SourceError('lasting', code, message, place, { cause });
  }
}
