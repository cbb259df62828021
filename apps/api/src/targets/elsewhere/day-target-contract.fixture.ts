import { describe, expect, it } from 'vitest';
import { StaleWriteError } from '../day-target.js';
import { TargetChangedError, TargetRefusedError } from '../target-rows.js';
import { targetColumn } from './day-target-values.fixture.js';
import { testTarget } from './target-contract.fixture.js';
import {
  CELSIUS,
  D1,
  D2,
  dayOf,
  numbers,
  readsStaged,
  TargetScene,
  type OpenEmpty,
  type GivenRows,
} from './target-scene.fixture.js';

/**
 * Describes what every `DayTarget` does.
 * @param open makes an empty place, without preparing it
 * @param many as of `testTarget`
 */
export function testDayTarget(name: string, open: OpenEmpty, many?: number): void {
  testTarget(name, open, many);

  describe(`${name}, as every target elsewhere,`, () => {
    const scene = new TargetScene(open);
    const { prepare, prepared, write, stage, numbersOf, counted } = scene;

    describe('replaces a day', () => {
      it('not once it is aborted', async () => {
        const { target } = await prepared(CELSIUS);
        await write(target, [[1]]);
        const before = scene.token;
        const signal = AbortSignal.abort(new Error('stopped before'));
        await expect(write(target, [[2]], { signal })).rejects.toThrow('stopped before');
        const stopped = new AbortController();
        const rows = readsStaged(stage(numbers(30_000)), (first) => {
          if (first > 10_000) stopped.abort(new Error('stopped in the midst'));
        });
        const aborted = write(target, rows, { signal: stopped.signal });
        await expect(aborted).rejects.toThrow('stopped in the midst');
        expect(await numbersOf(target)).toEqual([1]);
        expect(await target.fence(D1, before)).toBe(before);
        await write(target, [[3]]);
        expect(await numbersOf(target)).toEqual([3]);
      });

      it('not by rows that can not be read to their end', async () => {
        const { target } = await prepared(CELSIUS);
        await write(target, [[1]]);
        const rows = readsStaged(stage(numbers(30_000)), (first) => {
          if (first > 10_000) throw new Error('lost');
        });
        await expect(write(target, rows)).rejects.toThrow('lost');
        expect(await numbersOf(target)).toEqual([1]);
        await write(target, stage(numbers(3)));
        expect(await numbersOf(target)).toEqual([0, 1, 2]);
      });

      it.each([
        ['a value that does not fit', 'warm'],
        ['NULL', null],
      ])('not by %s, and says by which row and column', async (_what, value) => {
        const { target } = await prepared(targetColumn('note', 'text'), CELSIUS);
        await write(target, [['before', 1]]);
        const rows: GivenRows = [
          ['fits', 2],
          ['does not', value],
          ['fits', 3],
        ];
        const late: GivenRows = [...numbers(9_000).map(([n = 0]) => ['fits', n]), ['not', value]];
        for (const [refused, row] of [
          [rows, 2],
          [stage(rows), 2],
          [late, 9_001],
          [stage(late), 9_001],
        ] as const) {
          const error = await write(target, refused).catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(TargetRefusedError);
          expect(error).not.toBeInstanceOf(TargetChangedError);
          const { message } = error as TargetRefusedError;
          expect(message).toMatch(new RegExp(String.raw`\brow ${row}\b`));
          expect(message).toMatch(/\bcelsius\b/);
        }
        expect(await counted(target)).toEqual(await dayOf(scene.columns, [['before', 1]]));
        await write(target, [['after', 4]]);
        expect(await counted(target)).toEqual(await dayOf(scene.columns, [['after', 4]]));
      });
    });

    describe('keeps the token of a write', () => {
      it('and refuses a lower one, but not the same again', async () => {
        const { target, reopen } = await prepared(CELSIUS);
        const other = await reopen();
        await write(target, [[1]], { token: 5 });
        await expect(write(other, [[2]], { token: 4 })).rejects.toBeInstanceOf(StaleWriteError);
        expect(await numbersOf(target)).toEqual([1]);
        await write(other, [[3]], { token: 5 });
        expect(await numbersOf(target)).toEqual([3]);
        await write(other, [[4]], { token: 4, day: D2 });
        await write(target, [], { token: 2 ** 53 - 2 });
        await expect(write(other, [[2]], { token: 2 ** 53 - 3 })).rejects.toThrow(StaleWriteError);
        expect(await target.hasRows(D1)).toBe(false);
        expect(await other.fence(D1, 2 ** 53 - 1)).toBe(2 ** 53 - 2);
        expect(await numbersOf(target, D2)).toEqual([4]);
      });

      it('until a fence, which keeps the rows and says whose they are', async () => {
        const { target, reopen } = await prepared(CELSIUS);
        const other = await reopen();
        expect(await other.fence(D1, 3)).toBeNull();
        await expect(write(target, [[1]], { token: 2 })).rejects.toBeInstanceOf(StaleWriteError);
        expect(await target.hasRows(D1)).toBe(false);
        expect(await other.fence(D1, 3)).toBeNull();
        await write(target, [[1]], { token: 3 });
        expect(await other.fence(D1, 7)).toBe(3);
        expect(await other.fence(D1, 7)).toBe(3);
        await expect(write(target, [[2]], { token: 6 })).rejects.toBeInstanceOf(StaleWriteError);
        expect(await numbersOf(target)).toEqual([1]);
        // A lower fence is another process's, which has lost its lane: it lowers nothing.
        expect(await target.fence(D1, 4)).toBe(3);
        await expect(write(target, [[2]], { token: 6 })).rejects.toBeInstanceOf(StaleWriteError);
        await write(target, [[8]], { token: 8 });
        expect(await other.fence(D1, 9)).toBe(8);
        await write(other, [[9]], { token: 9 });
        expect(await numbersOf(target)).toEqual([9]);
        expect(await target.fence(D2, 1)).toBeNull();
        // The next start prepares it again.
        expect((await other.prepare()).key).toBe(scene.key);
        expect(await other.fence(D1, 9)).toBe(9);
      });

      it('of the higher one of two that write at once', async () => {
        const { target, reopen } = await prepared(CELSIUS);
        const other = await reopen();
        for (let round = 0; round < 10; round += 1) {
          const [low, high] = [2 * round + 1, 2 * round + 2];
          const [lower, higher] = await Promise.allSettled([
            write(target, numbers(500, low), { token: low }),
            write(other, numbers(300, high), { token: high }),
          ]);
          expect(higher.status).toBe('fulfilled');
          if (lower.status === 'rejected') expect(lower.reason).toBeInstanceOf(StaleWriteError);
          expect(await counted(target)).toEqual(await dayOf(scene.columns, numbers(300, high)));
        }
      });

      it('and not of one that a fence has overtaken', async () => {
        const { target, reopen } = await prepared(CELSIUS);
        const other = await reopen();
        for (let round = 0; round < 10; round += 1) {
          const [low, high] = [2 * round + 1, 2 * round + 2];
          const writing = write(target, numbers(500, low), { token: low }).catch(
            (error: unknown) => error,
          );
          const found = await other.fence(D1, high);
          const failure = await writing;
          // It was in before the fence, or it is refused.
          if (found === low) expect(failure).toBeUndefined();
          else expect(failure).toBeInstanceOf(StaleWriteError);
          const rows = found === null ? [] : numbers(500, found);
          expect(await counted(target)).toEqual(await dayOf(scene.columns, rows));
        }
      });

      it('and none of a place that was dropped', async () => {
        const { target, reopen, dropPlace } = await prepared(CELSIUS);
        await write(target, [[1]]);
        await dropPlace();
        expect(await target.fence(D1, ++scene.token)).toBeNull();
        expect(await target.readKey()).toBeNull();
        const after = await prepare(await reopen());
        // The rows that the day had are not in it.
        expect(await target.fence(D1, ++scene.token)).toBeNull();
        await write(target, [[3]], { key: after });
        expect(await target.fence(D1, scene.token + 1)).toBe(scene.token);
      });
    });
  });
}
