import { stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { addDays, type CalendarDay } from '@daysync/progress';
import { unlessAborted } from '../../config/abort.js';
import type { DaySource, RowChunk } from '../day-source.js';
import type { NeededColumn } from '../rows/source-columns.js';
import { joinUnreadable, type KeptRows, type UnreadableLists } from '../unreadable-rows.js';
import { inFile, ofFile } from '../several-files.js';
import { filesChanged } from './day-glob-source.js';
import { DaySet } from './day-set.js';
import { fillDayTemplate, isDayTemplate } from './day-template.js';
import { listFiles, listingKey, type ListedFile } from './file-listing.js';
import type { IndexedGlobConfig } from './file-source-config.js';
import { IndexedFileSource, type FileSummary } from './indexed-file-source.js';
import { fitsPath, parsePattern } from './path-pattern.js';

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

  /**
   * @param columns the columns that the dataset needs
   * @param keptUnreadable what is kept of the rows of a file without a readable day; by default what is listed
   */
  constructor(
    private readonly config: IndexedGlobConfig,
    private readonly columns: readonly NeededColumn[] = [],
    private readonly keptUnreadable?: KeptRows,
  ) {
    this.hasPlaceholders = isDayTemplate(config.template);
    if (!this.hasPlaceholders) this.knownDays = (signal) => this.daysOfAll(signal);
  }

  /**
   * @throws {SourceError} as {@link listFiles} and {@link IndexedFileSource} do; passing `SOURCE_FILE_CHANGED`, where a file
   * appeared, changed or went while the day was read
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    const patterns = this.patternsFor(day);
    for (let passes = 1; ; passes += 1) {
      const files = await this.list(patterns, signal);
      let yielded = false;
      let isRead = false;
      try {
        for (const { file, days } of await this.index(files, patterns, signal)) {
          if (!days.has(day)) continue;
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

  unreadableRows(day?: CalendarDay): UnreadableLists {
    const { folder, writtenPath: source } = this.config;
    const patterns = day === undefined ? undefined : this.patternsFor(day).map(parsePattern);
    const lists = [...this.members.values()]
      .filter(({ file }) => patterns === undefined || fitsAny(file.name, patterns))
      .map(({ summary }) => summary.unreadable)
      .toSorted((a, b) => (a.file < b.file ? -1 : 1));
    return {
      ...{ source, lists },
      isLatest: (list) => {
        const latest = this.members.get(join(folder, list.file))?.summary.unreadable;
        return latest === undefined || latest === list;
      },
      isGone: (name) => isMissing(join(folder, name)),
    };
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
    const patterns = [this.config.template];
    const files = await this.list(patterns, signal);
    const members = await this.index(files, patterns, signal);
    return DaySet.union(members.map(({ days }) => days));
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

  /**
   * Indexes the files that are new or changed. One who gives up waiting does not end it: other days need it.
   * @returns all of them; another day may forget one meanwhile that its older listing lacks
   */
  private async index(
    files: readonly ListedFile[],
    patterns: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly IndexedMember[]> {
    const indexed = this.queue.then(async () => {
      this.forgetGone(files, patterns);
      return this.indexFiles(files);
    });
    this.queue = indexed.then(
      () => undefined,
      () => undefined, // Those who wait for it get the error.
    );
    return unlessAborted(indexed, signal);
  }

  private async indexFiles(files: readonly ListedFile[]): Promise<readonly IndexedMember[]> {
    const members: IndexedMember[] = [];
    for (const file of files) members.push(this.memberOf(file) ?? (await this.indexFile(file)));
    return members;
  }

  /** What is known of a file, if it has not changed since. */
  private memberOf({ path, identity }: ListedFile): IndexedMember | undefined {
    const known = this.members.get(path);
    return known?.file.identity === identity ? known : undefined;
  }

  private async indexFile(file: ListedFile): Promise<IndexedMember> {
    this.closing.signal.throwIfAborted();
    try {
      // Without header or line it is a file without rows.
      const isEmpty = this.config.kind === 'csv' && file.size === 0;
      const { days, ...summary } = isEmpty
        ? { days: [], columns: undefined, unreadable: joinUnreadable(file.name, []) }
        : await this.sourceOf(file).summary(this.closing.signal);
      const member = { file, summary, days: new DaySet(days) };
      this.members.set(file.path, member);
      return member;
    } catch (error) {
      this.members.delete(file.path);
      throw ofFile(error, file.name);
    }
  }

  /** Forgets the files that have gone: a listing of the patterns has no longer found them. */
  private forgetGone(files: readonly ListedFile[], patterns: readonly string[]): void {
    const paths = new Set(files.map(({ path }) => path));
    const parsed = patterns.map(parsePattern);
    for (const [path, { file }] of this.members) {
      if (paths.has(path)) continue;
      if (!fitsAny(file.name, parsed)) continue;
      this.members.delete(path);
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
    const { template: _template, ...others } = this.config;
    const config = { ...others, path, writtenPath: name };
    return new IndexedFileSource(config, this.columns, this.keptUnreadable);
  }
}

function fitsAny(name: string, patterns: readonly ReturnType<typeof parsePattern>[]): boolean {
  const names = name.split(sep);
  return patterns.some((pattern) => fitsPath(names, pattern));
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR';
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
