import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { CalendarDay } from '@daysync/progress';
import { SourceError, type DaySource, type RowChunk } from '../day-source.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { rowsOfDayFile } from './day-file-rows.js';
import { fillDayTemplate } from './day-template.js';
import type { DayFilesConfig } from './file-source-config.js';
import { isInside } from './file-listing.js';
import { fileFailure, ofThisDay, readWhileOpen, SourceFile } from './source-file.js';

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
  /** @param columns the columns that the dataset needs */
  constructor(
    private readonly config: DayFilesConfig,
    private readonly columns: readonly NeededColumn[] = [],
  ) {}

  /**
   * @throws {SourceError} lasting: `SOURCE_BLOCKED`, where the file lies outside of its folder, `SOURCE_UNREADABLE`,
   * where it may not be read or is none, and what `rowsOfDayFile` throws; passing: `SOURCE_FILE_CHANGED`,
   * `SOURCE_CUT_OFF`; source-wide: `SOURCE_FILE_MISSING`, where the folder is gone, `SOURCE_UNREADABLE`, where the
   * folder or the disk is
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    signal.throwIfAborted();
    const written = fillDayTemplate(this.config.writtenPath, day);
    yield* readWhileOpen(this.open(day, written), signal, (open) =>
      this.read(open, written, signal),
    );
  }

  private async *read(
    open: OpenDay,
    written: string,
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    try {
      yield* rowsOfDayFile(open.file, this.config, this.columns, signal, open.path);
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

/** Whether the path still leads to the file that was read, unchanged. */
async function isUnchanged({ file, path, realPath }: OpenDay): Promise<boolean> {
  const now = await realpath(path).catch(() => undefined);
  return now === realPath && (await file.isCurrent());
}

function changed(written: string): SourceError {
  return new SourceError(
    'passing',
    'SOURCE_FILE_CHANGED',
    `expected ${written} to stay as it is while it is read, got a changed file`,
  );
}
