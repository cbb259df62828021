import type { Logger } from 'pino';
import type { Clock } from '../config/clock.js';

const A_MINUTE_MS = 60_000;

/** Logs what goes wrong with the export of traces, at most once a minute: a collector may be away for days. */
export class ProblemLog {
  private last = -Infinity;
  private left = 0;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  report(problem: string): void {
    const now = this.clock.monotonic();
    if (now - this.last < A_MINUTE_MS) {
      this.left += 1;
      return;
    }
    const more = this.left === 0 ? {} : { not_logged: this.left };
    this.logger.warn({ problem, ...more }, 'traces could not be exported');
    this.last = now;
    this.left = 0;
  }
}
