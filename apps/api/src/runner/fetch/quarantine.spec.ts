import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { DatasetCatalog } from '../../datasets/dataset-catalog.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import type { OnBadRow } from '../../datasets/file/on-bad-row.js';
import {
  badRow,
  chunkFrom,
  SourceError,
  type FetchedDay,
  type RowChunk,
  type SourceRow,
} from '../../sources/day-source.js';
import { MOST_ROW_TEXT_BYTES } from '../../sources/rows/row-text.js';
import { D1, makeDataset } from '../../sync/sync.fixture.js';
import { isStaged, type DayRowsToWrite } from '../../targets/target.js';
import { ScratchInstallation } from '../installation.fixture.js';
import { DayFetcher } from './day-fetcher.js';

let sync: ScratchInstallation;
beforeEach(async () => {
  sync = await ScratchInstallation.open();
});
afterEach(() => sync.close());

const NEVER = new AbortController().signal;

async function fetch(
  chunks: readonly RowChunk[] | (() => AsyncIterable<RowChunk>),
  onBadRow: OnBadRow,
  overrides: Partial<Dataset> = {},
): Promise<FetchedDay> {
  const dataset = makeDataset({ onBadRow, ...overrides });
  const fetchDay =
    typeof chunks === 'function'
      ? chunks
      : async function* () {
          for (const chunk of chunks) yield await Promise.resolve(chunk);
        };
  const catalog = new DatasetCatalog([dataset], () => ({ fetchDay }));
  const fetcher = new DayFetcher(catalog, sync.database, pino({ level: 'silent' }));
  const fetched = await fetcher.fetchDay(dataset, D1, NEVER);
  return fetched;
}

const rowOf = (row: number, value: unknown): SourceRow => ({ row, values: { value }, typed: true });
const FITS = rowOf(1, 7);
const RAGGED = badRow(3, {
  failure: () => new SourceError('lasting', 'SOURCE_ROW_RAGGED', 'row 3: ragged', { row: 3 }),
  text: () => 'a,b',
});

const valuesOf = (rows: DayRowsToWrite): unknown[] =>
  isStaged(rows)
    ? rows.read(0, rows.count).map((row) => row.map((value) => asNumber(value)))
    : rows.map((row) => [...row]);
const asNumber = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

