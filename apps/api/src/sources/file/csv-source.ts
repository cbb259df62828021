import { isUtf8 } from 'node:buffer';
import type { CalendarDay } from '@daysync/progress';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { SourceError, type DaySource, type RowChunk, type SourceRow } from '../day-source.js';
import { SourceFile, fileFailure } from './source-file.js';
import { CSV_FORMAT } from '../formats/csv-format.js';
import { indexCsv, type CsvIndex, type CsvRun } from '../formats/csv-index.js';
import type { CsvSourceConfig } from './file-source-config.js';
import { ReadAhead } from './read-ahead.js';
import { listedColumns, valuesMaker } from '../source-columns.js';
import { unpackIfNeeded } from './unpacked-file.js';
import { unlessAborted } from '../abort.js';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import type { UnreadableRows } from '../unreadable-rows.js';

/** How often a file that keeps changing is indexed again before the day fails. */
const MOST_PASSES = 3;
/** Bytes read and parsed at a time; parsing this much blocks the process for about 5 ms. */
const GROUP_BYTES = 131_072;
const NEWLINE = 10;
/** The file is not checked again within this time. */
const HEADER_AGE_MS = 100;

interface IndexedFile {
  readonly file: SourceFile;
  readonly index: CsvIndex;
  readonly unreadable: UnreadableRows;
  readonly slices: ReadAhead;
  readonly makeValues: ReturnType<typeof valuesMaker>;
}

/**
 * The rows of a day from one CSV file that holds all days.
 *
 * The first day indexes the file; each day then reads only its slices. After each read, and before its rows are yielded,
 * the source checks that the file is still the indexed one, and indexes a changed file again.
 */
export class CsvSource implements DaySource {
  /** The index, or the running index pass. */
  private pass: Promise<IndexedFile> | undefined;
  /** The result of `pass`; its file must be released. */
  private held: IndexedFile | undefined;
  private readonly closing = new AbortController();

  constructor(private readonly config: CsvSourceConfig) {}

  /**
   * @throws {SourceError} lasting: `SOURCE_ROW_RAGGED`, `SOURCE_ENCODING_INVALID`; passing: `SOURCE_CHANGED`, where
   * the file changed after rows were yielded; source-wide: all that {@link knownDays} throws.
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    for (let passes = 1; ; passes += 1) {
      const indexed = await this.indexedFile(signal);
      let yielded = false;
      try {
        let unchanged = true;
        for (const group of groupRuns(indexed.index.runsOf(day))) {
          signal.throwIfAborted();
          const rows = await this.readGroup(indexed, day, group);
          unchanged = rows !== undefined;
          if (rows === undefined) break;
          yielded = true;
          yield rows;
        }
        signal.throwIfAborted();
        if (unchanged && (yielded || (await indexed.file.isCurrent()))) return;
        await this.forget(indexed);
      } finally {
        await indexed.file.release();
      }
      if (yielded || passes === MOST_PASSES) throw this.changed();
    }
  }

  /**
   * @throws {SourceError} source-wide: `SOURCE_FILE_MISSING` and all that {@link indexCsv} throws; passing:
   * `SOURCE_CHANGED`, where the file changes faster than it can be indexed.
   */
  async knownDays(signal: AbortSignal): Promise<readonly CalendarDay[]> {
    return (await this.currentIndex(signal)).days;
  }

  /** @throws {SourceError} as {@link knownDays} */
  async knownColumns(signal: AbortSignal): Promise<readonly string[]> {
    return (await this.currentIndex(signal, HEADER_AGE_MS)).header;
  }

  unreadableRows(): UnreadableRows | undefined {
    return this.held?.unreadable;
  }

  /** Stops an index pass and releases the file; days that are being read keep it until they end. */
  async close(): Promise<void> {
    this.closing.abort();
    const { pass } = this;
    this.pass = undefined;
    this.held = undefined;
    await pass?.then(
      ({ file }) => file.release(),
      () => undefined, // The callers that wait for the pass get the error.
    );
  }

