import type { Logger } from 'pino';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import type { DatabaseWatch } from './database-watch.js';
import { logSettled } from './day-log.js';
import { hasEnded, type EndedDay, type Finished } from './slot-turn.js';
import type { SlotTurns } from './slot-turns.js';
import type { SyncMetrics } from './sync-metrics.js';

/** So many days are committed together at most. */
const MOST_DAYS = 32;
/** A day with more rows goes by itself: others would wait until they have moved in. */
const MOST_ROWS = 1_000;

export interface CommitPorts {
  readonly turns: Pick<SlotTurns, 'finish'>;
  readonly watch: DatabaseWatch;
  readonly metrics: SyncMetrics;
  readonly logger: Logger;
  /** Told that a batch has ended. */
  readonly onEnd: (taskId: string) => void;
}

interface Waiting {
  readonly ended: EndedDay;
  readonly resolve: (finished: Finished) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits the days of this process. Those of one batch that end while another commit of it is under way are committed
 * together after that: each commit changes the batch's row, and all others wait for it, in whatever process.
 */
export class DayCommits {
  /** By batch; there for as long as a commit of it is under way. */
  private readonly waiting = new Map<string, Waiting[]>();

  constructor(private readonly ports: CommitPorts) {}

  /**
   * Commits a day as soon as the database can be written.
   * @throws {StaleClaimError} if somebody else holds the day or its slot by now; nothing is written
   */
  commit(ended: EndedDay): Promise<Finished> {
    const { taskId } = ended.day.slot;
    if (isLarge(ended)) return this.commitAlone(ended);
    return new Promise((resolve, reject) => {
      const waiting = this.waiting.get(taskId);
      if (waiting !== undefined) {
        waiting.push({ ended, resolve, reject });
        return;
      }
      const first = [{ ended, resolve, reject }];
      this.waiting.set(taskId, first);
      void this.commitWaiting(taskId, first);
    });
  }

  private async commitWaiting(taskId: string, waiting: Waiting[]): Promise<void> {
    while (waiting.length > 0) await this.commitTogether(waiting.splice(0, MOST_DAYS));
    this.waiting.delete(taskId);
  }

  private async commitTogether(together: readonly Waiting[]): Promise<void> {
    try {
      const finished = await this.finish(together.map(({ ended }) => ended));
      for (const [index, { resolve }] of together.entries()) {
        const own = finished[index];
        if (own !== undefined) resolve(own);
      }
    } catch (error) {
      if (together.length === 1 || error instanceof DatabaseUnavailableError) {
        for (const { reject } of together) reject(error);
        return;
      }
      // Something is wrong with one of them: each by itself tells which.
      for (const one of together) {
        await this.commitAlone(one.ended).then(one.resolve, one.reject);
      }
    }
  }

  private async commitAlone(ended: EndedDay): Promise<Finished> {
    const [finished] = await this.finish([ended]);
    if (finished === undefined) throw new TypeError('expected what became of a day');
    return finished;
  }

  private async finish(days: readonly EndedDay[]): Promise<readonly Finished[]> {
    const { logger, metrics, onEnd, turns, watch } = this.ports;
    const [first, ...others] = days;
    if (first === undefined) return [];
    const finished = await watch.whenAvailable(() => turns.finish([first, ...others]));
    const { dataset, slot } = first.day;
    const result = finished[0]?.result;
    if (result === undefined) return finished;
    metrics.stepped(dataset.name, result);
    for (const settled of result.settled) {
      logSettled(logger, { dataset, taskId: slot.taskId }, settled);
    }
    if (hasEnded(result)) onEnd(slot.taskId);
    return finished;
  }
}

function isLarge({ finished: { fetched } }: EndedDay): boolean {
  return fetched.kind === 'staged' || (fetched.kind === 'rows' && fetched.rows.length > MOST_ROWS);
}
