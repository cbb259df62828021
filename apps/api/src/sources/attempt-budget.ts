/**
 * The attempts at one day. A source that repeats a request uses up one of them: otherwise a page that fails would be
 * requested `attempts` times at each of the day's `attempts`.
 */
export class AttemptBudget {
  private used = 0;

  /**
   * @param first the number of the attempt that begins, from 1
   * @param most how many attempts at the day there may be
   */
  constructor(
    private readonly first: number,
    private readonly most: number,
  ) {}

  /** The number of the attempt that is being made. */
  get attempt(): number {
    return this.first + this.used;
  }

  /** How many requests were repeated. */
  get repeats(): number {
    return this.used;
  }

  get isUsedUp(): boolean {
    return this.attempt >= this.most;
  }

  /** Begins the next attempt. */
  repeat(): void {
    this.used += 1;
  }
}