  /** The index of the file as it is now, or was `mostAgeMs` ago. */
  private async currentIndex(signal: AbortSignal, mostAgeMs = 0): Promise<CsvIndex> {
    for (let passes = 1; passes <= MOST_PASSES; passes += 1) {
      const indexed = await this.indexedFile(signal);
      try {
        if (await indexed.file.isCurrent(mostAgeMs)) return indexed.index;
        await this.forget(indexed);
      } finally {
        await indexed.file.release();
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
    const { path, writtenPath, dayColumn } = this.config;
    for (let passes = 1; passes <= MOST_PASSES; passes += 1) {
      this.closing.signal.throwIfAborted();
      let file = await SourceFile.open(path, writtenPath);
      try {
        file = await unpackIfNeeded(file, this.closing.signal);
        const index = await indexCsv(file.chunks(), dayColumn, this.closing.signal);
        return indexedFile(file, index, writtenPath);
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
    await indexed.file.release();
  }

  /** The rows of some runs; undefined if the file is no longer the indexed one. */
  private async readGroup(
    indexed: IndexedFile,
    day: CalendarDay,
    runs: readonly CsvRun[],
  ): Promise<SourceRow[] | undefined> {
    let bytes: Buffer | undefined;
    try {
      bytes = await readRuns(indexed.slices, runs);
    } catch (error) {
      throw fileFailure(error, this.config.writtenPath);
    }
    if (bytes === undefined) return undefined;
    if (isTurnDue()) await takeTurn();
    // The check runs while the rows are parsed.
    const asked = indexed.file.isCurrent();
    const rows = parseRows(indexed, day, runs, bytes);
    if (!(await asked)) return undefined;
    if (rows instanceof SourceError) throw rows;
    return rows;
  }

  private changed(): SourceError {
    return new SourceError(
      'passing',
      'SOURCE_CHANGED',
      `expected ${this.config.writtenPath} to stay as it is while it is read, got a changed file`,
    );
  }
}

function indexedFile(file: SourceFile, index: CsvIndex, writtenPath: string): IndexedFile {
  const slices = new ReadAhead((buffer, position) => file.readAt(buffer, position));
  const unreadable = index.unreadable.of(writtenPath);
  return { file, index, unreadable, slices, makeValues: valuesMaker(listedColumns(index.header)) };
}

function* groupRuns(runs: Iterable<CsvRun>): Generator<CsvRun[]> {
  let group: CsvRun[] = [];
  let bytes = 0;
  for (const run of runs) {
    if (group.length > 0 && bytes + run.end - run.start > GROUP_BYTES) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(run);
    bytes += run.end - run.start;
  }
  if (group.length > 0) yield group;
}

/** The bytes of the runs, concatenated; undefined if the file has become shorter. */
async function readRuns(file: ReadAhead, runs: readonly CsvRun[]): Promise<Buffer | undefined> {
  const size = runs.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  for (const { start, end } of runs) {
    const slice = bytes.subarray(filled, filled + end - start);
    if (!(await file.readInto(slice, start))) return undefined;
    filled += slice.length;
    // The file's last row may have no line end; elsewhere this makes an empty line, which doesn't count.
    bytes[filled] = NEWLINE;
    filled += 1;
  }
  return bytes;
}

/** The rows of a day's runs, their error, or undefined if the bytes are not the indexed ones. */
function parseRows(
  { index: { header, dayField }, makeValues }: IndexedFile,
  day: CalendarDay,
  runs: readonly CsvRun[],
  bytes: Buffer,
): SourceRow[] | SourceError | undefined {
  const numbers = rowNumbers(runs);
  if (!isUtf8(bytes)) return encodingInvalid(numbers);
  const rows: SourceRow[] = [];
  let failure: SourceError | undefined;
  try {
    parse(bytes, {
      ...CSV_FORMAT,
      // Ends at the first row of another length: the parser takes 20 µs for each.
      on_record: (fields: string[]) => {
        const row = numbers[rows.length];
        // A change within the resolution of the file's clock shows here.
        if (row === undefined || fields[dayField]?.trim() !== day) throw new ChangedBytes();
        if (fields.length !== header.length) {
          throw (failure = ragged(row, header.length, fields.length));
        }
        rows.push({ row, values: makeValues(fields) });
        return null;
      },
    });
  } catch (error) {
    if (failure !== undefined) return failure;
    if (error instanceof CsvError || error instanceof ChangedBytes) return undefined;
    throw error;
  }
  return rows.length === numbers.length ? rows : undefined;
}

/** The bytes are not those that were indexed, which were CSV. */
class ChangedBytes extends Error {}

function rowNumbers(runs: readonly CsvRun[]): number[] {
  return runs.flatMap(({ firstRow, rows }) => Array.from({ length: rows }, (_, k) => firstRow + k));
}

function ragged(row: number, expected: number, received: number): SourceError {
  return new SourceError(
    'lasting',
    'SOURCE_ROW_RAGGED',
    `row ${row}: expected ${expected} fields as in the header, got ${received}`,
    { row },
  );
}

function encodingInvalid(rows: readonly number[]): SourceError {
  const [first = 0, last = first] = [rows[0], rows.at(-1)];
  return new SourceError(
    'lasting',
    'SOURCE_ENCODING_INVALID',
    `rows ${first} to ${last}: expected UTF-8, got other bytes`,
    { row: first },
  );
}
