import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { isTurnDue, takeTurn } from './turns.js';

it('lets one of those who wait work in each turn of the event loop, in their order', async () => {
  const worked: number[] = [];
  const done = Promise.all(
    [1, 2, 3].map(async (one) => {
      for (let slice = 0; slice < 2; slice += 1) {
        await takeTurn();
        worked.push(one);
      }
    }),
  );
  const afterEach: number[] = [];
  while (worked.length < 6) {
    await nextTurn();
    afterEach.push(worked.length);
  }
  await done;
  expect(worked).toEqual([1, 2, 3, 1, 2, 3]);
  expect(afterEach.every((count, at) => count - (afterEach[at - 1] ?? 0) <= 1)).toBe(true);
});

it('is due after a slice of work, whoever did it', async () => {
  await takeTurn();
  expect(isTurnDue()).toBe(false);
  const until = performance.now() + 30;
  while (performance.now() < until);
  expect(isTurnDue()).toBe(true);
});
