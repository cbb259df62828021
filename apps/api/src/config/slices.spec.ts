import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.js';
import { inSlices, isTurnDue, mapInSlices, sortInSlices, takeTurn } from './slices.js';

/** Counts the turns of the event loop while `work` runs. */
async function turnsOf(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  const end = new AbortController();
  const ended = work.finally(() => {
    end.abort();
  });
  while (!end.signal.aborted) {
    await nextTurn();
    turns += 1;
  }
  await ended;
  return turns;
}

/** The clock moves only by what is added to it, however long the machine takes. */
function standingClock(): { ms: number } {
  const clock = { ms: systemClock.monotonic() };
  vi.spyOn(systemClock, 'monotonic').mockImplementation(() => clock.ms);
  return clock;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('slices', () => {
  it('have every item once, in its order', async () => {
    const items = Array.from({ length: 1_234 }, (_, index) => index);
    expect(await mapInSlices(items, (item) => item + 1)).toEqual(items.map((item) => item + 1));
    expect(await mapInSlices([], String)).toEqual([]);
  });

  it.each([0, 1, 499, 500, 501, 1_777])(
    'sort %d items, and leave equal ones in their order',
    async (n) => {
      const items = Array.from({ length: n }, (_, index) => ({ key: (index * 7_919) % 97, index }));
      const byKey = (one: { key: number }, other: { key: number }): number => one.key - other.key;
      expect(await sortInSlices(items, byKey)).toEqual(items.toSorted(byKey));
    },
  );

  it('leave a turn of the event loop between them where one is due', async () => {
    const items = Array.from({ length: 5_000 }, () => 0);
    const work = inSlices(items, () => {
      const until = performance.now() + 25;
      while (performance.now() < until);
    });
    expect(await turnsOf(work)).toBeGreaterThanOrEqual(9);
  });

  it('take no turn while the current one is short', async () => {
    standingClock();
    await takeTurn();
    let isOver = false;
    void mapInSlices(Array.from({ length: 3_000 }), String).then(() => (isOver = true));
    for (let step = 0; step < 20; step++) await Promise.resolve();
    expect(isOver).toBe(true);
  });

  it('come one a turn, however many work in slices', async () => {
    let inTurn = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      for (let slice = 0; slice < 5; slice++) {
        await takeTurn();
        inTurn += 1;
        most = Math.max(most, inTurn);
      }
    };
    const end = new AbortController();
    const counting = (async () => {
      while (!end.signal.aborted) {
        inTurn = 0;
        await nextTurn();
      }
    })();
    await Promise.all(Array.from({ length: 8 }, work));
    end.abort();
    await counting;
    expect(most).toBe(1);
  });

  it('are long enough after a while, whoever worked', async () => {
    const clock = standingClock();
    await takeTurn();
    expect(isTurnDue()).toBe(false);
    clock.ms += 30;
    expect(isTurnDue()).toBe(true);
  });
});
