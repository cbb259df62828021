import { calendarDay } from '@daysync/progress';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { COLUMNS, typedRows } from '../../../../../test/round-trips/typed-values.js';
import { canonicalText, COLUMN_TYPE_NAMES, type TargetValue } from '../column-types.js';
import type { ExpectedDay } from '../target-fingerprint.js';
import { TargetChangedError } from '../target-rows.js';
import { EDGE_VALUES, targetColumn } from './day-target-values.fixture.js';
import {
  CELSIUS,
  D1,
  D2,
  NO_ROWS,
  SIGNAL,
  UNKNOWN,
  dayOf,
  numbers,
  TargetScene,
  type AnyTarget,
  type OpenEmpty,
  type GivenRows,
} from './target-scene.fixture.js';

/** Slices that a target reads; a row that is larger comes alone. */
const MOST_SLICE_CHARACTERS = 16_000_000;
/** More than a slice, a chunk and a group of rows of any target have. */
const ENOUGH_FOR_ALL = draws(20_500, 30_000);
/** More than two slices and a chunk have, for targets without groups of rows. */
export const ENOUGH_WITHOUT_GROUPS = draws(5_500, 30_000);

/**
 * Describes what every target does, in Daysync's own database and elsewhere.
 * @param open makes an empty place, without preparing it
 * @param many more rows than the target takes or gives at once
 */
