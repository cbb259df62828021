import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseUnavailableError } from '../database/unavailable.js';

/**
 * A file of this process in the system's temporary folder. It is unlinked as soon as it is open, so that a crash leaves
 * nothing behind. A system that cannot unlink an open file unlinks it when the file is closed.
 */
export class TemporaryFile {
  /** The bytes written. */
  size = 0;

  private constructor(
    readonly handle: FileHandle,
    /** Removes what is left of it; after `handle` is closed. */
    readonly remove: () => Promise<void>,
  ) {}

  /** @throws {DatabaseUnavailableError} if the disk has no room, which is not an error of the source */
  static async create(): Promise<TemporaryFile> {
    let folder: string | undefined;
    const remove = async (): Promise<void> => {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    };
    try {
      folder = await mkdtemp(join(tmpdir(), 'daysync-unpacked-'));
      const handle = await open(join(folder, 'unpacked'), 'wx+', 0o600);
      await remove().catch(() => undefined);
      return new TemporaryFile(handle, remove);
    } catch (error) {
      await remove();
      throw classify(error);
    }
  }

  /**
   * Appends bytes.
   * @throws {DatabaseUnavailableError} as {@link create} does
   */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let written = 0; written < bytes.length;) {
        const position = this.size + written;
        const result = await this.handle.write(bytes, written, bytes.length - written, position);
        written += result.bytesWritten;
      }
    } catch (error) {
      throw classify(error);
    }
    this.size += bytes.length;
  }

  /** Drops what follows the first `size` bytes. */
  async truncate(size: number): Promise<void> {
    await this.handle.truncate(size);
    this.size = size;
  }

  /** Fills `buffer` from `position` on, up to the end of the file. @returns the number of bytes */
  async readAt(buffer: Buffer, position: number): Promise<number> {
    return readAt(this.handle, buffer, position);
  }

  async close(): Promise<void> {
    await this.handle.close();
    await this.remove();
  }
}

/** Fills `buffer` from `position` on, up to the end of the file. @returns the number of bytes */
export async function readAt(
  handle: FileHandle,
  buffer: Buffer,
  position: number,
): Promise<number> {
  for (let filled = 0; ;) {
    const { bytesRead } = await handle.read(
      buffer,
      filled,
      buffer.length - filled,
      position + filled,
    );
    filled += bytesRead;
    if (bytesRead === 0 || filled === buffer.length) return filled;
  }
}

function classify(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  const message = `the folder for temporary files has no room for an unpacked source: ${code}`;
  return new DatabaseUnavailableError('disk', message, { cause: error });
}
