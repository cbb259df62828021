import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DayTimer } from './day-timer.js';

const clock = { monotonic: () => performance.now() };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('DayTimer', () => {
  it('is over after its time', async () => {
    const { signal } = new DayTimer(1_000, clock);
    await pass(999);
    expect(signal.aborted).toBe(false);
    await pass(1);
    expect(signal.aborted).toBe(true);
  });

  it('stands still for every wait, those side by side as well', async () => {
    const timer = new DayTimer(1_000, clock);
    await pass(600);
    const [one, other] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
    const values = Promise.all([timer.standStill(one.promise), timer.standStill(other.promise)]);
    one.resolve(1);
    await pass(5_000);
    other.resolve(2);
    expect(await values).toEqual([1, 2]);
    await pass(399);
    expect(timer.signal.aborted).toBe(false);
    await pass(1);
    expect(timer.signal.aborted).toBe(true);
  });

  it('goes on after a wait that fails', async () => {
    const timer = new DayTimer(1_000, clock);
    const reason = new Error('enough');
    await expect(timer.standStill(Promise.reject(reason))).rejects.toBe(reason);
    await pass(1_000);
    expect(timer.signal.aborted).toBe(true);
  });

  it('leaves nothing behind when it has ended, not even by a wait that ends later', async () => {
    const timer = new DayTimer(1_000, clock);
    const late = Promise.withResolvers<number>();
    const value = timer.standStill(late.promise);
    timer.end();
    late.resolve(1);
    await value;
    expect(vi.getTimerCount()).toBe(0);
  });
});
