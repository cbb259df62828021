import { SourceError } from '../day-source.js';
import { unpackIfPacked } from '../formats/unpack.js';
import { TemporaryFile } from '../temporary-file.js';
import type { SourceFile } from './source-file.js';

/**
 * The file itself, or an unpacked copy in the system's temporary folder if it is packed; `file` is released then. The
 * folder of the source may be read-only, and other programs list it.
 * @throws {SourceError} source-wide: `SOURCE_UNREADABLE`, `SOURCE_TOO_LARGE`; passing: `SOURCE_CUT_OFF`
 * @throws {DatabaseUnavailableError} if the disk has no room for it, which is not an error of the source
 */
export async function unpackIfNeeded(file: SourceFile, signal: AbortSignal): Promise<SourceFile> {
  if ((await file.packing()) === undefined) return file;
  const copy = await TemporaryFile.create();
  try {
    for await (const chunk of unpackIfPacked(file.packed())) {
      signal.throwIfAborted();
      await copy.write(chunk);
    }
    return await file.replaceContent(copy.handle, copy.remove);
  } catch (error) {
    await copy.close();
    throw ofAllDays(error);
  }
}

/** A lasting error of a file with all days affects every day. */
function ofAllDays(error: unknown): unknown {
  if (!(error instanceof SourceError) || error.kind !== 'lasting') return error;
  return new SourceError('source_wide', error.code, error.message, error.place, { cause: error });
}
