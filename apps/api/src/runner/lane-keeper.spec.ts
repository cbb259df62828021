import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { LEASE_MS, type HeldSlot } from '../dispatch/slot-queue.js';
import { SlotKeeper } from './slot-keeper.js';

const LATE_MS = 2_000;
const logger = pino({ level: 'silent' });

function slotOf(id: string): HeldSlot {
  return { taskId: 'a', number: 0, attempt: { id, retryCount: 0 }, redelivered: false };
}

/** A queue that knows which slots are held, as long as it answers. */
class FakeQueue {
  readonly held = new Set<string>();
  /** Each sign of life: which slots it was for. */
  readonly signs: (readonly string[])[] = [];
  looks = 0;
  answering: 'yes' | 'late' | 'no' | 'never' = 'yes';

  async keep(slots: readonly HeldSlot[]): Promise<readonly HeldSlot[]> {
    await this.answer();
    this.signs.push(slots.map(({ attempt }) => attempt.id));
    return slots.filter(({ attempt }) => this.held.has(attempt.id));
  }

  async freeLost(): Promise<void> {
    await this.answer();
    this.looks += 1;
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

describe('SlotKeeper', () => {
  let queue: FakeQueue;
  let keeper: SlotKeeper;
  let freed: number;
  beforeEach(() => {
    vi.useFakeTimers();
    queue = new FakeQueue();
    freed = 0;
    keeper = new SlotKeeper(queue, { monotonic: () => performance.now() }, logger, () => {
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
    return keeper.hold(slotOf(id), performance.now());
  }

  it('gives a sign of life for what is held, three times in a lease, and for nothing else', async () => {
    hold('one');
    const two = slotOf('two');
    queue.held.add('two');
    keeper.hold(two, performance.now());
    await vi.advanceTimersByTimeAsync(9_000);
    expect(queue.signs).toEqual(Array(3).fill(['one', 'two']));
    keeper.letGo(two);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(queue.signs.at(-1)).toEqual(['one']);
  });

  it('tells at once who has lost a slot, and no other', async () => {
    const [lost, kept] = [hold('one'), hold('two')];
    queue.held.delete('one');
    await vi.advanceTimersByTimeAsync(3_000);
    expect([lost.aborted, kept.aborted]).toEqual([true, false]);
  });

  it.each([0, 400, 700, 1_000, 2_500, 2_900])(
    'takes for lost what could have no sign of life, before anybody else may have it: begun at %d ms',
    async (begun) => {
      await vi.advanceTimersByTimeAsync(begun);
      const signal = hold('one');
      queue.answering = 'no';
      await vi.advanceTimersByTimeAsync(8_400);
      expect(signal.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(LEASE_MS - 8_400 - 1);
      expect(signal.aborted).toBe(true);
    },
  );

  it('does so too where the database does not even refuse', async () => {
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
    // Kept at 3 s, as was heard at 5 s.
    await vi.advanceTimersByTimeAsync(5_900);
    expect(signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(signal.aborted).toBe(true);
  });

  it('looks for lost processes once a second, and says that it has', async () => {
    await vi.advanceTimersByTimeAsync(5_900);
    // Others may be about to come back with it, as the database does.
    expect(queue.looks).toBe(0);
    await vi.advanceTimersByTimeAsync(2_600);
    expect([queue.looks, freed]).toEqual([3, 3]);
    queue.answering = 'no';
    await vi.advanceTimersByTimeAsync(3_000);
    expect(freed).toBe(3);
  });

  it('takes nobody for lost before all could say that they live, once the database is there again', async () => {
    hold('one');
    keeper.reconnected();
    await vi.advanceTimersByTimeAsync(0);
    // It says so itself at once.
    expect(queue.signs).toEqual([['one']]);
    await vi.advanceTimersByTimeAsync(5_900);
    expect(queue.looks).toBe(0);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(queue.looks).toBeGreaterThan(0);
  });

  it('lets go at once of what was taken too long ago, when somebody asks', () => {
    const [late, fresh] = [
      keeper.hold(slotOf('late'), performance.now() - LEASE_MS),
      keeper.hold(slotOf('fresh'), performance.now()),
    ];
    expect(late.aborted).toBe(false);
    keeper.dropUnsure();
    expect([late.aborted, fresh.aborted]).toEqual([true, false]);
  });

  it('does nothing any more after a stop', async () => {
    hold('one');
    keeper.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([queue.signs, queue.looks]).toEqual([[], 0]);
  });
});
