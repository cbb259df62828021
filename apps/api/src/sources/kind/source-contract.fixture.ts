// What every source does, described once. The spec of a kind says how its place gets rows, and how it breaks.
import { calendarDay, type CalendarDay } from '@daysync/progress';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { draws } from '../../../../../test/draws.js';
import { createDaySource } from '../../datasets/dataset-catalog.js';
import { rowReading, type Dataset } from '../../datasets/file/dataset.js';
import { readDatasets } from '../../datasets/file/dataset-file.js';
import { datasetIn } from '../../datasets/file/valid-file.fixture.js';
import { canonicalText, type ColumnType } from '../../targets/column-types.js';
import { DAY_ERRORS, DAY_ERROR_CODES, type DayErrorEntry } from '../day-errors.js';
import { isSourceError, type DaySource, type RowChunk, type SourceRow } from '../day-source.js';
import { listOf, rowsOf } from '../day-source.fixture.js';
import { createRowReader } from '../rows/row-reader.js';

/** A row of the place that a source reads. */
export interface ContractRow {
  readonly day: string;
  /** May be larger than a number can hold. */
  readonly id: bigint;
  readonly price: number;
  readonly note: string | null;
}

/** A place with rows. */
export interface SourcePlace {
  /** The key `source` of the datasets file. Paths are relative to the folder. */
  readonly source: Readonly<Record<string, unknown>>;
  /** What the source calls these columns, if it cannot have their names. */
  readonly from?: Readonly<Record<keyof typeof COLUMNS, string>>;
  /** Providers that stand in code, by what the source has in their place. */
  readonly providers?: ReadonlyMap<unknown, unknown>;
  /** Puts the whole place out of reach: moves the file away, ends the server. */
  readonly break: () => Promise<void> | void;
  /** Undoes `break`. */
  readonly repair: () => Promise<void> | void;
  readonly close?: () => Promise<void> | void;
}

/** @param folder an empty folder, which is removed after the tests */
export type MakePlace = (
  rows: readonly ContractRow[],
  folder: string,
) => Promise<SourcePlace> | SourcePlace;

const COLUMNS = { id: 'integer', price: 'real', note: 'text' } as const satisfies Readonly<
  Record<string, ColumnType>
>;
const [D1, D2, NONE, MANY] = ['2025-10-01', '2025-10-02', '2025-10-03', '2025-10-04'].map((day) =>
  calendarDay(day),
) as [CalendarDay, CalendarDay, CalendarDay, CalendarDay];
const SIGNAL = new AbortController().signal;
/** Enough for several chunks of any source. */
const MANY_ROWS = draws(10_000, 20_000);
const PLAIN = { price: 0.5, note: 'plain' };

/** What must arrive as it is written: texts, whole numbers beyond 2^53, the ends of floating point, nothing at all. */
const EDGES: readonly ContractRow[] = [
  { day: D2, id: 9_007_199_254_740_993n, price: 0.1, note: 'a, "b"; c\td\\e' },
  { day: D2, id: -9_223_372_036_854_775_808n, price: -1e300, note: 'Ünïcödé 天气 🌦' },
  { day: D2, id: 0n, price: 5e-324, note: 'two\nlines' },
  { day: D2, id: 1n, price: 1.797_693_134_862_315_7e308, note: null },
  { day: D2, id: 2n, price: 0, note: ' spaces around ' },
];

const ROWS: readonly ContractRow[] = [
  { day: D1, id: 1n, ...PLAIN },
  ...EDGES.slice(0, 2),
  // In the midst of those of another day.
  { day: D1, id: 2n, ...PLAIN },
  ...EDGES.slice(2),
  ...Array.from({ length: MANY_ROWS }, (_, n) => ({ day: MANY, id: BigInt(n), ...PLAIN })),
];

/** A row as an object of JSON, with all digits of its numbers. */
export function asJson({ day, id, price, note }: ContractRow): string {
  return `{"day":"${day}","id":${id},"price":${price},"note":${JSON.stringify(note)}}`;
}

/** The rows by their days. */
export function byDay(rows: readonly ContractRow[]): ReadonlyMap<string, readonly ContractRow[]> {
  return Map.groupBy(rows, ({ day }) => day);
}

