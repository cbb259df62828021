import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import { SourceError } from '../day-source.js';
import { gunzipIfNeeded } from '../formats/gunzip.js';
import type { SourceFile } from './source-file.js';

/**
 * The file itself, or for gzip an unpacked copy in the system's temporary folder; `file` is released then. The folder of
 * the source may be read-only, and other programs list it.
 *
 * The copy is unlinked as soon as it is open, so that a crash leaves nothing behind. A system that cannot unlink an open
 * file unlinks it when the file is closed.
 * @throws {SourceError} source-wide: `SOURCE_UNREADABLE`, `SOURCE_TOO_LARGE`; passing: `SOURCE_CUT_OFF`
 * @throws {DatabaseUnavailableError} if the disk has no room for it, which is not an error of the source
 */
export async function unpackIfNeeded(file: SourceFile, signal: AbortSignal): Promise<SourceFile> {
  if (!(await file.isGzip())) return file;
  let folder: string | undefined;
  const removeFolder = async (): Promise<void> => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    folder = await mkdtemp(join(tmpdir(), 'daysync-unpacked-'));
    const handle = await open(join(folder, 'unpacked'), 'wx+', 0o600);
    try {
      await removeFolder().catch(() => undefined);
      for await (const chunk of gunzipIfNeeded(file.chunks())) {
        signal.throwIfAborted();
        await handle.writeFile(chunk);
      }
      return await file.replaceContent(handle, removeFolder);
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    await removeFolder();
    throw classify(error);
  }
}

/** For errors of the disk, not of the source. */
function classify(error: unknown): unknown {
  if (error instanceof SourceError) return error.kind === 'lasting' ? ofAllDays(error) : error;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  const message = `the folder for temporary files has no room for an unpacked source: ${code}`;
  return new DatabaseUnavailableError('disk', message, { cause: error });
}

/** A lasting error of a file with all days affects every day. */
function ofAllDays(error: SourceError): SourceError {
  return new SourceError('source_wide', error.code, error.message, error.place, { cause: error });
}
