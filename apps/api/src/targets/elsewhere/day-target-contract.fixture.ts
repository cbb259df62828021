import { calendarDay, type CalendarDay } from '@daysync/progress';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COLUMNS, typedRows } from '../../../../../test/round-trips/typed-values.js';
import { Staging } from '../../database/staging.js';
import {
  canonicalText,
  COLUMN_TYPE_NAMES,
  type StoredValue,
  type TargetValue,
} from '../column-types.js';
import { StaleWriteError, type DayTarget } from '../day-target.js';
import { EMPTY_FINGERPRINT, Fingerprint } from '../fingerprint.js';
import type { ExpectedDay, TargetDay } from '../target-fingerprint.js';
import { TargetChangedError, TargetRefusedError } from '../target-rows.js';
import type { DayRowsToWrite, TargetColumn } from '../target.js';
import { EDGE_VALUES, MOST_EDGES, targetColumn } from './day-target-values.fixture.js';

/** A target in an empty place of its own. */
export interface OpenedTarget {
  readonly target: DayTarget;
  /**
   * Opens the same place once more, as another process or a later start does; `target` stays open.
   * @param columns by default the same
   */
  readonly reopen: (columns?: readonly TargetColumn[]) => Promise<DayTarget>;
  /** Drops the table or the folder by other means than Daysync. */
  readonly dropPlace: () => Promise<void>;
  /** Closes all that was opened. */
  readonly close: () => Promise<void>;
}

type Rows = readonly (readonly TargetValue[])[];

const [D1, D2] = [calendarDay('2025-10-01'), calendarDay('2025-10-02')];
const SIGNAL = new AbortController().signal;
/** Nothing is known of the rows. */
const UNKNOWN: ExpectedDay = { rows: 0, inMemory: null, fingerprint: EMPTY_FINGERPRINT };
const NO_ROWS: TargetDay = { rows: 0, fingerprint: EMPTY_FINGERPRINT };
const CELSIUS = targetColumn('celsius', 'integer', false);
/** Slices that a target reads; a row that is larger comes alone. */
const MOST_SLICE_CHARACTERS = 16_000_000;

async function dayOf(columns: readonly TargetColumn[], rows: Rows): Promise<TargetDay> {
  const fingerprint = new Fingerprint(columns);
  for (const row of rows) await fingerprint.add(row);
  return { rows: fingerprint.count, fingerprint: fingerprint.value };
}

function numbers(count: number, from = 0): Rows {
  return Array.from({ length: count }, (_, index) => [from + index]);
}

/** What the caller does before it returns a slice, such as to abort. */
function readsStaged(rows: DayRowsToWrite, before: (first: number) => void): DayRowsToWrite {
  if (!('table' in rows)) throw new TypeError('expected staged rows');
  return Object.assign(Object.create(rows) as typeof rows, {
    read: (first: number, count: number) => {
      before(first);
      return rows.read(first, count);
    },
  });
}

/**
 * Describes what every {@link DayTarget} does.
 * @param open makes an empty place, without preparing it
 */
