import type { Clock } from '../clock.js';
import type { PostgresTransaction } from '../database/database.js';
import { tellWork } from '../database/news-feed.js';
import type { Slot, SlotQueue } from '../dispatch/slot-queue.js';
import { StaleClaimError } from './day-commit.js';
import type { BegunDay } from './slot-turn.js';

/** What becomes of slots inside the transactions of their days. */
export class SlotHold {
  /** @param clock whose steady time is the database's */
  constructor(
    private readonly queue: SlotQueue,
    private readonly clock: Pick<Clock, 'steady'>,
  ) {}

  /** Ends the slot of a day, and offers it anew. */
  async passOn(
    transaction: PostgresTransaction,
    { slot, claim }: BegunDay,
    inMs: number | null,
  ): Promise<void> {
    const isOurs = await this.queue.end(transaction, slot);
    if (!isOurs) throw new StaleClaimError(slot.taskId, claim);
    await this.offer(transaction, slot, inMs);
  }

  /** Sees that the slots of days are still held, and says that their process lives. */
  async keep(transaction: PostgresTransaction, days: readonly BegunDay[]): Promise<void> {
    if (days.length === 0) return;
    const slots = days.map(({ slot }) => slot);
    const kept = new Set(await this.queue.keepIn(transaction, slots));
    const lost = days.find(({ slot }) => !kept.has(slot));
    if (lost !== undefined) throw new StaleClaimError(lost.slot.taskId, lost.claim);
  }

  /** Offers a slot in so many milliseconds; null for never. */
  async offer(transaction: PostgresTransaction, slot: Slot, inMs: number | null): Promise<void> {
    if (inMs === null) return;
    await this.queue.offer(
      transaction,
      slot,
      inMs > 0 ? new Date(this.clock.steady() + inMs) : null,
    );
    if (inMs === 0) await tellWork(transaction.db);
  }
}
