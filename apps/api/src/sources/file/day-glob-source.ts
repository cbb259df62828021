import type { CalendarDay } from '@daysync/progress';
import { SourceError, type DaySource, type RowChunk } from '../day-source.js';
import { inFile, ofFile } from '../several-files.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { rowsOfDayFile } from './day-file-rows.js';
import { fillDayTemplate } from './day-template.js';
import { listFiles, listingKey, type ListedFile } from './file-listing.js';
import type { DayFilesConfig } from './file-source-config.js';
import { fileFailure } from './open-inside.js';
import { ofThisDay, readWhileOpen, SourceFile } from './source-file.js';

/**
 * The rows of a day from all files of that day, which a path with `*` finds, in the order of their paths.
 *
 * A day without files has no data. At the end the source checks that there are still the same files, unchanged.
 */
export class DayGlobSource implements DaySource {
  /** @param columns the columns that the dataset needs */
  constructor(
    private readonly config: DayFilesConfig,
    private readonly columns: readonly NeededColumn[] = [],
  ) {}

  /**
   * @throws {SourceError} as {@link listFiles} and `DayFileSource` do; passing `SOURCE_FILE_CHANGED`, where a file appeared,
   * changed or went while the day was read
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    const files = await this.list(day, signal);
    for (const file of files) {
      try {
        for await (const chunk of this.read(file, signal)) yield inFile(chunk, file.name);
      } catch (error) {
        signal.throwIfAborted();
        // A file that is still being written may be valid in a moment.
        await this.requireSame(files, day, signal);
        throw ofFile(fileFailure(error, file.name), file.name);
      }
    }
    await this.requireSame(files, day, signal);
  }

  private list(day: CalendarDay, signal: AbortSignal): Promise<readonly ListedFile[]> {
    const { folder, template, writtenPath } = this.config;
    const patterns = [fillDayTemplate(template, day)];
    const written = fillDayTemplate(writtenPath, day);
    return ofThisDay(listFiles({ folder, patterns, writtenPath: written }, signal));
  }

  private read(file: ListedFile, signal: AbortSignal): AsyncGenerator<RowChunk> {
    const place = { ...file, writtenPath: file.name };
    const opening = ofThisDay(SourceFile.open(place)).then((open) => ({ file: open }));
    return readWhileOpen(opening, signal, ({ file: open }) =>
      rowsOfDayFile(open, this.config, this.columns, signal),
    );
  }

  private async requireSame(
    files: readonly ListedFile[],
    day: CalendarDay,
    signal: AbortSignal,
  ): Promise<void> {
    if (listingKey(files) === listingKey(await this.list(day, signal))) return;
    throw filesChanged(fillDayTemplate(this.config.writtenPath, day));
  }
}

export function filesChanged(written: string): SourceError {
  return new SourceError(
    'passing',
    'SOURCE_FILE_CHANGED',
    `expected the files of ${written} to stay as they are while they are read, got others`,
  );
}
