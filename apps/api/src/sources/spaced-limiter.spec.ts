import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalSpacedLimiter } from './spaced-limiter.js';

const never = new AbortController().signal;
const reason = new Error('enough');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Acquire = (name: string, signal?: AbortSignal) => Promise<void>;
/** A limiter of one request a second, and when each of those that wait began, in milliseconds from now. */
function start(): { limiter: LocalSpacedLimiter; begun: Map<string, number>; acquire: Acquire } {
  const from = performance.now();
  const limiter = new LocalSpacedLimiter(1_000, () => performance.now());
  const begun = new Map<string, number>();
  const acquire: Acquire = async (name, signal = never) => {
    await limiter.acquire(signal);
    begun.set(name, Math.round(performance.now() - from));
  };
  return { limiter, begun, acquire };
}

describe('a limiter that waits', () => {
  it('lets requests go in order, evenly', async () => {
    const { limiter, begun, acquire } = start();
    for (const name of ['a', 'b', 'c']) void acquire(name);
    expect(limiter.waitMs()).toBe(3_000);
    await vi.advanceTimersByTimeAsync(2_500);
    expect([...begun]).toEqual([
      ['a', 0],
      ['b', 1_000],
      ['c', 2_000],
    ]);
    expect(limiter.waitMs()).toBe(500);
  });

  it('lets the others move up when some give up waiting, wherever they stand', async () => {
    const { limiter, begun, acquire } = start();
    const leaving = new AbortController();
    void acquire('a');
    const left = ['b', 'c', 'e'].map((name) => {
      const gone = acquire(name, leaving.signal);
      if (name === 'c') void acquire('d');
      return gone;
    });
    void acquire('f');
    leaving.abort(reason);
    for (const gone of left) await expect(gone).rejects.toBe(reason);
    expect(limiter.waitMs()).toBe(3_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect([...begun]).toEqual([
      ['a', 0],
      ['d', 1_000],
      ['f', 2_000],
    ]);
  });

  it('saves nothing up, and is not behind for ever, after all have left', async () => {
    const { begun, acquire } = start();
    const leaving = new AbortController();
    void acquire('a');
    const left = acquire('b', leaving.signal);
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    for (const name of ['c', 'd']) void acquire(name);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([...begun]).toEqual([
      ['a', 0],
      ['c', 10_000],
      ['d', 11_000],
    ]);
  });

  it('saves nothing up for a request that comes when nothing waits', async () => {
    const { begun, acquire } = start();
    void acquire('a');
    await vi.advanceTimersByTimeAsync(1_900);
    for (const name of ['b', 'c']) void acquire(name);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([...begun]).toEqual([
      ['a', 0],
      ['b', 1_900],
      ['c', 2_900],
    ]);
  });

  it('counts no request that has given up before', async () => {
    const { limiter } = start();
    await expect(limiter.acquire(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(limiter.waitMs()).toBe(0);
  });

  it('makes up for what a timer is late by, and not for a long stall', async () => {
    let late = 0;
    let begun = 0;
    const limiter = new LocalSpacedLimiter(10, () => performance.now() + late);
    for (let waiter = 0; waiter < 200; waiter += 1) {
      void limiter.acquire(never).then(() => (begun += 1));
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toBe(1);
    late += 90;
    await vi.advanceTimersByTimeAsync(10);
    expect(begun).toBe(11);
    late += 60_000;
    await vi.advanceTimersByTimeAsync(10);
    expect(begun).toBe(11 + 26);
    await vi.advanceTimersByTimeAsync(100);
    expect(begun).toBe(11 + 26 + 10);
  });
});

describe('a limiter whose caller waits by itself', () => {
  const open = (spacingMs: number): LocalSpacedLimiter =>
    new LocalSpacedLimiter(spacingMs, () => performance.now());

  it('goes by its own clock where no time is given', async () => {
    const limiter = open(500);
    limiter.take();
    await vi.advanceTimersByTimeAsync(200);
    expect(limiter.waitMs()).toBe(300);
  });

  it.each([
    ['keeps the rate when timers fire late', 500, 520, 480],
    ['does not catch up in a burst after a pause', 500, 10_000, 500],
    ['never waits without a spacing', 0, 7, 0],
  ])('%s', (_, spacingMs, at, waitMs) => {
    const limiter = open(spacingMs);
    limiter.take(0);
    limiter.take(at);
    expect(limiter.waitMs(at)).toBe(waitMs);
  });
});
