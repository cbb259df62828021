import { ProgressRegistry } from '@daysync/progress/nest';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../clock.js';
import { Database } from '../database/database.js';
import { inPostgres } from '../database/in-postgres.js';
import { SlotQueue, type HeldSlot } from '../dispatch/slot-queue.js';
import { LOGGER } from '../logging/logger.js';
import { BatchControl } from './batch-control.js';
import { batchesOf, CRASHED, giveBackLost, selectRunning, type LostDay } from './batch-recovery.js';
import { findBatch } from './batch-row.js';
import { isLeaving, namesOf } from './leaving.js';
import { SyncMetrics } from './sync-metrics.js';

interface GivenBack {
  readonly lost: readonly LostDay[];
  /** Whether their process is gone; otherwise it was only too slow with one of them. */
  readonly isGone: boolean;
  /** Whether it did not mean to go. */
  readonly isCrash: boolean;
  readonly crashed: LostDay | null;
}

const NOTHING: GivenBack = { lost: [], isGone: false, isCrash: false, crashed: null };

/** The days of processes that were lost: they run again, elsewhere, and that costs them no attempt. */
@Injectable()
export class LostSlots {
  constructor(
    private readonly database: Database,
    private readonly queue: SlotQueue,
    private readonly control: BatchControl,
    private readonly registry: ProgressRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly metrics: SyncMetrics,
  ) {}

  /**
   * Gives back what the process had in flight that held this slot before: all of it, where that process is gone, and
   * then those days are suspects.
   * @returns whether there are suspects now
   */
  async giveBack({ attempt }: HeldSlot): Promise<boolean> {
    const at = toInstant(this.clock.now());
    const { crashed, isCrash, isGone, lost } = await this.database.write(
      'recover',
      async (transaction): Promise<GivenBack> => {
        // Of one that is gone all days are looked at together: which of them was alone is told only so.
        await transaction.alone('recovery');
        const ofJob = selectRunning(transaction).select('node').where('job', '=', attempt.id);
        const node = (await ofJob.executeTakeFirst())?.node;
        if (node === undefined || node === null) return NOTHING;
        const ofNode = selectRunning(transaction)
          .select(['job', 'node'])
          .where('node', 'in', namesOf(node));
        // One that was only halted may be about to commit: from here on it waits, and is refused then.
        for (const batch of batchesOf(await ofNode.execute())) await findBatch(transaction, batch);
        const own = await ofJob.executeTakeFirst();
        if (own === undefined) return NOTHING;
        const held = await ofNode.execute();
        const jobs = held.flatMap(({ job }) => job ?? []).filter((job) => job !== attempt.id);
        const isGone = !(await this.queue.isAlive(inPostgres(transaction), jobs));
        const days = isGone ? held : [own];
        const isCrash = isGone && !held.some((day) => isLeaving(day.node));
        const failed = await giveBackLost(transaction, days, { at, afterCrash: isCrash });
        return { lost: days, isGone, isCrash, crashed: failed };
      },
      {
        news: (back) =>
          batchesOf(back.lost).map((task_id) => ({ kind: 'batch_written', task_id, waits: true })),
      },
    );
    for (const { task_id, day } of lost) {
      const fields = { task_id, day };
      if (isGone) this.logger.warn(fields, `同步 ${day} 的进程已失联，将重新同步`);
      else this.logger.warn(fields, `${day} 的租约已过期，将重新同步`);
    }
    if (crashed !== null) {
      const { task_id, day } = crashed;
      this.logger.error({ task_id, day }, `${day} 两次使进程退出，记为失败`);
      const dataset = this.registry.get(task_id)?.dataset ?? '';
      this.metrics.daysEnded(dataset, [{ outcome: 'failed', reason: CRASHED.code, count: 1 }]);
    }
    // Nothing of them may be in flight any more.
    for (const batch of batchesOf(lost)) await this.endCancelling(batch);
    return isCrash;
  }

  /** Ends a batch that is cancelling where nothing of it is in flight any more. */
  async endCancelling(taskId: string): Promise<void> {
    const at = toInstant(this.clock.now());
    await this.control.endCancelling(taskId, at, (result) => {
      if (result.kind !== 'changed') return;
      this.metrics.daysEnded(result.dataset, result.ended);
      this.metrics.batchChanged(result.dataset, result.status);
    });
  }
}