export function testTarget<T extends AnyTarget>(
  name: string,
  open: OpenEmpty<T>,
  many = ENOUGH_FOR_ALL,
): void {
  describe(`${name}, as every target,`, () => {
    const scene = new TargetScene(open);
    const { empty, prepare, prepared, write, stage, slicesOf, rowsOf, numbersOf, counted } = scene;

    describe('prepares', () => {
      it('what is not there, once', async () => {
        const { target, reopen } = await empty(
          ...COLUMN_TYPE_NAMES.flatMap((type) => [
            targetColumn(type, type, false),
            targetColumn(`${type} or "null", it's`, type),
          ]),
        );
        expect(await target.readKey()).toBeNull();
        const first = await target.prepare();
        expect(first.differences).toEqual([]);
        expect(first.key).toEqual(expect.any(String));
        expect(first.changes).not.toEqual([]);
        const again = { differences: [], key: first.key, changes: [] };
        expect(await target.prepare()).toEqual(again);
        const other = await reopen();
        expect(await other.prepare()).toEqual(again);
        expect(await other.readKey()).toBe(first.key);
      });

      it('the same for two that begin at once', async () => {
        const { target, reopen } = await empty(CELSIUS);
        const other = await reopen();
        const [one, two] = await Promise.all([prepare(target), prepare(other)]);
        expect(two).toBe(one);
      });

      it('a nullable column that is new: earlier rows have NULL in it', async () => {
        const { target, reopen } = await prepared(CELSIUS);
        await write(target, [[1], [2]]);
        const note = targetColumn('note', 'text');
        const wider = await reopen([note, CELSIUS]);
        const { differences, key: after, changes } = await wider.prepare();
        expect({ differences, key: after }).toEqual({ differences: [], key: scene.key });
        expect(changes).not.toEqual([]);
        expect((await wider.prepare()).changes).toEqual([]);
        expect(await rowsOf(wider)).toEqual(
          expect.arrayContaining([
            [null, expect.anything()],
            [null, expect.anything()],
          ]),
        );
        const old: GivenRows = [
          [null, 1],
          [null, 2],
        ];
        expect(await counted(wider)).toEqual(await dayOf([note, CELSIUS], old));
        const mixed: GivenRows = [
          ['warm', 3],
          [null, 4],
        ];
        await write(wider, mixed);
        expect(await counted(wider)).toEqual(await dayOf([note, CELSIUS], mixed));
      });

      it.each([
        ['another type', [targetColumn('celsius', 'text', false)], 'celsius'],
        ['a column that may not be NULL', [CELSIUS, targetColumn('other', 'text', false)], 'other'],
        ['a column that may be NULL now', [targetColumn('celsius', 'integer')], 'celsius'],
        ['another name', [targetColumn('kelvin', 'integer')], 'celsius'],
      ])('nothing where the file has %s, and says how to fix it', async (_what, others, column) => {
        const { target, reopen } = await prepared(CELSIUS);
        await write(target, [[1]]);
        const other = await reopen(others);
        const { differences, key: none, changes } = await other.prepare();
        expect({ key: none, changes }).toEqual({ key: null, changes: [] });
        const difference = differences.find((its) => its.column === column);
        expect(difference?.received).not.toBe(difference?.expected);
        expect(difference?.fix).toMatch(/\w/);
        expect(await target.prepare()).toEqual({ differences: [], key: scene.key, changes: [] });
        expect(await counted(target)).toEqual(await dayOf(scene.columns, [[1]]));
      });
    });

    describe('replaces a day', () => {
      it('and leaves the others', async () => {
        const { target } = await prepared(CELSIUS);
        expect(await target.hasRows(D1)).toBe(false);
        await write(target, [[1], [2], [2]]);
        await write(target, [[3]], { day: D2 });
        await write(target, [[4], [5]]);
        expect(await numbersOf(target)).toEqual([4, 5]);
        expect(await numbersOf(target, D2)).toEqual([3]);
        expect(await target.hasRows(D1)).toBe(true);
        await write(target, []);
        expect(await target.hasRows(D1)).toBe(false);
        expect(await counted(target)).toEqual(NO_ROWS);
        expect(await rowsOf(target)).toEqual([]);
        expect(await target.readPage(D1, { offset: 0, limit: 5 })).toEqual({ total: 0, rows: [] });
        expect(await numbersOf(target, D2)).toEqual([3]);
      });

      it.each([
        ['in memory', false],
        ['staged', true],
      ])('of many rows %s', async (_where, isStaged) => {
        const { target } = await prepared(CELSIUS, targetColumn('note', 'text'));
        const rows = numbers(many).map(([n = 0]) => [n, `note ${String(n)}`]);
        const other = rows.map(([n, note = null]) => [Number(n) + 7, note]);
        await write(target, isStaged ? stage(rows) : rows);
        expect(await counted(target)).toEqual(await dayOf(scene.columns, rows));
        await write(target, isStaged ? stage(other) : other);
        expect(await counted(target)).toEqual(await dayOf(scene.columns, other));
        expect(await numbersOf(target)).toEqual(other.map(([n]) => n));
        await write(target, isStaged ? stage([]) : []);
        expect(await counted(target)).toEqual(NO_ROWS);
      });

      it('beside others that replace other days', async () => {
        const { target, reopen } = await prepared(CELSIUS);
        const other = await reopen();
        await prepare(other);
        const days = Array.from({ length: 8 }, (_, n) => calendarDay(`2025-11-0${n + 1}`));
        await Promise.all(
          days.map((day, n) => write(n % 2 === 0 ? target : other, numbers(100, n), { day })),
        );
        for (const [n, day] of days.entries()) {
          expect(await counted(other, day)).toEqual(await dayOf(scene.columns, numbers(100, n)));
        }
      });

      it('only where it is the place that was prepared', async () => {
        const { target, reopen, dropPlace } = await prepared(CELSIUS);
        await write(target, [[1]]);
        await dropPlace();
        expect(await target.readKey()).toBeNull();
        await expect(write(target, [[2]])).rejects.toBeInstanceOf(TargetChangedError);
        expect(await target.hasRows(D1)).toBe(false);
        expect(await counted(target)).toEqual(NO_ROWS);
        expect(await rowsOf(target)).toEqual([]);
        expect(await target.readPage(D1, { offset: 0, limit: 5 })).toEqual({ total: 0, rows: [] });
        const after = await prepare(await reopen());
        expect(after).not.toBe(scene.key);
        await expect(write(target, [[2]])).rejects.toBeInstanceOf(TargetChangedError);
        await write(target, [[3]], { key: after });
        expect(await numbersOf(target)).toEqual([3]);
      });
    });

    describe('has values that read back', () => {
      it.each(COLUMN_TYPE_NAMES)('at the edges of %s', async (type) => {
        const { target } = await prepared(
          targetColumn('id', 'integer', false),
          targetColumn('set', type, false),
          targetColumn('it\'s "one", or null', type),
        );
        const values = EDGE_VALUES[type];
        const rows: GivenRows = [
          ...values.map((value, id) => [id, value, value]),
          [values.length, values[0] ?? null, null],
        ];
        for (const given of [rows, stage(rows)]) {
          await write(target, given);
          const texts = (of: readonly TargetValue[]): readonly unknown[] =>
            of.slice(1).map((value) => canonicalText(type, value));
          const found = (await rowsOf(target)).toSorted(([a], [b]) => Number(a) - Number(b));
          for (const [id, row] of rows.entries())
            expect(texts(found[id] ?? [])).toEqual(texts(row));
          expect(found).toHaveLength(rows.length);
          const expected = await dayOf(scene.columns, rows);
          expect(await counted(target)).toEqual(expected);
          expect(await dayOf(scene.columns, found)).toEqual(expected);
        }
      });

      it('whatever they are', async () => {
        const { target } = await prepared(...COLUMNS.map((of) => ({ ...of, from: of.name })));
        await fc.assert(
          fc.asyncProperty(typedRows(20), fc.boolean(), async (typed, isStaged) => {
            const rows = typed.map((row) => row.map((value) => value?.target ?? null));
            await write(target, isStaged ? stage(rows) : rows);
            const expected = await dayOf(scene.columns, rows);
            expect(await counted(target)).toEqual(expected);
            expect(await dayOf(scene.columns, await rowsOf(target))).toEqual(expected);
          }),
          { numRuns: draws(6, 40) },
        );
      });
    });

    describe('counts and reads', () => {
      it('a day whatever is expected of it', async () => {
        const { target } = await prepared(CELSIUS);
        const rows = numbers(3_000);
        await write(target, rows);
        const asWritten = await dayOf(scene.columns, rows);
        const expectations: readonly ExpectedDay[] = [
          { ...asWritten, inMemory: rows },
          { ...asWritten, inMemory: null },
          { ...asWritten, inMemory: rows.toReversed() },
          { ...asWritten, rows: 2_999, inMemory: rows.slice(1) },
          { ...asWritten, rows: 3_001, inMemory: [...rows, [0]] },
          { rows: 1, fingerprint: 'f'.repeat(32), inMemory: [[-1]] },
        ];
        for (const expected of expectations) {
          expect(await target.fingerprint(D1, expected, SIGNAL)).toEqual(asWritten);
        }
        expect(await target.fingerprint(D2, { ...asWritten, inMemory: rows }, SIGNAL)).toEqual(
          NO_ROWS,
        );
      });

      it('a day in one order, in slices and in pages', async () => {
        const { target, reopen } = await prepared(CELSIUS, targetColumn('note', 'text'));
        const rows = numbers(many).map(([n = 0]) => [
          (Number(n) * 7_919) % many,
          `note ${String(n)}`,
        ]);
        await write(target, rows);
        const slices = await slicesOf(target);
        expect(slices.length).toBeGreaterThan(1);
        const read = slices.flat();
        expect(read).toHaveLength(many);
        expect(await rowsOf(await reopen())).toEqual(read);
        for (const [offset, limit] of [
          [0, 1],
          [0, 100],
          [1_990, 20],
          [many - 10, 100],
          [many, 10],
        ] as const) {
          const page = await target.readPage(D1, { offset, limit });
          expect(page).toEqual({ total: many, rows: read.slice(offset, offset + limit) });
        }
      });

      it('a slice after another, each of a bounded size', async () => {
        const { target } = await prepared(CELSIUS, targetColumn('note', 'text'));
        const rows = numbers(6).map(([n = 0]) => [n, 'x'.repeat(3_000_000)]);
        await write(target, stage(rows));
        let isBusy = false;
        let count = 0;
        await target.read(
          D1,
          async (some) => {
            expect(isBusy).toBe(false);
            isBusy = true;
            const characters = some.map(([, note]) => String(note).length);
            expect(characters.reduce((a, b) => a + b, 0)).toBeLessThan(MOST_SLICE_CHARACTERS);
            count += some.length;
            await new Promise((resolve) => setImmediate(resolve));
            isBusy = false;
          },
          SIGNAL,
        );
        expect(count).toBe(6);
        expect(await counted(target)).toEqual(await dayOf(scene.columns, rows));
      });

      it('no further once it is stopped', async () => {
        const { target } = await prepared(CELSIUS);
        await write(target, numbers(many));
        const before = AbortSignal.abort(new Error('stopped before'));
        await expect(target.fingerprint(D1, UNKNOWN, before)).rejects.toThrow('stopped before');
        const stopped = new AbortController();
        let slices = 0;
        const reading = target.read(
          D1,
          () => {
            slices += 1;
            stopped.abort(new Error('stopped in the midst'));
            return Promise.resolve();
          },
          stopped.signal,
        );
        await expect(reading).rejects.toThrow('stopped in the midst');
        expect(slices).toBe(1);
        const mistake = new RangeError('a mistake of the caller');
        await expect(target.read(D1, () => Promise.reject(mistake), SIGNAL)).rejects.toBe(mistake);
        expect(await counted(target)).toEqual(await dayOf(scene.columns, numbers(many)));
      });
    });
  });
}
