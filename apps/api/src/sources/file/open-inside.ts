import { constants, type BigIntStats } from 'node:fs';
import { open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { SourceError } from '../day-source.js';

/** Where a file of a source has to lie. */
export interface FilePlace {
  /** Absolute; links in it are followed as long as they stay in the folder. */
  readonly path: string;
  /** Absolute, without links. */
  readonly realFolder: string;
  /** As errors show the path. */
  readonly writtenPath: string;
}

/** A pipe is not waited for, nor does a terminal take this process over; a link is no longer expected. */
const READ_WITHOUT_WAIT =
  constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_NOFOLLOW;

/**
 * Opens a file of a source; nothing else does. Whoever may write into a data folder could otherwise make Daysync show
 * any file of this machine by a link.
 *
 * What was opened is checked once more: a folder on the way may have become a link meanwhile.
 * @throws {SourceError} lasting: `SOURCE_BLOCKED`, where the file lies outside of its folder; source-wide:
 * `SOURCE_UNREADABLE`, where it is no file
 */
export async function openInside({
  path,
  realFolder,
  writtenPath,
}: FilePlace): Promise<{ readonly handle: FileHandle; readonly found: BigIntStats }> {
  const realPath = await realpath(path);
  requireInside(realFolder, realPath, writtenPath);
  const handle = await openFile(realPath, writtenPath);
  try {
    // Only Linux says which file a descriptor is of.
    const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => realpath(realPath));
    requireInside(realFolder, opened, writtenPath);
    const found = await handle.stat({ bigint: true });
    if (!found.isFile()) throw noFile(writtenPath);
    return { handle, found };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * A folder without links.
 * @throws {SourceError} source-wide: `SOURCE_FILE_MISSING`, `SOURCE_UNREADABLE`
 */
export async function realFolderOf(folder: string, writtenPath: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    const failure = fileFailure(error, writtenPath);
    if (!isMissing(failure)) throw failure;
    const message = `expected the folder of ${writtenPath}, got none`;
    throw new SourceError('source_wide', 'SOURCE_FILE_MISSING', message);
  }
}

/** A failed file operation as an error of the source; any other error unchanged. */
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

export function isMissing(error: unknown): boolean {
  return error instanceof SourceError && error.code === 'SOURCE_FILE_MISSING';
}

/** Whether a path lies in a folder; both without links. */
export function isInside(folder: string, path: string): boolean {
  const [first] = relative(folder, path).split(sep, 1);
  return first !== '..' && join(folder, relative(folder, path)) === path;
}

async function openFile(realPath: string, writtenPath: string): Promise<FileHandle> {
  try {
    return await open(realPath, READ_WITHOUT_WAIT);
  } catch (error) {
    // A socket can't be opened.
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') throw noFile(writtenPath);
    throw error;
  }
}

function requireInside(realFolder: string, realPath: string, writtenPath: string): void {
  if (isInside(realFolder, realPath)) return;
  throw new SourceError(
    'lasting',
    'SOURCE_BLOCKED',
    `expected ${writtenPath} to lie in its folder, got a link that leads out of it: write the path that it leads to`,
  );
}

function noFile(writtenPath: string): SourceError {
  const message = `expected ${writtenPath} to be a file, got a folder or a device`;
  return new SourceError('source_wide', 'SOURCE_UNREADABLE', message);
}
