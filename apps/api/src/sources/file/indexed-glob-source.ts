import { addDays, type CalendarDay } from '@daysync/progress';
import { unlessAborted } from '../abort.js';
import type { DaySource, RowChunk } from '../day-source.js';
import { MOST_ROWS, type UnreadableRow, type UnreadableRows } from '../unreadable-rows.js';
import { inFile, ofFile } from '../several-files.js';
import { filesChanged } from './day-glob-source.js';
import { DaySet } from './day-set.js';
import { fillDayTemplate, isDayTemplate } from './day-template.js';
import { listFiles, listingKey, type ListedFile } from './file-listing.js';
import type { IndexedGlobConfig } from './file-source-config.js';
import { IndexedFileSource, type FileSummary } from './indexed-file-source.js';

/** How often a day is begun again, where files keep changing. */
const MOST_PASSES = 3;
/** Files that are open, but for those that are being read. */
const MOST_OPEN = 128;
/** Runs of the indexes whose files are closed, in about 25 MB; copies and further indexes are made again. */
const MOST_RUNS = 524_288;

/** A file that was indexed. */
interface IndexedMember {
  readonly file: ListedFile;
  readonly summary: Omit<FileSummary, 'days'>;
  readonly days: DaySet;
}

interface SuspendedMember {
  readonly source: IndexedFileSource;
  readonly runs: number;
}

/**
 * The rows of a day from several files that each hold many days.
 *
 * Without placeholders, all files are indexed, each once, and again when it changes. With placeholders, only the files
 * that can hold the day are: those of the day, and of the days before and after it, because a time zone may move a row
 * across the end of a file. At the end of a day the source checks that there are still the same files, unchanged.
 */
export class IndexedGlobSource implements DaySource {
  /** Absent with placeholders: they would have to be listed for every day that there is. */
  readonly knownDays?: (signal: AbortSignal) => Promise<readonly CalendarDay[]>;

  private readonly members = new Map<string, IndexedMember>();
  /** By path; the one used last is the last. */
  private readonly open = new Map<string, IndexedFileSource>();
  /** By path: those with a kept index and a closed file. */
  private readonly suspended = new Map<string, SuspendedMember>();
  private suspendedRuns = 0;
  private readonly closing = new AbortController();
  private readonly hasPlaceholders: boolean;
  /** The files that are being indexed: one after another, whoever asks. */
  private queue: Promise<void> = Promise.resolve();
  private unreadable: UnreadableRows | undefined;

  constructor(private readonly config: IndexedGlobConfig) {
    this.hasPlaceholders = isDayTemplate(config.template);
    if (!this.hasPlaceholders) this.knownDays = (signal) => this.daysOfAll(signal);
  }

  /**
   * @throws {SourceError} as {@link listFiles} and {@link IndexedFileSource} do; passing `SOURCE_CHANGED`, where a file
   * appeared, changed or went while the day was read
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    const patterns = this.patternsFor(day);
    for (let passes = 1; ; passes += 1) {
      const files = await this.list(patterns, signal);
      let yielded = false;
      let isRead = false;
      try {
        await this.index(files, signal);
        for (const file of files) {
          if (this.members.get(file.path)?.days.has(day) !== true) continue;
          for await (const chunk of this.read(file, day, signal)) {
            yielded = true;
            yield chunk;
          }
        }
        isRead = true;
      } catch (error) {
        signal.throwIfAborted();
        if (await this.isSame(files, patterns, signal)) throw error;
      }
      if (isRead && (await this.isSame(files, patterns, signal))) return;
      if (yielded || passes === MOST_PASSES) {
        throw filesChanged(fillDayTemplate(this.config.writtenPath, day));
      }
    }
  }

  /** The columns of all files that were indexed. */
  knownColumns(): Promise<readonly string[] | undefined> {
    const lists = [...this.members.values()].map(({ summary }) => summary.columns);
    const known = lists.filter((columns) => columns !== undefined);
    return Promise.resolve(known.length === 0 ? undefined : [...new Set(known.flat())]);
  }

  unreadableRows(): UnreadableRows | undefined {
    if (this.members.size === 0) return undefined;
    this.unreadable ??= unreadableOf(this.config.writtenPath, [...this.members.values()]);
    return this.unreadable;
  }

  async close(): Promise<void> {
    this.closing.abort();
    const suspended = [...this.suspended.values()].map(({ source }) => source);
    const sources = [...this.open.values(), ...suspended];
    this.open.clear();
    this.suspended.clear();
    await Promise.all(sources.map((source) => source.close()));
    await this.queue;
  }

  private async daysOfAll(signal: AbortSignal): Promise<readonly CalendarDay[]> {
    const files = await this.list([this.config.template], signal);
    await this.index(files, signal);
    const members = files.map(({ path }) => this.members.get(path));
    return DaySet.union(members.map((member) => member?.days).filter((days) => days !== undefined));
  }