export function testDayTarget(
  name: string,
  open: (columns: readonly TargetColumn[]) => Promise<OpenedTarget>,
): void {
  describe(`${name}, as every target elsewhere,`, () => {
    let staging: Staging;
    let opened: OpenedTarget | undefined;
    let columns: readonly TargetColumn[];
    let key: string;
    let token: number;
    beforeEach(() => {
      staging = new Staging(null);
      token = 0;
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
      staging.close();
    });

    const empty = async (...of: readonly TargetColumn[]): Promise<OpenedTarget> => {
      columns = of;
      opened = await open(of);
      return opened;
    };
    const prepare = async (target: DayTarget): Promise<string> => {
      const prepared = await target.prepare();
      expect(prepared.differences).toEqual([]);
      if (prepared.key === null) throw new TypeError('expected a key, got null');
      return prepared.key;
    };
    const prepared = async (...of: readonly TargetColumn[]): Promise<OpenedTarget> => {
      const made = await empty(...of);
      key = await prepare(made.target);
      return made;
    };
    /** Of a write without an own token, the token is higher than those before. */
    const write = async (
      target: DayTarget,
      rows: DayRowsToWrite,
      given: {
        readonly day?: CalendarDay;
        readonly token?: number;
        readonly key?: string;
        readonly signal?: AbortSignal;
      } = {},
    ): Promise<void> => {
      token = given.token ?? token + 1;
      const { day = D1, signal = SIGNAL } = given;
      await target.replaceDay({ day, rows, token, key: given.key ?? key }, signal);
    };
    const stage = (rows: Rows): DayRowsToWrite => {
      const table = staging.create(rows[0]?.length ?? 1);
      for (let from = 0; from < rows.length; from += 5_000) {
        table.append(rows.slice(from, from + 5_000));
      }
      return table;
    };
    const slicesOf = async (
      target: DayTarget,
      day = D1,
    ): Promise<readonly (readonly (readonly StoredValue[])[])[]> => {
      const slices: (readonly (readonly StoredValue[])[])[] = [];
      await target.read(
        day,
        (rows) => {
          slices.push(rows);
          return Promise.resolve();
        },
        SIGNAL,
      );
      return slices;
    };
    const rowsOf = async (
      target: DayTarget,
      day = D1,
    ): Promise<readonly (readonly StoredValue[])[]> => (await slicesOf(target, day)).flat();
    const numbersOf = async (target: DayTarget, day = D1): Promise<readonly number[]> =>
      (await rowsOf(target, day)).map(([first]) => Number(first)).sort((a, b) => a - b);
    const counted = (target: DayTarget, day = D1): Promise<TargetDay> =>
      target.fingerprint(day, UNKNOWN, SIGNAL);

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
        expect({ differences, key: after }).toEqual({ differences: [], key });
        expect(changes).not.toEqual([]);
        expect((await wider.prepare()).changes).toEqual([]);
        expect(await rowsOf(wider)).toEqual(
          expect.arrayContaining([
            [null, expect.anything()],
            [null, expect.anything()],
          ]),
        );
        const old: Rows = [
          [null, 1],
          [null, 2],
        ];
        expect(await counted(wider)).toEqual(await dayOf([note, CELSIUS], old));
        const mixed: Rows = [
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
        expect(await target.prepare()).toEqual({ differences: [], key, changes: [] });
        expect(await counted(target)).toEqual(await dayOf(columns, [[1]]));
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

      it('by staged rows, too', async () => {
        const { target } = await prepared(CELSIUS, targetColumn('note', 'text'));
        const rows: Rows = [
          [2n ** 63n - 1n, 'a\tb'],
          [7, null],
        ];
        await write(target, stage(rows));
        expect(await counted(target)).toEqual(await dayOf(columns, rows));
        await write(target, stage([]));
        expect(await counted(target)).toEqual(NO_ROWS);
      });

      it.each([
        ['in memory', false],
        ['staged', true],
      ])('of 30,000 rows %s', async (_where, isStaged) => {
        const { target } = await prepared(CELSIUS, targetColumn('note', 'text'));
        const rows = numbers(30_000).map(([n = 0]) => [n, `note ${String(n)}`]);
        const other = rows.map(([n, note = null]) => [Number(n) + 7, note]);
        await write(target, isStaged ? stage(rows) : rows);
        expect(await counted(target)).toEqual(await dayOf(columns, rows));
        await write(target, isStaged ? stage(other) : other);
        expect(await counted(target)).toEqual(await dayOf(columns, other));
        expect(await numbersOf(target)).toEqual(other.map(([n]) => n));
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
          expect(await counted(other, day)).toEqual(await dayOf(columns, numbers(100, n)));
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
        expect(await target.fence(D1, ++token)).toBeNull();
        expect(await target.readKey()).toBeNull();
        const after = await prepare(await reopen());
        expect(after).not.toBe(key);
        await expect(write(target, [[2]])).rejects.toBeInstanceOf(TargetChangedError);
        // The rows that the day had are not in it.
        expect(await target.fence(D1, ++token)).toBeNull();
        await write(target, [[3]], { key: after });
        expect(await numbersOf(target)).toEqual([3]);
        expect(await target.fence(D1, token + 1)).toBe(token);
      });

      it('not once it is aborted', async () => {
        const { target } = await prepared(CELSIUS);
        await write(target, [[1]]);
        const before = token;
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
        const rows: Rows = [
          ['fits', 2],
          ['does not', value],
          ['fits', 3],
        ];
        const late: Rows = [...numbers(9_000).map(([n = 0]) => ['fits', n]), ['not', value]];
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
        expect(await counted(target)).toEqual(await dayOf(columns, [['before', 1]]));
        await write(target, [['after', 4]]);
        expect(await counted(target)).toEqual(await dayOf(columns, [['after', 4]]));
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
        const rows: Rows = [
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
          const expected = await dayOf(columns, rows);
          expect(await counted(target)).toEqual(expected);
          expect(await dayOf(columns, found)).toEqual(expected);
        }
      });

      it('of all types in one row, and NULL of all types', async () => {
        const { target } = await prepared(
          ...COLUMN_TYPE_NAMES.map((type) => targetColumn(`${type}_or_null`, type)),
        );
        const rows: Rows = [
          COLUMN_TYPE_NAMES.map(() => null),
          ...Array.from({ length: MOST_EDGES }, (_, at) =>
            COLUMN_TYPE_NAMES.map(
              (type) => EDGE_VALUES[type][at % EDGE_VALUES[type].length] ?? null,
            ),
          ),
        ];
        await write(target, rows);
        expect(await counted(target)).toEqual(await dayOf(columns, rows));
        expect(await rowsOf(target)).toContainEqual(COLUMN_TYPE_NAMES.map(() => null));
        expect(await dayOf(columns, await rowsOf(target))).toEqual(await dayOf(columns, rows));
      });

      it('whatever they are', async () => {
        const { target } = await prepared(...COLUMNS.map((of) => ({ ...of, from: of.name })));
        await fc.assert(
          fc.asyncProperty(typedRows(20), fc.boolean(), async (typed, isStaged) => {
            const rows = typed.map((row) => row.map((value) => value?.target ?? null));
            await write(target, isStaged ? stage(rows) : rows);
            const expected = await dayOf(columns, rows);
            expect(await counted(target)).toEqual(expected);
            expect(await dayOf(columns, await rowsOf(target))).toEqual(expected);
          }),
          { numRuns: 40 },
        );
      });
    });

    describe('counts and reads', () => {
      it('a day whatever is expected of it', async () => {
        const { target } = await prepared(CELSIUS);
        const rows = numbers(3_000);
        await write(target, rows);
        const asWritten = await dayOf(columns, rows);
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
        const rows = numbers(30_000).map(([n = 0]) => [
          (Number(n) * 7_919) % 30_000,
          `note ${String(n)}`,
        ]);
        await write(target, rows);
        const slices = await slicesOf(target);
        expect(slices.length).toBeGreaterThan(1);
        const read = slices.flat();
        expect(read).toHaveLength(30_000);
        expect(await rowsOf(await reopen())).toEqual(read);
        for (const [offset, limit] of [
          [0, 1],
          [0, 100],
          [9_990, 20],
          [29_990, 100],
          [30_000, 10],
        ] as const) {
          const page = await target.readPage(D1, { offset, limit });
          expect(page).toEqual({ total: 30_000, rows: read.slice(offset, offset + limit) });
        }
      });

      it('a slice after another, each of a bounded size', async () => {
        const { target } = await prepared(CELSIUS, targetColumn('note', 'text'));
        const rows = numbers(12).map(([n = 0]) => [n, 'x'.repeat(3_000_000)]);
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
        expect(count).toBe(12);
        expect(await counted(target)).toEqual(await dayOf(columns, rows));
      });

      it('no further once it is stopped', async () => {
        const { target } = await prepared(CELSIUS);
        await write(target, numbers(30_000));
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
        expect(await counted(target)).toEqual(await dayOf(columns, numbers(30_000)));
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
        expect((await other.prepare()).key).toBe(key);
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
          expect(await counted(target)).toEqual(await dayOf(columns, numbers(300, high)));
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
          expect(await counted(target)).toEqual(await dayOf(columns, rows));
        }
      });
    });
  });
}
