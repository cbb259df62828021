import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DatabaseUnavailableError } from '../database/unavailable.js';

/** How long a database that is away is left alone. */
export const AWAY_MS = 1_000;

/** Whether the database is there, as those find who work with it. */
export class DatabaseWatch {
  private away = false;

  /** @param giveUp when it is aborted, nothing waits for the database any more */
  constructor(
    private readonly logger: Logger,
    private readonly giveUp: AbortSignal,
  ) {}

  get isAway(): boolean {
    return this.away;
  }

  /** Tells of it once when it goes, and once when it is there again; null where all went well. */
  tell(error: unknown): void {
    const away = error !== null;
    if (away === this.away) return;
    this.away = away;
    if (away) this.logger.error({ err: error }, '数据库暂不可用，稍后重试');
    else this.logger.info('数据库已恢复，继续同步');
  }

  /**
   * Tries again while the database is away.
   * @throws what else goes wrong, and what is left when nothing waits any longer
   */
  async whenAvailable<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError) || this.giveUp.aborted) throw error;
        this.tell(error);
        await sleep(AWAY_MS, undefined, { signal: this.giveUp }).catch(() => undefined);
      }
    }
  }
}
