import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { LEASE_MS, type HeldSlot, type SlotQueue } from '../dispatch/slot-queue.js';

const SIGN_OF_LIFE_MS = 3_000;
const LOOK_MS = 1_000;
/** Who could give no sign of life for so long lets go: nobody else has the slot before the lease is over. */
const LET_GO_MS = LEASE_MS - 1_500;
/** Who was cut off with everybody gets so long to say that it lives, before it is taken for lost. */
const GRACE_MS = 2 * SIGN_OF_LIFE_MS;

interface Lease {
  readonly slot: HeldSlot;
  readonly lost: AbortController;
  /** When it was certain last, on the monotonic clock. */
  keptAt: number;
}

/** Gives signs of life for the slots that this process holds, and frees those of processes that give none. */
export class SlotKeeper {
  private readonly leases = new Map<string, Lease>();
  private keeping: NodeJS.Timeout | undefined;
  private looking: NodeJS.Timeout | undefined;
  private isKeeping = false;
  private isLooking = false;
  private connectedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly queue: Pick<SlotQueue, 'keep' | 'freeLost'>,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly logger: Logger,
    /** Told after each look for lost processes: their slots may be free. */
    private readonly onFreed: () => void,
  ) {}

  start(): void {
    // Others may be about to come back with this process.
    this.connectedAt = this.clock.monotonic();
    this.keeping = setInterval(() => void this.keep(), SIGN_OF_LIFE_MS);
    this.looking = setInterval(() => {
      // More often than signs of life are given, or the lease would be over by then.
      this.dropUnsure();
      void this.freeLost();
    }, LOOK_MS);
  }

  stop(): void {
    clearInterval(this.keeping);
    clearInterval(this.looking);
  }

  /** The database is there again: nobody is taken for lost before all could say that they live. */
  reconnected(): void {
    this.connectedAt = this.clock.monotonic();
    void this.keep();
  }

  /**
   * Holds a slot. The signal aborts when it is no longer sure that it is held.
   * @param since when it was taken at the earliest, on the monotonic clock
   */
  hold(slot: HeldSlot, since: number): AbortSignal {
    const lost = new AbortController();
    this.leases.set(slot.attempt.id, { slot, lost, keptAt: since });
    return lost.signal;
  }

  /** The slots that are held. */
  get held(): readonly HeldSlot[] {
    return [...this.leases.values()].map(({ slot }) => slot);
  }

  letGo({ attempt }: HeldSlot): void {
    this.leases.delete(attempt.id);
  }

  private async keep(): Promise<void> {
    if (this.isKeeping) return;
    this.isKeeping = true;
    const now = this.clock.monotonic();
    const leases = [...this.leases.values()];
    try {
      const kept = new Set(await this.queue.keep(leases.map(({ slot }) => slot)));
      for (const lease of leases) {
        if (kept.has(lease.slot)) lease.keptAt = now;
        // One that was let go of meanwhile is not lost.
        else if (this.leases.has(lease.slot.attempt.id)) lease.lost.abort();
      }
    } catch (error) {
      this.logger.debug({ err: error }, 'no sign of life could be given');
    } finally {
      this.isKeeping = false;
    }
  }

  /** Lets go of what is not sure any more; also to be called by who was halted, perhaps, before it asks a source. */
  dropUnsure(): void {
    const now = this.clock.monotonic();
    for (const { keptAt, lost } of this.leases.values()) {
      if (now - keptAt > LET_GO_MS) lost.abort();
    }
  }

  private async freeLost(): Promise<void> {
    if (this.isLooking || this.clock.monotonic() - this.connectedAt < GRACE_MS) return;
    this.isLooking = true;
    try {
      await this.queue.freeLost();
      this.onFreed();
    } catch (error) {
      this.logger.debug({ err: error }, 'nobody could be found lost');
    } finally {
      this.isLooking = false;
    }
  }
}
