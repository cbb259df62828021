import type { CalendarDay } from '@daysync/progress';
import { isSourceError, type DaySource, type RowChunk } from '../day-source.js';
import type { DayProvider } from '../source-api.js';
import type { ProviderClass, ProviderSourceConfig } from './provider-config.js';
import { providerFailure } from './provider-failure.js';
import { createProvider, loadProvider, takeProvider, unusable } from './provider-module.js';
import { describeObject, ProviderRows } from './provider-rows.js';
import { FollowingAbort, unlessAborted } from '../../config/abort.js';

/** How long a provider may take to close; the process must not wait for it for ever. */
const CLOSE_MS = 2_000;

/**
 * The rows of a day from the user's own code: a module whose default export is a class, or a provider that stands in
 * the code of the app which Daysync is part of.
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
  private leftDays = false;

  /** @param waitsForCleanup whether an aborted day ends after the cleanup of its provider; at once by default */
  constructor(
    private readonly config: ProviderSourceConfig,
    private readonly waitsForCleanup = false,
  ) {}

  /**
   * @throws {SourceError} source-wide: `PROVIDER_UNUSABLE`; and what the provider throws, as {@link providerFailure} takes
   * it.
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    signal.throwIfAborted();
    const provider = await unlessAborted(this.currentProvider(), signal);
    const wanted = new FollowingAbort(signal);
    try {
      yield* this.readDay(provider, day, wanted, signal);
    } finally {
      wanted.release();
    }
  }

  private async *readDay(
    provider: DayProvider,
    day: CalendarDay,
    wanted: AbortController,
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    const iterator = await ask(() => this.iterate(provider, day, wanted.signal), signal);
    const rows = new ProviderRows(iterator, wanted.signal);
    try {
      for (;;) {
        const chunk = await ask(() => rows.nextChunk(), signal);
        if (chunk === undefined) return;
        yield chunk;
      }
    } finally {
      // Who has to answer yet could not tidy up before that.
      if (rows.areAwaited) wanted.abort();
      if (!rows.haveEnded || signal.aborted) {
        const hasEnded = await rows.stop(this.waitsForCleanup);
        this.leftDays ||= !hasEnded;
      }
    }
  }

  /** Whether a provider was left behind in a day. */
  get hasLeftDays(): boolean {
    return this.leftDays;
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
          () => undefined, // The callers that wait for the provider get the error.
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
    const { config } = this;
    if ('given' in config) return takeProvider(config);
    if (this.providerClass === undefined) {
      this.loads += 1;
      this.providerClass = await loadProvider(config, this.loads);
      this.closing.signal.throwIfAborted();
    }
    return createProvider(this.providerClass, config);
  }

  private iterate(
    provider: DayProvider,
    day: CalendarDay,
    signal: AbortSignal,
  ): AsyncIterator<unknown> {
    const rows: unknown = provider.fetchDay(day, signal);
    if (isAsyncIterable(rows)) return rows[Symbol.asyncIterator]();
    // No other caller awaits it, and its failure must not end the process.
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
    throw isSourceError(error) ? error : providerFailure(error);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && Symbol.asyncIterator in value;
}
