import { setTimeout as sleep } from 'node:timers/promises';
import { waitingIn, type BatchStatus, type WaitingFor } from '@daysync/progress';
import type { ProgressRegistry } from '@daysync/progress/nest';
import type { Logger } from 'pino';
import { DatabaseUnavailableError } from '../database/unavailable.js';

/** In these states a batch needs the database to go on. */
const WAITS: ReadonlySet<BatchStatus> = new Set(['running', 'cancelling']);

/** How often a database that is away is tried again. */
export const AWAY_MS = 1_000;

interface WatchPorts {
  readonly logger: Logger;
  readonly registry: ProgressRegistry;
}

/** Tracks whether the database is available, from the results of all who use it. */
export class DatabaseWatch {
  /** The users that are waiting: a full disk may refuse one and not the other. */
  private readonly waiting = new Set<unknown>();

  /** @param aborting ends all waits for the database */
  constructor(
    private readonly ports: WatchPorts,
    private readonly aborting: AbortSignal,
  ) {}

  get isAway(): boolean {
    return this.waiting.size > 0;
  }

  /** A user met an error. It is logged once, until no user is waiting any more. */
  failed(user: unknown, error: unknown): void {
    const { logger, registry } = this.ports;
    if (!this.isAway) logger.error({ err: error }, '数据库暂不可用，稍后重试');
    this.waiting.add(user);
    if (!(error instanceof DatabaseUnavailableError)) return;
    showDatabaseWait(registry, { kind: error.what, until: null, detail: error.message });
  }

  /** A user could go on. */
  succeeded(user: unknown): void {
    const { logger, registry } = this.ports;
    if (!this.waiting.delete(user) || this.isAway) return;
    logger.info('数据库已恢复，继续同步');
    showDatabaseWait(registry, null);
  }

  /**
   * Runs `work`, again and again while the database is away.
   * @throws any other error, and the last one once `aborting` is aborted
   */
  async whenAvailable<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const done = await work();
        this.succeeded(work);
        return done;
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError) || this.aborting.aborted) {
          this.waiting.delete(work);
          throw error;
        }
        this.failed(work, error);
        await sleep(AWAY_MS, undefined, { signal: this.aborting }).catch(() => undefined);
      }
    }
  }
}

/**
 * Shows in all running batches that the database is away, or its disk full, which no commit can write. Null restores what
 * each of them waits for by its state.
 */
export function showDatabaseWait(registry: ProgressRegistry, waiting: WaitingFor | null): void {
  for (const { error, status, task_id, waiting_for } of registry.listActive()) {
    const isShown = waiting_for?.kind === 'database' || waiting_for?.kind === 'disk';
    if (waiting === null ? isShown : WAITS.has(status)) {
      registry.setWaiting(task_id, waiting ?? waitingIn(status, error));
    }
  }
}