/** Describes what every source does. */
export function testSource(name: string, make: MakePlace): void {
  describe(`${name}, as every source,`, () => {
    let folder: string;
    /** One for all tests, as the source is: each leaves them as they were. */
    let place: SourcePlace;
    let source: DaySource;
    let dataset: Dataset;
    beforeAll(async () => {
      folder = await scratchFolder();
      place = await make(ROWS, folder);
      dataset = datasetOf(place, folder);
      source = createDaySource(dataset.source, dataset);
    });
    afterAll(async () => {
      await source.close?.();
      await place.close?.();
    });

    /** Opens the source again, which has read nothing yet. */
    const reopen = async (): Promise<void> => {
      await source.close?.();
      source = createDaySource(dataset.source, dataset);
    };
    const chunksOf = async (day: CalendarDay, signal = SIGNAL): Promise<RowChunk[]> =>
      listOf(source.fetchDay(day, signal));
    /** The rows of a day as its target gets them. */
    const fetched = async (day: CalendarDay): Promise<unknown[]> => {
      const { columns, dialect } = rowReading(dataset);
      const read = createRowReader(columns, dialect);
      const rows: SourceRow[] = await listOf(rowsOf(source.fetchDay(day, SIGNAL)));
      return rows.map((row) =>
        read(row).map((value, at) => canonicalText(columns[at]?.type ?? 'text', value)),
      );
    };

    it('yields many rows in several chunks, none of them empty, each row with its place', async () => {
      const chunks = await chunksOf(MANY);
      expect(chunks.length).toBeGreaterThan(1);
      expect(chunks.filter(({ length }) => length === 0)).toEqual([]);
      const places = chunks.flat().map(({ row }) => row);
      expect(places).toHaveLength(MANY_ROWS);
      expect(places[0]).toBeGreaterThan(0);
      expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
    });

    it('ends a day without data without a chunk', async () => {
      expect(await chunksOf(NONE)).toEqual([]);
    });

    it('yields the rows of a day as they are written, and no others, again and for days that are fetched at a time', async () => {
      await reopen();
      const days = [D1, D2, NONE, D1];
      expect(await Promise.all(days.map(fetched))).toEqual(days.map(expected));
      expect(await fetched(D2)).toEqual(expected(D2));
    });

    it('begins nothing once it is aborted', async () => {
      await reopen();
      const reason = new Error('stopped before');
      await expect(chunksOf(D1, AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    it('stops in the midst of a day with the reason of its signal, and goes on with the next one', async () => {
      const stopped = new AbortController();
      const reason = new Error('stopped in the midst');
      const fetching = (async () => {
        let rows = 0;
        for await (const chunk of source.fetchDay(MANY, stopped.signal)) {
          rows += chunk.length;
          stopped.abort(reason);
        }
        return rows;
      })();
      await expect(fetching).rejects.toBe(reason);
      expect(await fetched(D1)).toEqual(expected(D1));
    });

    it('lets a day be left in its midst', async () => {
      for await (const chunk of source.fetchDay(MANY, SIGNAL)) {
        expect(chunk.length).toBeLessThan(MANY_ROWS);
        break;
      }
      expect(await fetched(D1)).toEqual(expected(D1));
    });

    it('reports a place out of reach as an error with a code, and reads it once it is back', async () => {
      await reopen();
      await place.break();
      const error: unknown = await chunksOf(D1).catch((thrown: unknown) => thrown);
      if (!isSourceError(error)) throw new TypeError('expected a SourceError', { cause: error });
      const code = DAY_ERROR_CODES.find((known) => known === error.code);
      const entry: DayErrorEntry | undefined = code && DAY_ERRORS[code];
      // A code of a provider is its own.
      if (entry !== undefined) expect(entry.kinds).toContain(error.kind);
      expect(error.message).toMatch(/\w/);
      await place.repair();
      expect(await fetched(D1)).toEqual(expected(D1));
    });

    it('knows its days and columns, if it knows any', async () => {
      const days = await source.knownDays?.(SIGNAL);
      if (days !== undefined) expect(days).toEqual([D1, D2, MANY]);
      const columns = await source.knownColumns?.(SIGNAL);
      if (columns !== undefined) expect(columns).toEqual(expect.arrayContaining(NAMES));
    });

    it('closes, also unused and twice', async () => {
      const unused = createDaySource(dataset.source, dataset);
      await unused.close?.();
      await unused.close?.();
      expect(await fetched(D1)).toEqual(expected(D1));
      await source.close?.();
      await source.close?.();
      source = createDaySource(dataset.source, dataset);
    });
  });
}

const NAMES = Object.keys(COLUMNS);

function expected(day: CalendarDay): readonly unknown[] {
  return ROWS.filter((row) => row.day === day).map(({ id, price, note }) => [
    canonicalText('integer', id),
    canonicalText('real', price),
    note,
  ]);
}

/** The dataset of a place, read as from a datasets file. */
function datasetOf({ from, providers, source }: SourcePlace, folder: string): Dataset {
  const columns = {
    id: { type: COLUMNS.id, from: from?.id ?? 'id' },
    price: { type: COLUMNS.price, from: from?.price ?? 'price' },
    note: { type: COLUMNS.note, from: from?.note ?? 'note', nullable: true },
  };
  const dataset = { name: 'contract', source, target: { table: 'contract', columns }, attempts: 1 };
  const read = readDatasets(JSON.stringify({ datasets: [dataset] }), {
    ...{ folder, env: {} },
    ...(providers === undefined ? {} : { providers }),
  });
  return datasetIn(read);
}
