import { setImmediate } from 'node:timers/promises';
import type { CalendarDay } from '@daysync/progress';
import { describeReceived } from '../../config/received.js';
import { SourceError, type DaySource, type SourceRow } from '../day-source.js';
import type { DayProvider } from '../source-api.js';
import type { ProviderSourceConfig } from './provider-config.js';
import { providerFailure } from './provider-failure.js';
import { createProvider, loadProvider, unusable, type ProviderClass } from './provider-module.js';
import { unlessAborted } from '../unless-aborted.js';

/** How many rows a provider that never waits may yield before everybody else has a turn. */
const ROWS_A_TURN = 1_000;
/** How long a provider may take to close; the process must not wait for it for ever. */
const CLOSE_MS = 2_000;
/** How long a provider may take to tidy up after a day that ends before its rows do. */
const STOP_MS = 1_000;

/**
 * The rows of a day from the user's own code: a module whose default export is a class.
 *
 * The module is loaded and its class made into one provider when the first day is fetched; where that fails, the
 * next day tries again. A provider that does not heed its signal is left behind when the signal is aborted.
 */
export class ProviderSource implements DaySource {
  private loads = 0;
  private providerClass: ProviderClass | undefined;
  /** The provider, or its being made. */
  private provider: Promise<DayProvider> | undefined;
  private readonly closing = new AbortController();

  constructor(private readonly config: ProviderSourceConfig) {}

  /**
   * @throws {SourceError} source-wide: `PROVIDER_UNUSABLE`; lasting: `PROVIDER_ROW_INVALID`; and what the provider
   * throws, as {@link providerFailure} takes it.
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<SourceRow> {
    signal.throwIfAborted();
    const provider = await unlessAborted(this.currentProvider(), signal);
    const iterator = await ask(() => this.iterate(provider, day, signal), signal);
    // One that throws has ended, too.
    let ended = true;
    try {
      for (let row = 1; ; row += 1) {
        const next = await ask(() => nextValue(iterator), signal);
        if (next === undefined) return;
        ended = false;
        signal.throwIfAborted();
        yield { row, values: asMapping(next.value, row), typed: true };
        ended = true;
        if (row % ROWS_A_TURN === 0) await setImmediate();
      }
    } finally {
      if (!ended || signal.aborted) await stop(iterator, signal);
    }
  }

  /** Closes the provider, if there is one; a `close` that takes too long is left to itself. */
  async close(): Promise<void> {
    this.closing.abort();
    const { provider } = this;
    this.provider = undefined;
    if (provider === undefined) return;
    const limit = new AbortController();
    const timer = setTimeout(() => {
      const expected = `expected the provider of ${this.config.writtenModule} to close`;
      limit.abort(new Error(`${expected} within ${CLOSE_MS} ms, and it did not`));
    }, CLOSE_MS);
    try {
      await unlessAborted(
        provider.then(
          (made) => made.close?.(),
          () => undefined, // Whoever waits for the provider is told.
        ),
        limit.signal,
      );
    } finally {
      clearTimeout(timer);
    }
  }

  /** Made by the first who asks and shared by all; one who gives up waiting does not end its being made. */
  private currentProvider(): Promise<DayProvider> {
    if (this.provider === undefined) {
      const made = this.makeProvider();
      this.provider = made;
      made.catch(() => {
        if (this.provider === made) this.provider = undefined;
      });
    }
    return this.provider;
  }

  private async makeProvider(): Promise<DayProvider> {
    this.closing.signal.throwIfAborted();
    if (this.providerClass === undefined) {
      this.loads += 1;
      this.providerClass = await loadProvider(this.config, this.loads);
      this.closing.signal.throwIfAborted();
    }
    return createProvider(this.providerClass, this.config);
  }

  private iterate(
    provider: DayProvider,
    day: CalendarDay,
    signal: AbortSignal,
  ): AsyncIterator<unknown> {
    const rows: unknown = provider.fetchDay(day, signal);
    if (isAsyncIterable(rows)) return rows[Symbol.asyncIterator]();
    // Nobody else waits for it, and its failure must not end the process.
    Promise.resolve(rows).catch(() => undefined);
    throw unusable(
      `expected fetchDay of ${this.config.writtenModule} to give an async iterable, as async *fetchDay() does, got ${describeObject(rows)}`,
    );
  }
}

/** What the provider answers. Its failure becomes a {@link SourceError}, or the signal's reason once it is aborted. */
async function ask<Answer>(
  call: () => Answer | Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    return await unlessAborted((async () => call())(), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof SourceError ? error : providerFailure(error);
  }
}

/** The next value, a copy of it where it is a mapping: a provider may fill the same object again. */
async function nextValue(
  iterator: AsyncIterator<unknown>,
): Promise<{ readonly value: unknown } | undefined> {
  const result = await iterator.next();
  if (result.done === true) return undefined;
  const { value } = result;
  return { value: isRowObject(value) ? { ...value } : value };
}

function asMapping(value: unknown, row: number): Readonly<Record<string, unknown>> {
  if (isRowObject(value)) return value;
  throw new SourceError(
    'lasting',
    'PROVIDER_ROW_INVALID',
    `row ${row}: expected a mapping of columns to values, got ${describeObject(value)}`,
    { row },
  );
}

/** Lets an iterator tidy up that is left before its end, for a while: what ended the day is still to be told. */
async function stop(iterator: AsyncIterator<unknown>, signal: AbortSignal): Promise<void> {
  const leaving = AbortSignal.any([signal, AbortSignal.timeout(STOP_MS)]);
  try {
    await unlessAborted((async () => iterator.return?.())(), leaving);
  } catch {
    // What came of the day is known already; how the provider tidies up does not change it.
  }
}

/** Whether a value is an object of columns, and not one that hides what it holds: a list, map, Date or promise. */
function isRowObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && Symbol.asyncIterator in value;
}

function describeObject(value: unknown): string {
  const name = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return ['Promise', 'Map', 'Set'].includes(name) ? `a ${name}` : describeReceived(value);
}
