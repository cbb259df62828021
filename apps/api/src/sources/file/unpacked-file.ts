import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import { SourceError } from '../day-source.js';
import { gunzipIfNeeded } from '../formats/gunzip.js';
import type { SourceFile } from './source-file.js';

/**
 * The file itself, or, where it is gzip, a file whose content is the unpacked one in the system's folder for temporary
 * files; `file` is let go of then. It is the system's folder and not that of the source, which may be read-only and
 * whose listing belongs to others.
 *
 * The unpacked file loses its name as soon as it is open, so that it is gone after a crash too; a system that keeps the
 * name of an open file loses it when the file is closed.
 * @throws {SourceError} source-wide: `SOURCE_UNREADABLE`, `SOURCE_TOO_LARGE`; passing: `SOURCE_CUT_OFF`
 * @throws {DatabaseUnavailableError} if there is no room for it on the disk, which is no fault of the source's
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

/** Where it is the disk that fails and not the source. */
function classify(error: unknown): unknown {
  if (error instanceof SourceError) return error.kind === 'lasting' ? ofAllDays(error) : error;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  const message = `the folder for temporary files has no room for an unpacked source: ${code}`;
  return new DatabaseUnavailableError('disk', message, { cause: error });
}

/** What lasts for one file is so for all days where that file holds them all. */
function ofAllDays(error: SourceError): SourceError {
  return new SourceError('source_wide', error.code, error.message, error.place, { cause: error });
}
