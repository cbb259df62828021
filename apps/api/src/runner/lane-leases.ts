import type { Logger } from 'pino';
import type { Clock } from '../config/clock.js';
import { LEASE_MS, type AcquiredLane, type LaneQueue } from '../batches/lane-queue.js';

const RENEW_MS = 3_000;
const REAP_MS = 1_000;
/** A lease that was not renewed for so long is given up, before another process can acquire its lane. */
const CERTAIN_MS = LEASE_MS - 1_500;
/** After the database was away, every process has so long to renew before expired leases are reaped. */
const GRACE_MS = 2 * RENEW_MS;

interface Lease {
  readonly lane: AcquiredLane;
  readonly lost: AbortController;
  /** The last moment at which it was certain, on the monotonic clock. */
  renewedAt: number;
}

/**
 * Renews the leases of the lanes that this process has acquired. It is also the reaper: it frees the lanes of
 * processes that have stopped renewing, because they died or stalled.
 */
export class LaneLeases {
  private readonly leases = new Map<string, Lease>();
  private renewTimer: NodeJS.Timeout | undefined;
  private reapTimer: NodeJS.Timeout | undefined;
  private isRenewing = false;
  private isReaping = false;
  private connectedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly queue: LaneQueue,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly logger: Logger,
    /** Called after expired leases were reaped: lanes may be free. */
    private readonly onReaped: () => void,
  ) {}

  start(): void {
    // Other processes may be starting with this one.
    this.connectedAt = this.clock.monotonic();
    this.renewTimer = setInterval(() => void this.renew(), RENEW_MS);
    this.reapTimer = setInterval(() => {
      // More often than leases are renewed: else a lease could expire in between.
      this.abortUncertain();
      void this.reap();
    }, REAP_MS);
  }

  stop(): void {
    clearInterval(this.renewTimer);
    clearInterval(this.reapTimer);
  }

  /** The database is back: leases are reaped only after every process could renew its own. */
  reconnected(): void {
    this.connectedAt = this.clock.monotonic();
    void this.renew();
  }

  /**
   * Keeps the lease of a lane renewed. The signal aborts when the lease is lost, or no longer certain.
   * @param since the earliest moment at which it was acquired, on the monotonic clock
   */
  add(lane: AcquiredLane, since: number): AbortSignal {
    const lost = new AbortController();
    this.leases.set(lane.job, { lane, lost, renewedAt: since });
    return lost.signal;
  }

  remove({ job }: AcquiredLane): void {
    this.leases.delete(job);
  }

  /** Aborts the leases that are no longer certain. A process that may have been halted calls this before it fetches. */
  abortUncertain(): void {
    const now = this.clock.monotonic();
    for (const { renewedAt, lost } of this.leases.values()) {
      if (now - renewedAt > CERTAIN_MS) lost.abort();
    }
  }

  private async renew(): Promise<void> {
    if (this.isRenewing) return;
    this.isRenewing = true;
    const now = this.clock.monotonic();
    const leases = [...this.leases.values()];
    try {
      const renewed = new Set(await this.queue.renew(leases.map(({ lane }) => lane)));
      for (const lease of leases) {
        if (renewed.has(lease.lane)) lease.renewedAt = now;
        // One that was removed meanwhile is not lost.
        else if (this.leases.has(lease.lane.job)) lease.lost.abort();
      }
    } catch (error) {
      this.logger.debug({ err: error }, 'the leases could not be renewed');
    } finally {
      this.isRenewing = false;
    }
  }

  private async reap(): Promise<void> {
    if (this.isReaping || this.clock.monotonic() - this.connectedAt < GRACE_MS) return;
    this.isReaping = true;
    try {
      await this.queue.reapExpired();
      this.onReaped();
    } catch (error) {
      this.logger.debug({ err: error }, 'expired leases could not be reaped');
    } finally {
      this.isReaping = false;
    }
  }
}
