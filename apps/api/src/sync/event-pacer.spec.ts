import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventPacer } from './event-pacer.js';

interface Named {
  readonly name: number;
}

const watchers = (count: number): Named[] => Array.from({ length: count }, (_, name) => ({ name }));

describe('EventPacer', () => {
  let turns: { readonly name: number; readonly at: number }[];
  let pacer: EventPacer<Named>;

  beforeEach(() => {
    vi.useFakeTimers();
    turns = [];
    const now = (): number => performance.now();
    pacer = new EventPacer(({ name }) => turns.push({ name, at: now() }), { monotonic: now });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes to every watcher, in order, two thousand a second', () => {
    for (const watcher of watchers(6_000)) pacer.add(watcher);
    // Those that were saved up, and then no more than are earned.
    vi.advanceTimersByTime(1_000);
    expect(turns.length).toBeGreaterThan(3_900);
    expect(turns.length).toBeLessThanOrEqual(4_020);
    vi.advanceTimersByTime(1_100);
    expect(turns.map(({ name }) => name)).toEqual(watchers(6_000).map(({ name }) => name));
  });

  it('writes to two thousand at once after a quiet second, in ten parts', () => {
    for (let change = 0; change < 3; change += 1) {
      turns = [];
      for (const watcher of watchers(2_000)) pacer.add(watcher);
      vi.advanceTimersByTime(100);
      expect(turns).toHaveLength(2_000);
      expect(new Set(turns.map(({ at }) => at)).size).toBe(10);
      vi.advanceTimersByTime(1_000);
    }
  });

  it('gives one watcher at most ten a second, and does not hold others up by it', () => {
    const [often, once] = watchers(2);
    if (often === undefined || once === undefined) throw new Error('expected two');
    for (let ms = 0; ms < 1_000; ms += 1) {
      pacer.add(often);
      if (ms === 555) pacer.add(once);
      vi.advanceTimersByTime(1);
    }
    const ofOften = turns.filter(({ name }) => name === often.name);
    expect(ofOften.length).toBeGreaterThanOrEqual(9);
    expect(ofOften.length).toBeLessThanOrEqual(10);
    expect(turns.filter(({ name }) => name === once.name)).toHaveLength(1);
  });

  it('saves up no more than a second, however long it is quiet', () => {
    vi.advanceTimersByTime(60_000);
    for (const watcher of watchers(6_000)) pacer.add(watcher);
    vi.advanceTimersByTime(110);
    expect(turns.length).toBeLessThanOrEqual(2_220);
  });

  it('makes up for nothing at once when the process was busy', () => {
    let now = 0;
    const seen: Named[] = [];
    pacer = new EventPacer((watcher) => seen.push(watcher), { monotonic: () => now });
    for (const watcher of watchers(1_000)) pacer.add(watcher);
    now = 5_000;
    pacer.tick();
    expect(seen).toHaveLength(200);
  });

  it('leaves no timer behind', () => {
    for (const watcher of watchers(10)) pacer.add(watcher);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(200);
    expect(turns).toHaveLength(10);
    expect(vi.getTimerCount()).toBe(0);
  });
});
