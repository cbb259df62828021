import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpPace } from './http-pace.js';

const never = new AbortController().signal;
const reason = new Error('enough');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A pace of one turn a second, and when each of those who wait has had his, in milliseconds from now. */
function start(): { pace: HttpPace; turns: Map<string, number>; take: Take } {
  const begun = performance.now();
  const pace = new HttpPace(1, () => performance.now());
  const turns = new Map<string, number>();
  const take: Take = async (name, signal = never) => {
    await pace.turn(signal);
    turns.set(name, Math.round(performance.now() - begun));
  };
  return { pace, turns, take };
}
type Take = (name: string, signal?: AbortSignal) => Promise<void>;

describe('HttpPace', () => {
  it('gives turns in order, evenly', async () => {
    const { pace, turns, take } = start();
    for (const name of ['a', 'b', 'c']) void take(name);
    expect(pace.waitMs()).toBe(3_000);
    await vi.advanceTimersByTimeAsync(2_500);
    expect([...turns]).toEqual([
      ['a', 0],
      ['b', 1_000],
      ['c', 2_000],
    ]);
    expect(pace.waitMs()).toBe(500);
  });

  it('lets the others move up when some give up waiting, wherever they stand', async () => {
    const { pace, turns, take } = start();
    const leaving = new AbortController();
    void take('a');
    const left = ['b', 'c', 'e'].map((name) => {
      const gone = take(name, leaving.signal);
      if (name === 'c') void take('d');
      return gone;
    });
    void take('f');
    leaving.abort(reason);
    for (const gone of left) await expect(gone).rejects.toBe(reason);
    expect(pace.waitMs()).toBe(3_000);
    await vi.advanceTimersByTimeAsync(5_000);
    expect([...turns]).toEqual([
      ['a', 0],
      ['d', 1_000],
      ['f', 2_000],
    ]);
  });

  it('saves nothing up, and is not behind for ever, after all have left', async () => {
    const { turns, take } = start();
    const leaving = new AbortController();
    void take('a');
    const left = take('b', leaving.signal);
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    for (const name of ['c', 'd']) void take(name);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([...turns]).toEqual([
      ['a', 0],
      ['c', 10_000],
      ['d', 11_000],
    ]);
  });

  it('makes up for what a timer is late by, and not for a long stall', async () => {
    let late = 0;
    const turns: number[] = [];
    const pace = new HttpPace(100, () => performance.now() + late);
    for (let waiter = 0; waiter < 200; waiter += 1) void pace.turn(never).then(() => turns.push(1));
    await vi.advanceTimersByTimeAsync(0);
    expect(turns).toHaveLength(1);
    late += 90;
    await vi.advanceTimersByTimeAsync(10);
    expect(turns).toHaveLength(11);
    late += 60_000;
    await vi.advanceTimersByTimeAsync(10);
    expect(turns).toHaveLength(11 + 26);
    await vi.advanceTimersByTimeAsync(100);
    expect(turns).toHaveLength(11 + 26 + 10);
  });

  it('has no turn for one who has left before', async () => {
    const { pace } = start();
    await expect(pace.turn(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(pace.waitMs()).toBe(0);
  });

  it('without a limit never waits', async () => {
    const pace = new HttpPace(null, () => performance.now());
    await pace.turn(never);
    await pace.turn(never);
    expect(pace.waitMs()).toBe(0);
  });
});
