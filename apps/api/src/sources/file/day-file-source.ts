import { join } from 'node:path';
import type { CalendarDay } from '@daysync/progress';
import { SourceError, type DaySource, type RowChunk } from '../day-source.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { rowsOfDayFile } from './day-file-rows.js';
import { fillDayTemplate } from './day-template.js';
import type { DayFilesConfig } from './file-source-config.js';
import { fileFailure, realFolderOf } from './open-inside.js';
import { ofThisDay, readWhileOpen, SourceFile } from './source-file.js';

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
    yield* readWhileOpen(this.open(day, written), signal, ({ file }) =>
      this.read(file, written, signal),
    );
  }

  private async *read(
    file: SourceFile,
    written: string,
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    try {
      yield* rowsOfDayFile(file, this.config, this.columns, signal);
    } catch (error) {
      signal.throwIfAborted();
      // A file that is still being written may be valid in a moment.
      if (!(await file.isCurrent())) throw changed(written);
      throw fileFailure(error, written);
    }
    if (!(await file.isCurrent())) throw changed(written);
  }

  /** Opens the file of a day; undefined if it does not exist. */
  private async open(
    day: CalendarDay,
    written: string,
  ): Promise<{ readonly file: SourceFile } | undefined> {
    const { folder, template, writtenPath } = this.config;
    const path = join(folder, fillDayTemplate(template, day));
    const realFolder = await realFolderOf(folder, writtenPath);
    const place = { path, realFolder, writtenPath: written };
    const file = await ofThisDay(SourceFile.openIfThere(place));
    return file && { file };
  }
}

function changed(written: string): SourceError {
  return new SourceError(
    'passing',
    'SOURCE_FILE_CHANGED',
    `expected ${written} to stay as it is while it is read, got a changed file`,
  );
}
