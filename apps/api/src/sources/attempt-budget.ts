import type { SourceError } from './day-source.js';

/** A request that failed and was repeated. */
export interface RepeatedAttempt {
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly attempt: number;
  readonly error: SourceError;
}

/** A source may repeat more requests, page by page, than anyone reads. */
const MOST_KEPT = 20;

/**
 * The attempts at one day. A source that repeats a request uses up one of them: otherwise a page that fails would be
 * requested `attempts` times at each of the day's `attempts`.
 */
export class AttemptBudget {
  private used = 0;
  private readonly latest: RepeatedAttempt[] = [];

  /**
   * @param first the number of the attempt that begins, from 1
   * @param most how many attempts at the day there may be
   * @param now the time, for what is kept of the attempts
   * @param traceparentOf the span of an attempt as a source gets it; undefined where nothing is traced
   */
  constructor(
    private readonly first: number,
    private readonly most: number,
    private readonly now: () => number = () => 0,
    private readonly traceparentOf: (attempt: number) => string | undefined = () => undefined,
  ) {}

  /** The number of the attempt that is being made. */
  get attempt(): number {
    return this.first + this.used;
  }

  /** The span of the attempt that is being made, as `traceparent`; undefined where nothing is traced. */
  get traceparent(): string | undefined {
    return this.traceparentOf(this.attempt);
  }

  /** How many requests were repeated. */
  get repeats(): number {
    return this.used;
  }

  get isUsedUp(): boolean {
    return this.attempt >= this.most;
  }

  /** The latest requests that were repeated. */
  get repeated(): readonly RepeatedAttempt[] {
    return this.latest;
  }

  /** Begins the next attempt. @param error of the one before */
  repeat(error: SourceError): void {
    this.latest.push({ at: this.now(), attempt: this.attempt, error });
    if (this.latest.length > MOST_KEPT) this.latest.shift();
    this.used += 1;
  }
}
