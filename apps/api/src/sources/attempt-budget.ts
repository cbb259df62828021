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

/** A day has so many times its attempts in all, however many of its pages come. */
const MOST_TIMES = 10;

/**
 * The attempts at one day: how many may fail in a row, without a page that comes. A source that repeats a request uses up
 * one of them: otherwise a page that fails would be requested `attempts` times at each of the day's `attempts`.
 */
export class AttemptBudget {
  private used = 0;
  /** How many were used when the latest page came; undefined before the first. */
  private usedAtProgress: number | undefined;
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

  /** Which attempt it is since the last page came, from 1. */
  get attemptInRow(): number {
    const { usedAtProgress } = this;
    return usedAtProgress === undefined ? this.attempt : this.used - usedAtProgress + 1;
  }

  /**
   * How many of the repeated requests do not count, because a page came after them. The attempts before `first` count
   * on: the day has started over since, without the pages that it had.
   */
  get forgiven(): number {
    return this.isAtBound ? 0 : (this.usedAtProgress ?? 0);
  }

  get isUsedUp(): boolean {
    return this.attemptInRow >= this.most || this.isAtBound;
  }

  private get isAtBound(): boolean {
    return this.used + 1 >= MOST_TIMES * this.most;
  }

  /** The latest requests that were repeated. */
  get repeated(): readonly RepeatedAttempt[] {
    return this.latest;
  }

  /** A page came: the failures before it no longer count. */
  progress(): void {
    this.usedAtProgress = this.used;
  }

  /** Begins the next attempt. @param error of the one before */
  repeat(error: SourceError): void {
    this.latest.push({ at: this.now(), attempt: this.attempt, error });
    if (this.latest.length > MOST_KEPT) this.latest.shift();
    this.used += 1;
  }
}