describe('rows that don’t fit', () => {
  it('fail their day at the first one by default', async () => {
    expect(await fetch([[FITS, rowOf(2, 'x'), RAGGED]], null)).toMatchObject({
      kind: 'error',
      error: { code: 'VALUE_INVALID', row: 2 },
    });
    expect(await fetch([[FITS, RAGGED]], null)).toMatchObject({
      kind: 'error',
      error: { code: 'SOURCE_ROW_RAGGED', row: 3 },
    });
  });

  it('are put in quarantine with file, row, code, column and text', async () => {
    const csv = chunkFrom([{ ...rowOf(4, 'y"z'), file: 'part.csv' }], {
      writeRow: ({ value }) => `as written: ${String(value)}`,
    });
    expect(await fetch([[FITS, rowOf(2, 'x'), RAGGED], csv], { rows: 3 })).toEqual({
      kind: 'rows',
      rows: [[7]],
      // Of the rows that fit alone.
      fingerprint: createHash('md5').update('7').digest('hex'),
      quarantined: {
        fetched: 4,
        count: 3,
        rows: [
          [
            ...['none.csv', 2, 'VALUE_INVALID', 'value'],
            'row 2, column value: expected an integer of 64 bits, got "x" (text)',
            '{"value":"x"}',
          ],
          ['none.csv', 3, 'SOURCE_ROW_RAGGED', null, 'row 3: ragged', 'a,b'],
          [
            ...['part.csv', 4, 'VALUE_INVALID', 'value'],
            'part.csv: row 4, column value: expected an integer of 64 bits, got "y\\"z" (text)',
            'as written: y"z',
          ],
        ],
      },
    });
  });

  it('are cut to 4 kB, show no secret, and have no character that a database refuses', async () => {
    const text = `\0secret-word ${'雨'.repeat(5_000)}`;
    const fetched = await fetch(
      [[rowOf(1, text)]],
      { rows: 1 },
      { variables: { KEY: 'secret-word' } },
    );
    const [row] = fetched.kind === 'rows' ? valuesOf(fetched.quarantined?.rows ?? []) : [];
    const content = String((row as unknown[])[5]);
    expect(content).toMatch(/^\{"value":"\\u0000\$\{KEY\} 雨+…$/);
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(MOST_ROW_TEXT_BYTES);
  });

  it.each<[OnBadRow, number, number, string]>([
    [{ rows: 2 }, 100, 3, 'expected at most 2 rows of a day not to fit (on_bad_row), got more'],
    [
      { percent: 1 },
      99,
      2,
      'expected at most 1% of the rows of a day not to fit (on_bad_row), got 2 of 101',
    ],
    [
      { percent: 1 },
      0,
      1,
      'expected at most 1% of the rows of a day not to fit (on_bad_row), got 1 of 1',
    ],
  ])('over the bound %j fail the day: %d fit, %d don’t', async (onBadRow, good, bad, text) => {
    const rows = [
      ...Array.from({ length: good }, (_, at) => rowOf(at + 1, at)),
      ...Array.from({ length: bad }, (_, at) => rowOf(good + at + 1, 'x')),
    ];
    expect(await fetch([rows], onBadRow)).toMatchObject({
      kind: 'error',
      errorKind: 'lasting',
      error: {
        ...{ code: 'TOO_MANY_BAD_ROWS', row: good + 1, column: 'value' },
        text: `${text}; the first: row ${good + 1}, column value: expected an integer of 64 bits, got "x" (text)`,
      },
    });
    expect(await fetch([rows.slice(0, -1)], onBadRow)).toMatchObject(
      bad === 1 ? { kind: 'rows', rows: [] } : { kind: 'rows', quarantined: { count: bad - 1 } },
    );
  });

  it('do not excuse what concerns the whole day', async () => {
    const cut = async function* (): AsyncGenerator<RowChunk> {
      yield await Promise.resolve([FITS, RAGGED]);
      throw new SourceError('lasting', 'SOURCE_ROW_TOO_LARGE', 'row 4: too large', { row: 4 });
    };
    expect(await fetch(cut, { rows: 10 })).toMatchObject({
      error: { code: 'SOURCE_ROW_TOO_LARGE' },
    });
    const missing = [[{ row: 1, values: { other: 1 } }]];
    expect(await fetch(missing, { rows: 10 })).toMatchObject({
      errorKind: 'source_wide',
      error: { code: 'SOURCE_COLUMN_MISSING' },
    });
  });

  it('of a large day are staged beside the rows that fit', async () => {
    const rows = Array.from({ length: 50_000 }, (_, at) => rowOf(at + 1, at % 2 === 0 ? at : 'x'));
    const fetched = await fetch([rows], { rows: 100_000 });
    if (fetched.kind !== 'staged') throw new Error(`expected staged rows, got ${fetched.kind}`);
    const { quarantined } = fetched;
    expect([fetched.rows.count, quarantined?.count, quarantined?.fetched]).toEqual([
      ...[25_000, 25_000, 50_000],
    ]);
    const [last] = valuesOf(quarantined?.rows ?? []).slice(-1) as unknown[][];
    expect(last?.slice(0, 4)).toEqual(['none.csv', 50_000, 'VALUE_INVALID', 'value']);
  });

  it('are each either written or in quarantine, whatever the rows are', async () => {
    const value = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(value, { minLength: 1 })), async (chunks) => {
        let row = 0;
        const given = chunks.map((chunk) => chunk.map((each) => rowOf((row += 1), each)));
        const fetched = await fetch(given, { rows: 100_000 });
        if (fetched.kind !== 'rows') throw new Error(`expected rows, got ${fetched.kind}`);
        const { rows, quarantined } = fetched;
        const bad = valuesOf(quarantined?.rows ?? []).map((values) =>
          Number((values as unknown[])[1]),
        );
        const fits = given
          .flat()
          .map(({ values }) => values['value'])
          .filter((each) => each === null || typeof each !== 'object')
          .filter((each) => Number.isSafeInteger(Number(each)));
        expect(rows.length + bad.length).toBe(row);
        expect(quarantined?.fetched ?? rows.length).toBe(row);
        const others = new Set(bad);
        expect(others.size).toBe(bad.length);
        expect(rows.length).toBeLessThanOrEqual(fits.length);
      }),
      // Such an object has no text.
      { numRuns: draws(20, 100), examples: [[[[{ toString: 0, valueOf: 0 }]]]] },
    );
  });
});
