import type { Logger } from 'pino';
import type { Clock } from '../config/clock.js';
import { LEASE_MS, type AcquiredLane, type LaneQueue } from '../batches/lane-queue.js';

const RENEW_MS = 3_000;
const LOOK_MS = 1_000;
/** A lease that was not renewed for so long is let go of: no other process has the lane before it is over. */
const LET_GO_MS = LEASE_MS - 1_500;
/** After the database was away, all processes have so long to renew before one is taken for lost. */
const GRACE_MS = 2 * RENEW_MS;

interface Lease {
  readonly lane: AcquiredLane;
  readonly lost: AbortController;
  /** When it was certain last, on the monotonic clock. */
  keptAt: number;
}

/** Renews the leases of the lanes that this process has acquired, and frees those of processes that do not. */
export class LaneKeeper {
  private readonly leases = new Map<string, Lease>();
  private keeping: NodeJS.Timeout | undefined;
  private looking: NodeJS.Timeout | undefined;
  private isKeeping = false;
  private isLooking = false;
  private connectedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly queue: Pick<LaneQueue, 'renew' | 'freeExpired'>,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly logger: Logger,
    /** Called after each look for expired leases: their lanes may be free. */
    private readonly onFreed: () => void,
  ) {}

  start(): void {
    // Others may be about to come back with this process.
    this.connectedAt = this.clock.monotonic();
    this.keeping = setInterval(() => void this.keep(), RENEW_MS);
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

  /** The database is there again: no process is taken for lost before all could renew their leases. */
  reconnected(): void {
    this.connectedAt = this.clock.monotonic();
    void this.keep();
  }

  /**
   * Keeps a lane's lease renewed. The signal aborts when it is no longer sure that it is held.
   * @param since when it was acquired at the earliest, on the monotonic clock
   */
  hold(lane: AcquiredLane, since: number): AbortSignal {
    const lost = new AbortController();
    this.leases.set(lane.job, { lane, lost, keptAt: since });
    return lost.signal;
  }

  letGo({ job }: AcquiredLane): void {
    this.leases.delete(job);
  }

  private async keep(): Promise<void> {
    if (this.isKeeping) return;
    this.isKeeping = true;
    const now = this.clock.monotonic();
    const leases = [...this.leases.values()];
    try {
      const kept = new Set(await this.queue.renew(leases.map(({ lane }) => lane)));
      for (const lease of leases) {
        if (kept.has(lease.lane)) lease.keptAt = now;
        // One that was let go of meanwhile is not lost.
        else if (this.leases.has(lease.lane.job)) lease.lost.abort();
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
      await this.queue.freeExpired();
      this.onFreed();
    } catch (error) {
      this.logger.debug({ err: error }, 'expired leases could not be looked for');
    } finally {
      this.isLooking = false;
    }
  }
}
