// `daysync/source`: what a provider of the user's own may import. Node loads this file as it stands, so it imports
// nothing and has no syntax beyond types that are left out.

/**
 * A row of a day: a value for each column that the target asks for, by the source's name. Null and undefined are
 * NULL; what the target doesn't ask for is left out.
 */
export type ProviderRow = Readonly<Record<string, unknown>>;

/**
 * What a provider's class makes. The class is the default export of its module, and its constructor is given the
 * `options` of the datasets file, frozen.
 */
export interface DayProvider {
  /**
   * The rows of a day; a day without data ends without a row. With `thread: false` and for providers in code, it may be
   * called for several days at a time.
   * @param day `2025-10-01`
   * @param signal aborted when the day's time is over or its batch ends: pass it to what you call
   */
  fetchDay(day: string, signal: AbortSignal): AsyncIterable<ProviderRow>;

  /** Called when the provider's thread ends, and when Daysync stops. */
  close?(): Promise<void> | void;
}

/**
 * What an error means for the batch: `passing` may be tried again, `lasting` fails the day, `source_wide` concerns
 * every day of the dataset.
 */
export type ProviderErrorKind = 'passing' | 'lasting' | 'source_wide';

export interface ProviderErrorOptions {
  readonly cause?: unknown;
  /** How long the source asks to be left alone, in milliseconds. Such a wait costs no attempt. */
  readonly retryAfterMs?: number;
}

/** An error that says what it means. Any other that a provider throws is a lasting `PROVIDER_FAILED`. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ProviderErrorKind;
  /** Stable, for programs: `[A-Z][A-Z0-9_]{0,62}`. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  /** @param message for people, who see it: no secret belongs into it */
  constructor(
    kind: ProviderErrorKind,
    code: string,
    message: string,
    options: ProviderErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}
