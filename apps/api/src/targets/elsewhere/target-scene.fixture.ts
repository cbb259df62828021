// What a spec of any target does with it.
import { calendarDay, type CalendarDay } from '@daysync/progress';
import { afterEach, beforeEach, expect } from 'vitest';
import { Staging } from '../../database/staging.js';
import type { StoredValue, TargetValue } from '../column-types.js';
import type { DayTarget } from '../day-target.js';
import { EMPTY_FINGERPRINT, Fingerprint } from '../fingerprint.js';
import type { ExpectedDay, TargetDay } from '../target-fingerprint.js';
import type { DayRowsToWrite, TargetColumn } from '../target.js';
import { targetColumn } from './day-target-values.fixture.js';

/** What Daysync's own database does as well: the commits of its days need no fence. */
export type AnyTarget = Omit<DayTarget, 'fence'>;

/** A target in an empty place of its own. */
export interface OpenedTarget<T extends AnyTarget = DayTarget> {
  readonly target: T;
  /**
   * Opens the same place once more, as another process or a later start does; `target` stays open.
   * @param columns by default the same
   */
  readonly reopen: (columns?: readonly TargetColumn[]) => Promise<T>;
  /** Where its rows are staged. @default a place of their own */
  readonly staging?: Staging;
  /** Drops the table or the folder by other means than Daysync. */
  readonly dropPlace: () => Promise<void>;
  /** Closes all that was opened. */
  readonly close: () => Promise<void>;
}

export type OpenEmpty<T extends AnyTarget = DayTarget> = (
  columns: readonly TargetColumn[],
) => Promise<OpenedTarget<T>>;

export type GivenRows = readonly (readonly TargetValue[])[];

export const [D1, D2] = [calendarDay('2025-10-01'), calendarDay('2025-10-02')];
export const SIGNAL = new AbortController().signal;
/** Nothing is known of the rows. */
export const UNKNOWN: ExpectedDay = { rows: 0, inMemory: null, fingerprint: EMPTY_FINGERPRINT };
export const NO_ROWS: TargetDay = { rows: 0, fingerprint: EMPTY_FINGERPRINT };
export const CELSIUS = targetColumn('celsius', 'integer', false);

export async function dayOf(columns: readonly TargetColumn[], rows: GivenRows): Promise<TargetDay> {
  const fingerprint = new Fingerprint(columns);
  for (const row of rows) await fingerprint.add(row);
  return { rows: fingerprint.count, fingerprint: fingerprint.value };
}

export function numbers(count: number, from = 0): GivenRows {
  return Array.from({ length: count }, (_, index) => [from + index]);
}

/** What the caller does before it returns a slice, such as to abort. */
export function readsStaged(rows: DayRowsToWrite, before: (first: number) => void): DayRowsToWrite {
  if (!('table' in rows)) throw new TypeError('expected staged rows');
  return Object.assign(Object.create(rows) as typeof rows, {
    read: (first: number, count: number) => {
      before(first);
      return rows.read(first, count);
    },
  });
}

interface GivenWrite {
  readonly day?: CalendarDay;
  /** @default higher than those before */
  readonly token?: number;
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/** An empty target for each test. */
export class TargetScene<T extends AnyTarget> {
  columns: readonly TargetColumn[] = [];
  /** That of the prepared target. */
  key = '';
  /** That of the last write. */
  token = 0;
  private staging = new Staging(null);
  private opened: OpenedTarget<T> | undefined;

  /** @param open makes an empty place, without preparing it */
  constructor(private readonly open: OpenEmpty<T>) {
    beforeEach(() => {
      this.staging = new Staging(null);
      this.token = 0;
    });
    afterEach(async () => {
      await this.opened?.close();
      this.opened = undefined;
      this.staging.close();
    });
  }

  readonly empty = async (...columns: readonly TargetColumn[]): Promise<OpenedTarget<T>> => {
    this.columns = columns;
    this.opened = await this.open(columns);
    return this.opened;
  };

  readonly prepare = async (target: T): Promise<string> => {
    const prepared = await target.prepare();
    expect(prepared.differences).toEqual([]);
    if (prepared.key === null) throw new TypeError('expected a key, got null');
    return prepared.key;
  };

  readonly prepared = async (...columns: readonly TargetColumn[]): Promise<OpenedTarget<T>> => {
    const made = await this.empty(...columns);
    this.key = await this.prepare(made.target);
    return made;
  };

  readonly write = async (
    target: T,
    rows: DayRowsToWrite,
    given: GivenWrite = {},
  ): Promise<void> => {
    this.token = given.token ?? this.token + 1;
    const { day = D1, key = this.key, signal = SIGNAL } = given;
    await target.replaceDay({ day, rows, token: this.token, key }, signal);
  };

  readonly stage = (rows: GivenRows): DayRowsToWrite => {
    const staging = this.opened?.staging ?? this.staging;
    const table = staging.create(rows[0]?.length ?? 1);
    for (let from = 0; from < rows.length; from += 5_000) {
      table.append(rows.slice(from, from + 5_000));
    }
    return table;
  };

  readonly slicesOf = async (
    target: T,
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

  readonly rowsOf = async (target: T, day = D1): Promise<readonly (readonly StoredValue[])[]> =>
    (await this.slicesOf(target, day)).flat();

  readonly numbersOf = async (target: T, day = D1): Promise<readonly number[]> =>
    (await this.rowsOf(target, day)).map(([first]) => Number(first)).sort((a, b) => a - b);

  readonly counted = (target: T, day = D1): Promise<TargetDay> =>
    target.fingerprint(day, UNKNOWN, SIGNAL);
}