  private patternsFor(day: CalendarDay): readonly string[] {
    const { template } = this.config;
    if (!this.hasPlaceholders) return [template];
    const days = [-1, 0, 1]
      .map((count) => dayBeside(day, count))
      .filter((one) => one !== undefined);
    return [...new Set(days.map((one) => fillDayTemplate(template, one)))];
  }

  private async *read(
    file: ListedFile,
    day: CalendarDay,
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    try {
      for await (const chunk of this.sourceOf(file).fetchDay(day, signal)) {
        yield inFile(chunk, file.name);
      }
    } catch (error) {
      throw ofFile(error, file.name);
    }
  }

  private async list(
    patterns: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly ListedFile[]> {
    const { folder, writtenPath } = this.config;
    return listFiles({ folder, patterns, writtenPath }, signal);
  }

  private async isSame(
    files: readonly ListedFile[],
    patterns: readonly string[],
    signal: AbortSignal,
  ): Promise<boolean> {
    return listingKey(files) === listingKey(await this.list(patterns, signal));
  }

  /** Indexes the files that are new or changed. One who gives up waiting does not end it: other days need it. */
  private async index(files: readonly ListedFile[], signal: AbortSignal): Promise<void> {
    const indexed = this.queue.then(() => this.indexFiles(files));
    this.queue = indexed.catch(() => undefined);
    await unlessAborted(indexed, signal);
  }

  private async indexFiles(files: readonly ListedFile[]): Promise<void> {
    for (const file of files) {
      if (this.members.get(file.path)?.file.identity === file.identity) continue;
      this.closing.signal.throwIfAborted();
      if (this.config.kind === 'csv' && file.size === 0) {
        // No header, no line: a file without rows.
        if (this.members.delete(file.path)) this.unreadable = undefined;
        continue;
      }
      try {
        const { days, ...summary } = await this.sourceOf(file).summary(this.closing.signal);
        this.members.set(file.path, { file, summary, days: new DaySet(days) });
        this.unreadable = undefined;
      } catch (error) {
        this.members.delete(file.path);
        throw ofFile(error, file.name);
      }
    }
    if (!this.hasPlaceholders) this.forgetOthers(files);
  }

  /** Forgets the files that have gone. */
  private forgetOthers(files: readonly ListedFile[]): void {
    const paths = new Set(files.map(({ path }) => path));
    for (const path of this.members.keys()) {
      if (paths.has(path)) continue;
      this.members.delete(path);
      this.unreadable = undefined;
      void (this.open.get(path) ?? this.resume(path))?.close();
      this.open.delete(path);
    }
  }

  private sourceOf({ path, name }: ListedFile): IndexedFileSource {
    const source = this.open.get(path) ?? this.resume(path) ?? this.makeSource(path, name);
    this.open.delete(path);
    for (const [oldest, one] of this.open) {
      if (this.open.size < MOST_OPEN) break;
      if (!one.isBusy) this.suspend(oldest, one);
    }
    this.open.set(path, source);
    return source;
  }

  private suspend(path: string, source: IndexedFileSource): void {
    this.open.delete(path);
    const runs = source.suspend();
    if (runs === undefined || this.suspendedRuns + runs > MOST_RUNS) {
      void source.close();
      return;
    }
    this.suspended.set(path, { source, runs });
    this.suspendedRuns += runs;
  }

  private resume(path: string): IndexedFileSource | undefined {
    const found = this.suspended.get(path);
    if (found === undefined) return undefined;
    this.suspended.delete(path);
    this.suspendedRuns -= found.runs;
    return found.source;
  }

  private makeSource(path: string, name: string): IndexedFileSource {
    const { folder: _folder, template: _template, ...others } = this.config;
    return new IndexedFileSource({ ...others, path, writtenPath: name });
  }
}

/** The day so many days after a day; undefined where there is none. */
function dayBeside(day: CalendarDay, count: number): CalendarDay | undefined {
  try {
    return addDays(day, count);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The rows without a readable day of all files, numbered over all of them; their texts have file and row. */
function unreadableOf(writtenPath: string, members: readonly IndexedMember[]): UnreadableRows {
  let rowsBefore = 0;
  let count = 0;
  const rows: UnreadableRow[] = [];
  const inOrder = members.toSorted((a, b) => (a.file.path < b.file.path ? -1 : 1));
  for (const { file, summary } of inOrder) {
    for (const row of summary.unreadable.rows) {
      if (rows.length === MOST_ROWS) break;
      rows.push({ ...row, row: rowsBefore + row.row, text: `${file.name}: ${row.text}` });
    }
    count += summary.unreadable.count;
    rowsBefore += summary.rows;
  }
  return { file: writtenPath, count, rows };
}
