import { setTimeout as sleep } from 'node:timers/promises';
import { waitingIn, type BatchStatus, type WaitingFor } from '@daysync/progress';
import type { ProgressRegistry } from '@daysync/progress/nest';
import type { Logger } from 'pino';
import { DatabaseUnavailableError } from '../database/unavailable.js';

/** Batches in one of these have days in flight, or would begin some: their commits wait. */
const WAITS: ReadonlySet<BatchStatus> = new Set(['running', 'cancelling']);

/** How long a database that is away is left alone. */
export const AWAY_MS = 1_000;

export interface WatchPorts {
  readonly logger: Logger;
  /** Whose batches say what they wait for. */
  readonly registry: Pick<ProgressRegistry, 'listActive' | 'setWaiting'>;
}

/** Whether the database is there, as those find who work with it. */
export class DatabaseWatch {
  /** Those who can't go on: a full disk may answer the one and refuse the other. */
  private readonly cutOff = new Set<unknown>();

  /** @param giveUp when it is aborted, nothing waits for the database any more */
  constructor(
    private readonly ports: WatchPorts,
    private readonly giveUp: AbortSignal,
  ) {}

  get isAway(): boolean {
    return this.cutOff.size > 0;
  }

  /** Somebody can't go on for an error. It is logged once, until all can go on again. */
  lost(who: unknown, error: unknown): void {
    const { logger, registry } = this.ports;
    if (!this.isAway) logger.error({ err: error }, '数据库暂不可用，稍后重试');
    this.cutOff.add(who);
    if (!(error instanceof DatabaseUnavailableError)) return;
    showDatabaseWait(registry, { kind: error.what, until: null, detail: error.message });
  }

  /** A caller could go on. */
  found(who: unknown): void {
    const { logger, registry } = this.ports;
    if (!this.cutOff.delete(who) || this.isAway) return;
    logger.info('数据库已恢复，继续同步');
    showDatabaseWait(registry, null);
  }

  /**
   * Tries again while the database is away.
   * @throws what else goes wrong, and what is left when nothing waits any longer
   */
  async whenAvailable<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const done = await work();
        this.found(work);
        return done;
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError) || this.giveUp.aborted) {
          this.cutOff.delete(work);
          throw error;
        }
        this.lost(work, error);
        await sleep(AWAY_MS, undefined, { signal: this.giveUp }).catch(() => undefined);
      }
    }
  }
}

/**
 * Shows of all batches that run what no commit can say: that the database is away, or its disk is full. Null takes it
 * back, to what each waits for by its state.
 */
export function showDatabaseWait(
  registry: WatchPorts['registry'],
  waiting: WaitingFor | null,
): void {
  for (const { error, status, task_id, waiting_for } of registry.listActive()) {
    const isShown = waiting_for?.kind === 'database' || waiting_for?.kind === 'disk';
    if (waiting === null ? isShown : WAITS.has(status)) {
      registry.setWaiting(task_id, waiting ?? waitingIn(status, error));
    }
  }
}
