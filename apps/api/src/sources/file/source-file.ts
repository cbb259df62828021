import { stat, type BigIntStats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { systemClock } from '../../config/clock.js';
import { SourceError } from '../day-source.js';
import { isGzipFront } from '../formats/gunzip.js';

const CHUNK_BYTES = 262_144;
/** As that of `node:fs/promises`, which takes a quarter longer: each day of a file asks. */
const statPath = promisify(stat);

/**
 * An open file that its users share: it is closed when the last of them has let go. What the path leads to may
 * change meanwhile; the descriptor still reads the file that was opened.
 */
export class SourceFile {
  private users = 1;
  /** When it was asked last whether it is current, and was; on the monotonic clock. */
  private currentAt = Number.NEGATIVE_INFINITY;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly identity: string,
    private readonly onClosed: () => Promise<void> = () => Promise.resolve(),
  ) {}

  /**
   * Opens `path` for its first user.
   * @param writtenPath what errors show instead of `path`
   * @throws {SourceError} source-wide: `SOURCE_FILE_MISSING`, `SOURCE_UNREADABLE`
   */
  static async open(path: string, writtenPath: string): Promise<SourceFile> {
    try {
      // Opening a pipe would wait for its other end, for ever.
      if (!(await statPath(path)).isFile()) {
        throw new SourceError(
          'source_wide',
          'SOURCE_UNREADABLE',
          `expected ${writtenPath} to be a file, got a folder or a device`,
        );
      }
      const handle = await open(path, 'r');
      try {
        return new SourceFile(path, handle, identityOf(await handle.stat({ bigint: true })));
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw fileFailure(error, writtenPath);
    }
  }

  /**
   * Whether the path still leads to the file as it was opened: device, inode, size and time of last change.
   * @param mostAgeMs how old an answer may be that was yes
   */
  async isCurrent(mostAgeMs = 0): Promise<boolean> {
    const asked = systemClock.monotonic();
    if (asked - this.currentAt < mostAgeMs) return true;
    try {
      if (identityOf(await statPath(this.path, { bigint: true })) !== this.identity) return false;
      this.currentAt = asked;
      return true;
    } catch {
      // Gone or out of reach: opening it again shows which.
      return false;
    }
  }

  /** Whether the content is gzip, whatever the name says. */
  async isGzip(): Promise<boolean> {
    const front = Buffer.alloc(2);
    return (await this.readAt(front, 0)) === front.length && isGzipFront(front);
  }

  /**
   * The same file for {@link isCurrent}, with the content of another; this one is let go of.
   * @param onClosed called when the last user has let go
   */
  async replaceContent(content: FileHandle, onClosed: () => Promise<void>): Promise<SourceFile> {
    await this.release();
    return new SourceFile(this.path, content, this.identity, onClosed);
  }

  /** The whole file in order. */
  async *chunks(): AsyncGenerator<Buffer> {
    for (let position = 0; ;) {
      const { bytesRead, buffer } = await this.handle.read(
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

  /** Fills `buffer` from `position` on, as far as the file goes, and gives the number of bytes. */
  async readAt(buffer: Buffer, position: number): Promise<number> {
    for (let filled = 0; ;) {
      const { bytesRead } = await this.handle.read(
        buffer,
        filled,
        buffer.length - filled,
        position + filled,
      );
      filled += bytesRead;
      if (bytesRead === 0 || filled === buffer.length) return filled;
    }
  }

  /** Counts one more user; `false` if the file has been closed. */
  retain(): boolean {
    if (this.users === 0) return false;
    this.users += 1;
    return true;
  }

  /** One user lets go; the last one closes the file. */
  async release(): Promise<void> {
    this.users -= 1;
    if (this.users > 0) return;
    await this.handle.close();
    await this.onClosed();
  }
}

/** What a failing file operation means for the source; anything else is passed on. */
export function fileFailure(error: unknown, writtenPath: string): unknown {
  if (typeof error !== 'object' || error === null) return error;
  if (!('code' in error) || !('syscall' in error)) return error;
  const code = String(error.code);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new SourceError(
      'source_wide',
      'SOURCE_FILE_MISSING',
      `expected the file ${writtenPath}, got none`,
      {},
      { cause: error },
    );
  }
  return new SourceError(
    'source_wide',
    'SOURCE_UNREADABLE',
    `expected to read the file ${writtenPath}, got ${code}`,
    {},
    { cause: error },
  );
}

function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}`;
}
