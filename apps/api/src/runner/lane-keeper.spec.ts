import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { LaneKeeper } from './lane-keeper.js';
import { LEASE_MS, type AcquiredLane } from '../batches/lane-queue.js';

const LATE_MS = 2_000;
const logger = pino({ level: 'silent' });

function laneOf(job: string): AcquiredLane {
  return { batchId: 'a', number: 0, job, fence: 0 };
}

/** A queue that tracks which lanes are held, as long as it answers. */
class FakeQueue {
  readonly held = new Set<string>();
  /** Each renewal: which lanes it was for. */
  readonly renewals: (readonly string[])[] = [];
  checks = 0;
  answering: 'yes' | 'late' | 'no' | 'never' = 'yes';

  async renew(lanes: readonly AcquiredLane[]): Promise<readonly AcquiredLane[]> {
    await this.answer();
    this.renewals.push(lanes.map(({ job }) => job));
    return lanes.filter(({ job }) => this.held.has(job));
  }

  async freeExpired(): Promise<void> {
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

describe('LaneKeeper', () => {
  let queue: FakeQueue;
  let keeper: LaneKeeper;
  let freed: number;
  beforeEach(() => {
    vi.useFakeTimers();
    queue = new FakeQueue();
    freed = 0;
    keeper = new LaneKeeper(queue, { monotonic: () => performance.now() }, logger, () => {
      freed += 1;
    });
    keeper.start();
  });
  afterEach(() => {
    keeper.stop();
    vi.useRealTimers();
  });

  function hold(id: string): AbortSignal {
    queue.held.add(id);
    return keeper.hold(laneOf(id), performance.now());
  }

  it('renews what is held, three times in a lease, and nothing else', async () => {
    hold('one');
    const two = laneOf('two');
    queue.held.add('two');
    keeper.hold(two, performance.now());
    await vi.advanceTimersByTimeAsync(9_000);
    expect(queue.renewals).toEqual(Array(3).fill(['one', 'two']));
    keeper.letGo(two);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(queue.renewals.at(-1)).toEqual(['one']);
  });

  it('aborts at once what is not held any more, and no other lane', async () => {
    const [lost, kept] = [hold('one'), hold('two')];
    queue.held.delete('one');
    await vi.advanceTimersByTimeAsync(3_000);
    expect([lost.aborted, kept.aborted]).toEqual([true, false]);
  });

  it.each([0, 400, 700, 1_000, 2_500, 2_900])(
    'aborts what could not be renewed, before another process may have it: acquired at %d ms',
    async (acquiredAt) => {
      await vi.advanceTimersByTimeAsync(acquiredAt);
      const signal = hold('one');
      queue.answering = 'no';
      await vi.advanceTimersByTimeAsync(8_400);
      expect(signal.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(LEASE_MS - 8_400 - 1);
      expect(signal.aborted).toBe(true);
    },
  );

  it('does so too where the database does not answer at all', async () => {
    const signal = hold('one');
    queue.answering = 'never';
    await vi.advanceTimersByTimeAsync(LEASE_MS - 1);
    expect(signal.aborted).toBe(true);
  });

  it('counts the lease from the moment of asking, however late the answer comes', async () => {
    const signal = hold('one');
    queue.answering = 'late';
    await vi.advanceTimersByTimeAsync(5_500);
    queue.answering = 'no';
    // Renewed at 3 s, as was heard at 5 s.
    await vi.advanceTimersByTimeAsync(5_900);
    expect(signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(signal.aborted).toBe(true);
  });

  it('checks for lost processes once a second, and says that it has', async () => {
    await vi.advanceTimersByTimeAsync(5_900);
    // Other processes may be about to come back with it, as the database does.
    expect(queue.checks).toBe(0);
    await vi.advanceTimersByTimeAsync(2_600);
    expect([queue.checks, freed]).toEqual([3, 3]);
    queue.answering = 'no';
    await vi.advanceTimersByTimeAsync(3_000);
    expect(freed).toBe(3);
  });

  it('frees no lease before all processes could renew theirs, once the database is back', async () => {
    hold('one');
    keeper.reconnected();
    await vi.advanceTimersByTimeAsync(0);
    // It renews its own at once.
    expect(queue.renewals).toEqual([['one']]);
    await vi.advanceTimersByTimeAsync(5_900);
    expect(queue.checks).toBe(0);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(queue.checks).toBeGreaterThan(0);
  });

  it('aborts at once what was acquired too long ago, when asked', () => {
    const [late, fresh] = [
      keeper.hold(laneOf('late'), performance.now() - LEASE_MS),
      keeper.hold(laneOf('fresh'), performance.now()),
    ];
    expect(late.aborted).toBe(false);
    keeper.dropUnsure();
    expect([late.aborted, fresh.aborted]).toEqual([true, false]);
  });

  it('does nothing any more after a stop', async () => {
    hold('one');
    keeper.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([queue.renewals, queue.checks]).toEqual([[], 0]);
  });
});
