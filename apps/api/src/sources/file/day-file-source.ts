import { realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { CalendarDay } from '@daysync/progress';
import { SourceError, type DaySource, type RowChunk } from '../day-source.js';
import type { WantedColumn } from '../source-columns.js';
import { unlessAborted } from '../abort.js';
import { fillDayTemplate } from './day-template.js';
import type { DayFilesConfig } from './file-source-config.js';
import { unpackIfPacked } from '../formats/unpack.js';
import { readFormat } from '../formats/read-format.js';
import { fileFailure, SourceFile } from './source-file.js';

/** The open file of a day, and its path. */
interface OpenDay {
  readonly file: SourceFile;
  readonly path: string;
  /** Without symbolic links. */
  readonly realPath: string;
}

/**
 * The rows of a day from the file of that day.
 *
 * A missing file is a day without data. A file is read through one descriptor from beginning to end, and unpacked on
 * the way if it is packed. At the end the source checks that it is still the same file.
 */
export class DayFileSource implements DaySource {
  /** @param columns the columns that the dataset wants */
  constructor(
    private readonly config: DayFilesConfig,
    private readonly columns: readonly WantedColumn[] = [],
  ) {}

  /**
   * @throws {SourceError} lasting: `SOURCE_BLOCKED`, where the file lies outside of its folder, `SOURCE_UNREADABLE`,
   * where it may not be read or is none, and what `readFormat` and `unpackIfPacked` throw; passing: `SOURCE_CHANGED`,
   * `SOURCE_CUT_OFF`; source-wide: `SOURCE_FILE_MISSING`, where the folder is gone, `SOURCE_UNREADABLE`, where the
   * folder or the disk is
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    signal.throwIfAborted();
    const written = fillDayTemplate(this.config.writtenPath, day);
    const opening = this.open(day, written);
    let open: OpenDay | undefined;
    try {
      open = await unlessAborted(opening, signal);
    } catch (error) {
      void closeLate(opening);
      throw error;
    }
    if (open === undefined) return;
    try {
      yield* this.read(open, written, signal);
    } finally {
      // A disk that does not answer must not block an aborted day.
      const closed = open.file.release();
      if (signal.aborted) closed.catch(() => undefined);
      else await closed;
    }
  }

  private async *read(
    open: OpenDay,
    written: string,
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    const { kind, rows, dialect, encoding } = this.config;
    try {
      const bytes = unpackIfPacked(open.file.packed(open.path));
      const format = { format: kind, pointer: rows, columns: this.columns, dialect, encoding };
      yield* readFormat(bytes, { ...format, signal });
    } catch (error) {
      signal.throwIfAborted();
      // A file that is still being written may be valid in a moment.
      if (!(await isUnchanged(open))) throw changed(written);
      throw fileFailure(error, written);
    }
    if (!(await isUnchanged(open))) throw changed(written);
  }

  /** Opens the file of a day; undefined if it does not exist. */
  private async open(day: CalendarDay, written: string): Promise<OpenDay | undefined> {
    const { folder, template, writtenPath } = this.config;
    const path = join(folder, fillDayTemplate(template, day));
    const realFolder = await realPathOf(folder, writtenPath);
    if (realFolder === undefined) {
      throw new SourceError(
        'source_wide',
        'SOURCE_FILE_MISSING',
        `expected the folder of ${writtenPath}, got none`,
      );
    }
    const realPath = await ofThisDay(realPathOf(path, written));
    if (realPath === undefined) return undefined;
    if (!isInside(realFolder, realPath)) {
      throw new SourceError(
        'lasting',
        'SOURCE_BLOCKED',
        `expected ${written} to lie in its folder, got a link that leads out of it`,
      );
    }
    try {
      const file = await ofThisDay(SourceFile.open(realPath, written));
      return { file, path, realPath };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      if (error.code === 'SOURCE_FILE_MISSING') return undefined;
      throw error;
    }
  }
}

/** Errors of one path, not of the disk: no permission, a cycle of links, a name that is too long. */
const OF_ONE_PATH: readonly unknown[] = ['EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'];

/** An existing file that cannot be read affects only its own day. */
async function ofThisDay<Value>(found: Promise<Value>): Promise<Value> {
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

async function closeLate(opening: Promise<OpenDay | undefined>): Promise<void> {
  try {
    await (await opening)?.file.release();
  } catch {
    // It was never open; the day ended for another reason.
  }
}

/** The real path; undefined if it does not exist. */
async function realPathOf(path: string, written: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const failure = fileFailure(error, written);
    if (failure instanceof SourceError && failure.code === 'SOURCE_FILE_MISSING') return undefined;
    throw failure;
  }
}

function isInside(folder: string, path: string): boolean {
  const [first] = relative(folder, path).split(sep, 1);
  return first !== '..' && join(folder, relative(folder, path)) === path;
}

/** Whether the path still leads to the file that was read, unchanged. */
async function isUnchanged({ file, path, realPath }: OpenDay): Promise<boolean> {
  const now = await realpath(path).catch(() => undefined);
  return now === realPath && (await file.isCurrent());
}

function changed(written: string): SourceError {
  return new SourceError(
    'passing',
    'SOURCE_CHANGED',
    `expected ${written} to stay as it is while it is read, got a changed file`,
  );
}
