import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { LaneLeases } from './lane-leases.js';
import { LocalLaneQueue } from './local/local-lane-queue.js';
import { LEASE_MS, type AcquiredLane } from '../batches/lane-queue.js';

const LATE_MS = 2_000;
const logger = pino({ level: 'silent' });

function laneOf(job: string): AcquiredLane {
  return { batchId: 'a', number: 0, job, fence: 0 };
}

/** A queue that knows which leases are valid, as long as it answers. */
class FakeQueue extends LocalLaneQueue {
  readonly valid = new Set<string>();
  /** Each renewal: which lanes it was for. */
  readonly renewals: (readonly string[])[] = [];
  checks = 0;
  answering: 'yes' | 'late' | 'no' | 'never' = 'yes';

  constructor() {
    super({ monotonic: () => performance.now() });
  }

  override async renew(lanes: readonly AcquiredLane[]): Promise<readonly AcquiredLane[]> {
    await this.answer();
    this.renewals.push(lanes.map(({ job }) => job));
    return lanes.filter(({ job }) => this.valid.has(job));
  }

  override async reapExpired(): Promise<void> {
    await this.answer();
    this.checks += 1;
  }

  private answer(): Promise<void> {
    switch (this.answering) {
      case 'yes':
        return Promise.resolve();
      case 'late':
        return new Promise((resolve) => setTimeout(resolve, LATE_MS));
      case 'no':
        return Promise.reject(new Error('away'));
      case 'never':
        return new Promise(() => undefined);
    }
  }
}

describe('LaneLeases', () => {
  let queue: FakeQueue;
  let leases: LaneLeases;
  let freed: number;
  beforeEach(() => {
    vi.useFakeTimers();
    queue = new FakeQueue();
    freed = 0;
    leases = new LaneLeases(queue, { monotonic: () => performance.now() }, logger, () => {
      freed += 1;
    });
    leases.start();
  });
  afterEach(() => {
    leases.stop();
    vi.useRealTimers();
  });

  function acquire(id: string): AbortSignal {
    queue.valid.add(id);
    return leases.add(laneOf(id), performance.now());
  }

  it('renews the leases of acquired lanes, three times in a lease, and no others', async () => {
    acquire('one');
    const two = laneOf('two');
    queue.valid.add('two');
    leases.add(two, performance.now());
    await vi.advanceTimersByTimeAsync(9_000);
    expect(queue.renewals).toEqual(Array(3).fill(['one', 'two']));
    leases.remove(two);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(queue.renewals.at(-1)).toEqual(['one']);
  });

  it('aborts a lost lease at once, and no other', async () => {
    const [lost, kept] = [acquire('one'), acquire('two')];
    queue.valid.delete('one');
    await vi.advanceTimersByTimeAsync(3_000);
    expect([lost.aborted, kept.aborted]).toEqual([true, false]);
  });

  it.each([0, 400, 700, 1_000, 2_500, 2_900])(
    'aborts a lease that could not be renewed before it expires: acquired at %d ms',
    async (acquiredAt) => {
      await vi.advanceTimersByTimeAsync(acquiredAt);
      const signal = acquire('one');
      queue.answering = 'no';
      await vi.advanceTimersByTimeAsync(8_400);
      expect(signal.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(LEASE_MS - 8_400 - 1);
      expect(signal.aborted).toBe(true);
    },
  );

  it('does so even if the database never answers', async () => {
    const signal = acquire('one');
    queue.answering = 'never';
    await vi.advanceTimersByTimeAsync(LEASE_MS - 1);
    expect(signal.aborted).toBe(true);
  });

  it('counts the lease from the moment of asking, however late the answer comes', async () => {
    const signal = acquire('one');
    queue.answering = 'late';
    await vi.advanceTimersByTimeAsync(5_500);
    queue.answering = 'no';
    // Renewed at 3 s, as was heard at 5 s.
    await vi.advanceTimersByTimeAsync(5_900);
    expect(signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(signal.aborted).toBe(true);
  });

  it('reaps expired leases once a second', async () => {
    await vi.advanceTimersByTimeAsync(5_900);
    // Other processes may be starting with this one.
    expect(queue.checks).toBe(0);
    await vi.advanceTimersByTimeAsync(2_600);
    expect([queue.checks, freed]).toEqual([3, 3]);
    queue.answering = 'no';
    await vi.advanceTimersByTimeAsync(3_000);
    expect(freed).toBe(3);
  });

  it('reaps no lease before every process could renew its own, once the database is back', async () => {
    acquire('one');
    leases.reconnected();
    await vi.advanceTimersByTimeAsync(0);
    // It renews its own at once.
    expect(queue.renewals).toEqual([['one']]);
    await vi.advanceTimersByTimeAsync(5_900);
    expect(queue.checks).toBe(0);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(queue.checks).toBeGreaterThan(0);
  });

  it('aborts an uncertain lease at once, when asked', () => {
    const [late, fresh] = [
      leases.add(laneOf('late'), performance.now() - LEASE_MS),
      leases.add(laneOf('fresh'), performance.now()),
    ];
    expect(late.aborted).toBe(false);
    leases.abortUncertain();
    expect([late.aborted, fresh.aborted]).toEqual([true, false]);
  });

  it('does nothing any more after a stop', async () => {
    acquire('one');
    leases.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([queue.renewals, queue.checks]).toEqual([[], 0]);
  });
});
