import type { CalendarDay } from '@daysync/progress';
import { SourceError, type DaySource, type RowChunk } from '../day-source.js';
import { DAY_INDEX_LIMITS } from '../day-index/day-index-builder.js';
import { ChangedContentError, DayIndex } from '../day-index/day-index.js';
import { ParquetDayIndex } from '../parquet/parquet-day-index.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { fileFailure, realFolderOf } from './open-inside.js';
import { SourceFile } from './source-file.js';
import type { IndexedFileConfig } from './file-source-config.js';
import { unpackIfNeeded } from './unpacked-file.js';
import { unlessAborted } from '../../config/abort.js';
import { ofFile } from '../several-files.js';
import type { KeptRows, UnreadableLists, UnreadableRows } from '../unreadable-rows.js';

/** How often a file that keeps changing is indexed again before the day fails. */
const MOST_PASSES = 3;
/** The file is not checked again within this time. */
const HEADER_AGE_MS = 100;

interface IndexedFile {
  /** Its last user closes the index as well. */
  readonly file: SourceFile;
  readonly index: DayIndex | ParquetDayIndex;
  readonly unreadable: UnreadableRows;
}

/** What an index says of its file. */
export interface FileSummary {
  readonly days: readonly CalendarDay[];
  /** Undefined where a format has no columns for all rows. */
  readonly columns: readonly string[] | undefined;
  readonly unreadable: UnreadableRows;
}

/**
 * The rows of a day from one file that holds all days.
 *
 * The first day indexes the file; each day then reads only its slices. After each read, and before its rows are yielded,
 * the source checks that the file is still the indexed one, and indexes a changed file again.
 */
export class IndexedFileSource implements DaySource {
  /** The index, or the running index pass. */
  private pass: Promise<IndexedFile> | undefined;
  /** The result of `pass`; its file must be released. */
  private held: IndexedFile | undefined;
  /** Days that are being read, and others that ask. */
  private active = 0;
  private readonly closing = new AbortController();

  /**
   * @param columns the columns that the dataset needs
   * @param keptUnreadable what is kept of its rows without a readable day; by default what is listed
   */
  constructor(
    private readonly config: IndexedFileConfig,
    private readonly columns: readonly NeededColumn[] = [],
    private readonly keptUnreadable?: KeptRows,
  ) {}

  /** Whether it is being indexed or read. */
  get isBusy(): boolean {
    return this.active > 0 || (this.pass !== undefined && this.held === undefined);
  }

  /**
   * @throws {SourceError} lasting: `SOURCE_ENCODING_INVALID`; passing: `SOURCE_FILE_CHANGED`, where the file changed after rows
   * were yielded; source-wide: all that {@link knownDays} throws.
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    this.active += 1;
    try {
      yield* this.fetchCurrent(day, signal);
    } finally {
      this.active -= 1;
    }
  }

  private async *fetchCurrent(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    for (let passes = 1; ; passes += 1) {
      const indexed = await this.indexedFile(signal);
      let yielded = false;
      try {
        for await (const rows of this.readDay(indexed, day, signal)) {
          yielded = true;
          yield rows;
        }
        signal.throwIfAborted();
        if (yielded || (await indexed.file.isCurrent())) return;
        await this.forget(indexed);
      } catch (error) {
        if (!(error instanceof ChangedContentError)) throw error;
        await this.forget(indexed);
      } finally {
        await this.release(indexed);
      }
      if (yielded || passes === MOST_PASSES) throw this.changed();
    }
  }

  /**
   * @throws {SourceError} source-wide: `SOURCE_FILE_MISSING` and all that {@link DayIndex.build} and {@link ParquetDayIndex.build} throw; passing:
   * `SOURCE_FILE_CHANGED`, where the file changes faster than it can be indexed.
   */
  async knownDays(signal: AbortSignal): Promise<readonly CalendarDay[]> {
    return (await this.current(signal)).index.days;
  }

  /** @throws {SourceError} as {@link knownDays} */
  async knownColumns(signal: AbortSignal): Promise<readonly string[] | undefined> {
    return (await this.current(signal, HEADER_AGE_MS)).index.columns;
  }

  /** @throws {SourceError} as {@link knownDays} */
  async summary(signal: AbortSignal): Promise<FileSummary> {
    this.active += 1;
    try {
      const { index, unreadable } = await this.current(signal);
      const { days, columns } = index;
      return { days, columns, unreadable };
    } finally {
      this.active -= 1;
    }
  }

