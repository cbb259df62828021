import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeReceived } from '../../config/received.js';
import { badRow, SourceError, type RowChunk, type SourceRow } from '../day-source.js';
import { unlessAborted } from '../../config/abort.js';

/** The most rows of a chunk. The event loop gets a turn after each chunk, even if a provider never waits. */
const MOST_ROWS = 200;
/** A chunk of larger rows ends here; in characters of their texts, and bytes. */
const MOST_SIZE = 262_144;
/** What a list or a mapping counts: to measure it would take as long as to read it. */
const NESTED_SIZE = 4_096;
/** How long a provider may take to tidy up after a day that ends before its rows do. */
const STOP_MS = 1_000;

/**
 * Takes rows from a provider, which yields them one by one, and gives them in chunks: those that came without a wait
 * between them. A row that is there does not wait for the next one.
 */
export class ProviderRows {
  private row = 0;
  private chunk: SourceRow[] = [];
  private size = 0;
  private gathering: Promise<void> | undefined;
  /** Whether the chunk has had its turn, so that its first row is all of it. */
  private isDue = false;
  private asking = false;
  private ended = false;
  private failure: { readonly error: unknown } | undefined;

  /** @param signal nothing is asked for any more once it is aborted */
  constructor(
    private readonly iterator: AsyncIterator<unknown>,
    private readonly signal: AbortSignal,
  ) {}

  /** Whether the provider has been asked for a row and has not answered yet. */
  get areAwaited(): boolean {
    return this.asking;
  }

  /** Whether the provider has come to its end; one that throws has ended, too. */
  get haveEnded(): boolean {
    return this.ended;
  }

  /**
   * The next rows, or nothing after the last.
   * @throws what the provider throws, after the rows before it
   */
  async nextChunk(): Promise<RowChunk | undefined> {
    this.isDue = false;
    this.gather();
    // All rows that are available without a wait have come.
    await nextTurn();
    this.isDue = true;
    if (this.chunk.length === 0) await this.gathering;
    const { chunk } = this;
    this.chunk = [];
    this.size = 0;
    if (chunk.length > 0) return chunk;
    if (this.failure !== undefined) throw this.failure.error;
    return undefined;
  }

  /**
   * Gives an abandoned provider a moment to clean up: what ended the day is reported after that.
   * @param waitsIfAborted whether a provider that was aborted gets that moment, too
   * @returns whether the provider has ended
   */
  async stop(waitsIfAborted: boolean): Promise<boolean> {
    const moment = AbortSignal.timeout(STOP_MS);
    const leaving = waitsIfAborted ? moment : AbortSignal.any([this.signal, moment]);
    try {
      await unlessAborted((async () => this.iterator.return?.())(), leaving);
    } catch {
      // What came of the day is known already; how the provider tidies up does not change it.
      return !leaving.aborted;
    }
    return true;
  }

  /** Goes on asking for rows, unless the provider still has to answer. */
  private gather(): void {
    this.gathering ??= this.fillChunk().finally(() => {
      this.gathering = undefined;
    });
  }

  private async fillChunk(): Promise<void> {
    try {
      while (!this.ended && this.failure === undefined && !this.signal.aborted) {
        const next = await this.ask();
        if (next.done === true) return;
        this.row += 1;
        const row = readRow(next.value, this.row);
        this.chunk.push(row);
        this.size += sizeOf(row.values);
        if (this.isDue || this.chunk.length >= MOST_ROWS || this.size >= MOST_SIZE) return;
      }
    } catch (error) {
      this.failure = { error };
    }
  }

  private async ask(): Promise<IteratorResult<unknown>> {
    this.asking = true;
    let goesOn = false;
    try {
      const next = await this.iterator.next();
      goesOn = next.done !== true;
      return next;
    } finally {
      this.asking = false;
      this.ended = !goesOn;
    }
  }
}

function sizeOf(values: Readonly<Record<string, unknown>>): number {
  let size = 0;
  for (const name in values) {
    const value = values[name];
    if (typeof value === 'string' || value instanceof Uint8Array) size += value.length;
    else if (typeof value === 'object' && value !== null) size += NESTED_SIZE;
  }
  return size;
}

/** A row with a copy of its mapping: a provider may fill the same object again. */
function readRow(value: unknown, row: number): SourceRow {
  if (isRowObject(value)) return { row, values: { ...value }, typed: true };
  const received = describeObject(value);
  return badRow(row, {
    failure: () =>
      new SourceError(
        'lasting',
        'PROVIDER_ROW_INVALID',
        `row ${row}: expected a mapping of columns to values, got ${received}`,
        { row },
      ),
    text: () => received,
  });
}

/** Whether a value is an object of columns, and not one that hides what it holds: a list, map, Date or promise. */
function isRowObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** What came in place of a mapping or of an iterable. */
export function describeObject(value: unknown): string {
  const name = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return ['Promise', 'Map', 'Set'].includes(name) ? `a ${name}` : describeReceived(value);
}