  /**
   * Closes the file until the next day is read, and keeps the index.
   * @returns the runs of the index; undefined where that can't be, and `close` is due
   */
  suspend(): number | undefined {
    const { held } = this;
    if (held === undefined || held.index.isOnDisk || !held.file.suspend()) return undefined;
    return held.index.runCount;
  }

  unreadableRows(): UnreadableLists | undefined {
    if (this.held === undefined) return undefined;
    const { unreadable } = this.held;
    return {
      source: this.config.writtenPath,
      lists: [unreadable],
      isLatest: () => (this.held?.unreadable ?? unreadable) === unreadable,
    };
  }

  /** Stops an index pass and releases the file; days that are being read keep it until they end. */
  async close(): Promise<void> {
    this.closing.abort();
    const { pass } = this;
    this.pass = undefined;
    this.held = undefined;
    await pass?.then(
      (indexed) => this.release(indexed),
      () => undefined, // The callers that wait for the pass get the error.
    );
  }

  /** The index of the file as it is now, or was `mostAgeMs` ago. */
  private async current(signal: AbortSignal, mostAgeMs = 0): Promise<IndexedFile> {
    for (let passes = 1; passes <= MOST_PASSES; passes += 1) {
      const indexed = await this.indexedFile(signal);
      try {
        if (await indexed.file.isCurrent(mostAgeMs)) return indexed;
        await this.forget(indexed);
      } finally {
        await this.release(indexed);
      }
    }
    throw this.changed();
  }

  /**
   * The index, made by the first who asks and shared by all. The caller is a user of its file. One who gives up
   * waiting does not end the pass: every other day needs it, however short a day's time is.
   */
  private async indexedFile(signal: AbortSignal): Promise<IndexedFile> {
    for (;;) {
      signal.throwIfAborted();
      this.pass ??= this.startPass();
      const indexed = this.held ?? (await unlessAborted(this.pass, signal));
      // Closed where another day found the file changed in the meantime.
      if (indexed.file.retain()) return indexed;
    }
  }

  private startPass(): Promise<IndexedFile> {
    const pass = this.indexFile();
    pass.then(
      (indexed) => {
        if (this.pass === pass) this.held = indexed;
      },
      () => {
        if (this.pass === pass) this.pass = undefined;
      },
    );
    return pass;
  }

  private async indexFile(): Promise<IndexedFile> {
    const { path, folder, writtenPath } = this.config;
    for (let passes = 1; passes <= MOST_PASSES; passes += 1) {
      this.closing.signal.throwIfAborted();
      const realFolder = await realFolderOf(folder, writtenPath);
      let file = await SourceFile.open({ path, realFolder, writtenPath });
      try {
        if (this.config.kind !== 'parquet') file = await unpackIfNeeded(file, this.closing.signal);
        const index = await this.buildIndex(file);
        return { file, index, unreadable: index.unreadableRows(writtenPath) };
      } catch (error) {
        // A file that was written meanwhile may be valid now.
        const current = this.closing.signal.aborted || (await file.isCurrent());
        await file.release();
        if (current) throw fileFailure(error, writtenPath);
      }
    }
    throw this.changed();
  }

  /** Drops an outdated index, unless another day has dropped it already. */
  private async forget(indexed: IndexedFile): Promise<void> {
    if (this.held !== indexed) return;
    this.held = undefined;
    this.pass = undefined;
    await this.release(indexed);
  }

  private async release({ file, index }: IndexedFile): Promise<void> {
    if (await file.release()) await index.close();
  }

  private async *readDay(
    { file, index }: IndexedFile,
    day: CalendarDay,
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    try {
      yield* index.rowsOf(day, () => file.isCurrent(), signal);
    } catch (error) {
      const { writtenPath } = this.config;
      throw ofFile(fileFailure(error, writtenPath), writtenPath);
    }
  }

  private buildIndex(file: SourceFile): Promise<DayIndex | ParquetDayIndex> {
    const { kind, rows: pointer, dayColumn, dialect, encoding } = this.config;
    const limits = { ...DAY_INDEX_LIMITS, keptUnreadable: this.keptUnreadable };
    const { signal } = this.closing;
    if (kind === 'parquet') {
      return ParquetDayIndex.build(file, { dayColumn, columns: this.columns, limits }, signal);
    }
    const written = { format: kind, pointer, dialect, encoding };
    return DayIndex.build(file, { ...written, dayColumn, limits }, signal);
  }

  private changed(): SourceError {
    return new SourceError(
      'passing',
      'SOURCE_FILE_CHANGED',
      `expected ${this.config.writtenPath} to stay as it is while it is read, got a changed file`,
    );
  }
}
