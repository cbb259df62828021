import { readdir } from 'node:fs/promises';
import { calendarDay, type CalendarDay } from '@daysync/progress';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { draws } from '../../../../../test/draws.js';
import type { SourceRow } from '../day-source.js';
import { listOf } from '../day-source.fixture.js';
import type { CsvDialect } from '../formats/csv-dialect.js';
import { DAY_INDEX_LIMITS, type DayIndexLimits } from './day-index-builder.js';
import { ChangedContentError, DayIndex, type DayIndexOptions } from './day-index.js';
import type { RowFormat } from '../formats/read-format.js';
import { RUN_MEMORY } from './day-runs.js';
import { contentOf } from './indexed-content.fixture.js';

const signal = new AbortController().signal;
const current = (): Promise<boolean> => Promise.resolve(true);
const ISO = { from: 'day', format: 'iso', timeZone: 'UTC' };
const PARTS = { from: ['y', 'm', 'd'], format: 'yyyy-M-d', timeZone: 'UTC' };
const csv: DayIndexOptions = { format: 'csv', dayColumn: ISO };
const json: DayIndexOptions = { format: 'json', dayColumn: ISO };
const ndjson: DayIndexOptions = { format: 'ndjson', dayColumn: ISO };
/** A CSV with all days under other limits. */
const csvWithin = (limits: Partial<DayIndexLimits>): DayIndexOptions => ({
  ...csv,
  limits: { ...DAY_INDEX_LIMITS, ...limits },
});

const open: DayIndex[] = [];
/** The folder for temporary files. */
let temporary: string;
/** Of the specs before. */
let runsBefore: number;
beforeEach(async () => {
  runsBefore = RUN_MEMORY.count;
  temporary = await scratchFolder();
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(async () => {
  for (const index of open.splice(0)) await index.close();
  const left = await readdir(temporary);
  vi.unstubAllEnvs();
  expect(left).toEqual([]);
  expect(RUN_MEMORY.count).toBe(runsBefore);
});

async function build(
  content: string | Uint8Array,
  options: DayIndexOptions,
  size?: number,
): Promise<DayIndex> {
  const index = await DayIndex.build(contentOf(content, size), options, signal);
  open.push(index);
  return index;
}

const rowsOf = async (index: DayIndex, day: string, isCurrent = current): Promise<SourceRow[]> =>
  (await listOf(index.rowsOf(calendarDay(day), isCurrent, signal))).flat();

async function allRows(index: DayIndex): Promise<Record<CalendarDay, SourceRow[]>> {
  const found: Record<CalendarDay, SourceRow[]> = {};
  for (const day of index.days) found[day] = await rowsOf(index, day);
  return found;
}

describe.each<[string, DayIndexOptions, string]>([
  ['csv', csv, 'day,x\n2025-01-02,a\n2025-01-01,ü\n2025-01-01,c\n2025-01-02,d\n'],
  [
    'json',
    json,
    '[{"day":"2025-01-02","x":"a"},{"day":"2025-01-01","x":"ü"}, {"day":"2025-01-01","x":"c"}\n,{"x":"d","day":"2025-01-02"}]',
  ],
  [
    'json below a pointer',
    { ...json, pointer: '/a/rows' },
    '{"b":[1],"a":{"rows":[{"day":"2025-01-02","x":"a"},{"day":"2025-01-01","x":"ü"},{"day":"2025-01-01","x":"c"},{"x":"d","day":"2025-01-02"}],"z":{}}}',
  ],
  [
    'ndjson',
    ndjson,
    '{"day":"2025-01-02","x":"a"}\n\n {"day":"2025-01-01","x":"ü"}\r\n{"day":"2025-01-01","x":"c"}\n{"day":"2025-01-02","x":"d"}',
  ],
])('an index of %s', (_, options, text) => {
  it.each([1, 2, 3, 7, 65_536])(
    'has the rows of each day, read in chunks of %d bytes',
    async (size) => {
      for (const content of [text, `\uFEFF${text}`]) {
        const index = await build(content, options, size);
        expect(index.days).toEqual(['2025-01-01', '2025-01-02']);
        const typed = options.format === 'csv' ? {} : { typed: true };
        expect(await allRows(index)).toEqual({
          '2025-01-01': [
            { row: 2, values: { day: '2025-01-01', x: 'ü' }, ...typed },
            { row: 3, values: { day: '2025-01-01', x: 'c' }, ...typed },
          ],
          '2025-01-02': [
            { row: 1, values: { day: '2025-01-02', x: 'a' }, ...typed },
            { row: 4, values: { day: '2025-01-02', x: 'd' }, ...typed },
          ],
        });
        expect(await rowsOf(index, '2025-01-03')).toEqual([]);
      }
    },
  );

  it('sees that the content has changed, by its bytes and by its identity', async () => {
    const index = await build(text, options);
    const replaced = rowsOf(index, '2025-01-01', () => Promise.resolve(false));
    await expect(replaced).rejects.toThrow(ChangedContentError);
    const [bytes, other] = [Buffer.from(text), Buffer.from(text.replaceAll('01-01', '01-03'))];
    for (const readAt of [
      async (buffer: Buffer, at: number) => other.copy(buffer, 0, at),
      async (buffer: Buffer, at: number) => bytes.copy(buffer, 0, at, at + 4),
    ]) {
      const changed = await DayIndex.build({ ...contentOf(bytes), readAt }, options, signal);
      open.push(changed);
      await expect(rowsOf(changed, '2025-01-01')).rejects.toThrow(ChangedContentError);
    }
  });
});

it.each([
  ['a quoted header', '"day","x"\n2025-01-01,ü\n'],
  ['CRLF', 'day,x\r\n2025-01-01,ü\n'],
  ['no line end after the last row', 'day,x\n2025-01-01,ü'],
  ['empty lines, which are no part of the row', `day,x\n${'\n'.repeat(1_000)}2025-01-01,ü\n`],
  ['empty lines before the header', '\n\nday,x\n2025-01-01,ü\n'],
])('is exact to the byte in CSV with %s', async (_, text) => {
  for (const size of [1, 2, 3, 5, 10_000]) {
    const index = await build(text, csvWithin({ rowBytes: 100 }), size);
    expect(await rowsOf(index, '2025-01-01')).toEqual([
      { row: 1, values: { day: '2025-01-01', x: 'ü' } },
    ]);
  }
});

describe('rows without a readable day', () => {
  it.each<[string, DayIndexOptions, string, string[]]>([
    [
      'csv',
      csv,
      'x,day\n"two\nlines",2025-01-01\n"a ""b""",total\nd\n\nc,2025-01-01\n',
      [
        'row 2, column "day": expected a date written yyyy-MM-dd, got "total" | "a ""b""",total',
        'row 3, column "day": expected a date written yyyy-MM-dd, got nothing (the row has 1 fields of 2) | d',
      ],
    ],
    [
      'json',
      json,
      '[{"day":"2025-01-01"},{"day":"total"},{"x":1},5,null,[1],"a",{"day":"2025-01-01"}]',
      [
        'row 2, column "day": expected a date written yyyy-MM-dd, got "total" | {"day":"total"}',
        'row 3, column "day": expected a date written yyyy-MM-dd, got nothing | {"x":1}',
        'row 4, column "day": expected an object of columns and values, got 5 (number) | 5',
        'row 5, column "day": expected an object of columns and values, got null | null',
        'row 6, column "day": expected an object of columns and values, got a list | [1]',
        'row 7, column "day": expected an object of columns and values, got "a" (text) | "a"',
      ],
    ],
    [
      'ndjson',
      ndjson,
      '{"day":"2025-01-01"}\n{"day":20250101}\n{"day":\n5\n{"day":"2025-01-01"}\n',
      [
        'row 2, column "day": expected a date written yyyy-MM-dd, got 20250101 (number): it is written as yyyyMMdd, other than the days of other rows; write all of them alike | {"day":20250101}',
        'row 3, column "day": expected JSON, got the end of the line at byte 7 | {"day":',
        'row 4, column "day": expected an object of columns and values, got 5 (number) | 5',
      ],
    ],
  ])('belong to none in %s, and fail none', async (_, options, text, listed) => {
    const index = await build(text, options);
    const { rows, count } = index.unreadableRows('x');
    expect(rows.map((row) => `${row.text} | ${row.content}`)).toEqual(listed);
    expect(count).toBe(listed.length);
    expect((await rowsOf(index, '2025-01-01')).map(({ row }) => row)).toEqual([
      1,
      listed.length + 2,
    ]);
  });

  it('are kept up to a bound, shortened, and all counted', async () => {
    const long = `${'雨'.repeat(draws(2_000, 100_000))}\0,${'x,'.repeat(300)}`;
    const text = `day,x\n2025-01-01,a\n${`total,${long}\n`.repeat(300)}`;
    const options = csvWithin({ keptUnreadable: { rows: 231, characters: Infinity } });
    const { count, rows } = (await build(text, options)).unreadableRows('x');
    expect([count, rows.length, rows.at(-1)?.row]).toEqual([300, 231, 232]);
    expect(rows.every(({ content }) => content === `total,${'雨'.repeat(1_362)}…`)).toBe(true);
  });

  it('are not those beyond a bound alone: the row after has its day', async () => {
    const deep = '['.repeat(1_001) + ']'.repeat(1_001);
    const index = await build(`[{"day":"2025-01-01","x":${deep}},{"day":"2025-01-02"}]`, json);
    expect(index.days).toEqual(['2025-01-02']);
    expect(index.unreadableRows('x').rows[0]?.text).toContain('at most 1000 levels');
  });
});

it.each<[DayIndexOptions, string]>([
  [csv, 'x,d,y,m\na,3,2025,1\nb,04,2025,01\nc,,2025,1\ne,3\nf,3,2025,1'],
  [
    json,
    '[{"x":"a","d":3,"y":2025,"m":1},{"d":"04","y":"2025","m":" 01"},{"d":null,"y":2025,"m":1},{"d":3},{"y":2025.0,"m":1e0,"d":"3"}]',
  ],
  [
    ndjson,
    '{"x":"a","d":3,"y":2025,"m":1}\n{"d":"04","y":"2025","m":" 01"}\n{"d":null,"y":2025,"m":1}\n{"d":3}\n{"y":2025.0,"m":1e0,"d":"3"}',
  ],
])(
  'a day in several columns is read from all of them, and a row that lacks a part is listed',
  async (options, text) => {
    const index = await build(text, { ...options, dayColumn: PARTS });
    expect(index.days).toEqual(['2025-01-03', '2025-01-04']);
    const { count, rows } = index.unreadableRows('x');
    expect(count).toBe(2);
    expect(rows[0]).toMatchObject({
      ...{ row: 3, column: 'y, m, d' },
      text: 'row 3, column "y, m, d": expected a date written yyyy-M-d, got nothing',
    });
    expect((await rowsOf(index, '2025-01-03')).map(({ row }) => row)).toEqual([1, 5]);
  },
);

describe('a content that is refused', () => {
  it.each<[string, DayIndexOptions, string | Buffer, object]>([
    [
      'no row with a day',
      json,
      '[{"day":"x"}]',
      {
        ...{ code: 'SOURCE_DAY_UNREADABLE', place: { row: 1, column: 'day' } },
        message: expect.stringContaining('got "x"; the only row has no readable day') as unknown,
      },
    ],
    [
      'no header',
      csv,
      '',
      { message: `expected a header with the day's column "day", got an empty file` },
    ],
    [
      'another delimiter',
      csv,
      'day;x\n2025-01-01;a\n',
      { message: expect.stringMatching(/"day;x": set `delimiter: ';'`$/) as unknown },
    ],
    ['two columns of one name', csv, 'day,x,x\n', { code: 'SOURCE_COLUMN_DUPLICATE' }],
    [
      'an open quote',
      csv,
      'day,x\n2025-01-01,a\n2025-01-02,"b\n2025-01-03,c\n',
      {
        ...{ code: 'SOURCE_UNREADABLE', place: { row: 2 } },
        message: 'row 2: expected a closing quote, got the end of the file',
      },
    ],
    [
      'a quote inside a field',
      csv,
      'day,x\n2025-01-01,a"b\n',
      {
        ...{ code: 'SOURCE_UNREADABLE', place: { row: 1 } },
        message: 'row 1: expected CSV as in RFC 4180, got INVALID_OPENING_QUOTE at line 2',
      },
    ],
    [
      'NUL bytes',
      csv,
      Buffer.from('day,x\n', 'utf16le'),
      { message: expect.stringContaining('set `encoding: utf-16le`') as unknown },
    ],
    [
      'a header in Latin 1',
      csv,
      Buffer.from('day,größe\n', 'latin1'),
      { message: expect.stringContaining('expected a header in UTF-8') as unknown },
    ],
    [
      'more runs than it may hold',
      csvWithin({ runs: 2 }),
      'day\n2025-01-01\n2025-01-02\n2025-01-01\n',
      { code: 'SOURCE_INDEX_TOO_LARGE', place: { row: 3 } },
    ],
    [
      'no header for a part of the day',
      { ...csv, dayColumn: PARTS },
      'y,d,month\n2025,3,1\n',
      {
        ...{ code: 'SOURCE_COLUMN_MISSING', place: { column: 'm' } },
        message: `expected a header with the day's column "m", got the columns "y", "d", "month"`,
      },
    ],
    [
      'no row with a day in several columns',
      { ...csv, dayColumn: PARTS },
      'y,m,d\n2025,2,30\n2025,4,31\n',
      {
        ...{ code: 'SOURCE_DAY_UNREADABLE', place: { row: 1, column: 'y, m, d' } },
        message:
          'row 1, column "y, m, d": expected a date written yyyy-M-d, got "2025-2-30"; none of the 2 rows has a readable day: check day_column',
      },
    ],
    [
      'months in place of days in several columns',
      { ...csv, dayColumn: PARTS },
      'y,m,d\n2025,Jan,3\n2025,Apr,30\n',
      {
        code: 'SOURCE_DAY_UNREADABLE',
        message: expect.stringContaining('set `day_column.format: yyyy-MMM-d`') as unknown,
      },
    ],
    ['rows elsewhere', { ...json, pointer: '/a' }, '{"b":[]}', { code: 'SOURCE_ROWS_MISSING' }],
    ['no JSON', json, '[{"day":"2025-01-01"},}', { code: 'SOURCE_UNREADABLE' }],
    [
      'JSON that is cut off',
      json,
      '[{"day":"2025-01-01"},',
      { kind: 'passing', code: 'SOURCE_CUT_OFF' },
    ],
    [
      'a line that is cut off',
      ndjson,
      '{"day":"2025-01-01"}\n{"day":',
      { kind: 'passing', code: 'SOURCE_CUT_OFF' },
    ],
    [
      'a byte order mark of UTF-16',
      csv,
      Buffer.from('\uFEFFday\n', 'utf16le'),
      { message: 'expected UTF-8, got a byte order mark of utf-16le: set `encoding: utf-16le`' },
    ],
    [
      'a byte order mark of UTF-8 in another encoding',
      { ...csv, encoding: 'windows-1252' },
      '\uFEFFday\n',
      { message: 'expected windows-1252, got a byte order mark of utf-8: set `encoding: utf-8`' },
    ],
    [
      'bytes that are not in its encoding',
      { ...csv, encoding: 'gb18030' },
      Buffer.from('day,x\n2025-01-01,a\n2025-01-02,\xFFb\n', 'latin1'),
      {
        code: 'SOURCE_ENCODING_INVALID',
        place: { row: 2 },
        message:
          'row 2: expected gb18030, got other bytes at byte 30: set `encoding` to the one that it is in',
      },
    ],
    [
      'JSON that is not UTF-8',
      json,
      Buffer.from('[{"day":"2025-01-01"},{"day":"2025-01-02","x":"\xFF"}]', 'latin1'),
      {
        place: { row: 2 },
        message: expect.stringContaining(
          'row 2: expected UTF-8, got other bytes at byte 47',
        ) as unknown,
      },
    ],
    [
      'a row that is too large',
      { ...json, limits: { ...DAY_INDEX_LIMITS, rowBytes: 50 } },
      `[{"day":"2025-01-01","x":"${'x'.repeat(50)}"}]`,
      { code: 'SOURCE_ROW_TOO_LARGE', place: { row: 1 } },
    ],
  ])('for %s', async (_, options, text, error) => {
    await expect(build(text, options)).rejects.toMatchObject({ kind: 'source_wide', ...error });
  });

  it.each([
    ['long characters', `${'雨'.repeat(20)},${'雨'.repeat(20)}`],
    ['nothing but commas', ','.repeat(1_000)],
    ['a field with line ends', `"x\n${'2025-01-03,y\n'.repeat(20)}"`],
  ])('for a row of CSV that is too large: %s', async (_, row) => {
    const text = `day,x\n2025-01-01,a\n2025-01-02,${row}\n`;
    for (const size of [7, 10_000]) {
      await expect(build(text, csvWithin({ rowBytes: 100 }), size)).rejects.toMatchObject({
        ...{ kind: 'source_wide', code: 'SOURCE_ROW_TOO_LARGE', place: { row: 2 } },
      });
    }
  });

  it('for a row without an end, before it is all read', async () => {
    let given = 0;
    async function* chunks(): AsyncGenerator<Buffer> {
      yield Buffer.from('day,x\n2025-01-01,"');
      for (; given < 1_000; given += 1) yield Promise.resolve(Buffer.from('x'.repeat(50)));
    }
    const endless = { ...contentOf(''), chunks };
    const building = DayIndex.build(endless, csvWithin({ rowBytes: 1_000 }), signal);
    await expect(building).rejects.toMatchObject({
      ...{ code: 'SOURCE_ROW_TOO_LARGE', place: { row: 1 } },
    });
    expect(given).toBeLessThan(100);
  });

  it('by the signal, also where it has no end', async () => {
    const controller = new AbortController();
    async function* chunks(): AsyncGenerator<Buffer> {
      yield Buffer.from('day\n');
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        yield Buffer.from('2025-01-01\n');
        controller.abort();
      }
    }
    const building = DayIndex.build({ ...contentOf(''), chunks }, csv, controller.signal);
    await expect(building).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it('reads nested days by a pointer', async () => {
  const dayColumn = { from: 'p', pointer: '/p/time', format: 'epoch_ms', timeZone: 'Asia/Tokyo' };
  const text = '[{"p":{"time":1735657200000}},{"p":{"time":1735657199999}},{"p":5}]';
  const index = await build(text, { ...json, dayColumn });
  expect(index.days).toEqual(['2024-12-31', '2025-01-01']);
  expect(index.unreadableRows('x').count).toBe(1);
});

const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'gb18030', 'shift_jis'];
const FORMATS = ['iso', 'dd.MM.yyyy', 'yyyyMMdd', 'MMM d yyyy', 'epoch_s', 'year_month'];
const dialect: fc.Arbitrary<CsvDialect> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|', '§', 'auto'),
  quote: fc.constantFrom('"', "'"),
  comment: fc.constantFrom('', '#'),
  skipLines: fc.integer({ min: 0, max: 3 }),
});
const letter = fc.constantFrom(...'ab ,;|#"\'\n\té€中日§\\'.split(''));
const drawnRow = fc.record({
  epochDay: fc.integer({ min: 0, max: 40 }).map((at) => 17_000 + at * 9),
  cell: fc.array(letter, { maxLength: 8 }).map((letters) => letters.join('')),
});
const draw = fc.record({
  drawn: fc.array(drawnRow, { minLength: 1, maxLength: 15 }),
  dialect,
  encoding: fc.constantFrom(...ENCODINGS),
  dayFormat: fc.constantFrom(...FORMATS),
  format: fc.constantFrom<RowFormat[]>('csv', 'json', 'ndjson'),
  size: fc.integer({ min: 1, max: 50 }),
  runBytes: fc.integer({ min: 1, max: 100 }),
  mark: fc.boolean(),
});

it('random rows in random dialects, encodings and formats come back equal', async () => {
  await fc.assert(
    fc.asyncProperty(draw, async ({ drawn, dialect: written, ...how }) => {
      const { encoding, dayFormat, format, size, runBytes } = how;
      const values = drawn.map(({ epochDay, cell }) => ({
        ...{ x: fitting(cell, encoding), day: writeDay(epochDay, dayFormat), n: '1' },
      }));
      const mark = how.mark && encoding.startsWith('utf') ? '\uFEFF' : '';
      const text = mark + writeRows(values, format, written);
      const index = await build(
        encodeAs(text, encoding),
        {
          ...{ format, encoding, dialect: written },
          dayColumn: { from: 'day', format: dayFormat, timeZone: 'UTC' },
          limits: { ...DAY_INDEX_LIMITS, runBytes, runsInMemory: 3 },
        },
        size,
      );
      const typed = format === 'csv' ? {} : { typed: true };
      const expected: Record<string, unknown[]> = {};
      for (const [at, { epochDay }] of drawn.entries()) {
        const date = isoDay(epochDay).slice(0, dayFormat === 'year_month' ? 7 : 10);
        const day = date.padEnd(10, '-01');
        (expected[day] ??= []).push({ row: at + 1, values: values[at], ...typed });
      }
      expect(await allRows(index)).toEqual(expected);
      expect(index.unreadableRows('x').count).toBe(0);
    }),
    { numRuns: draws(60, 400) },
  );
});

const isoDay = (epochDay: number): string =>
  new Date(epochDay * 86_400_000).toISOString().slice(0, 10);

function writeDay(epochDay: number, format: string): string {
  const day = DateTime.fromISO(isoDay(epochDay), { zone: 'utc', locale: 'en-US' });
  const patterns: Readonly<Record<string, string>> = { iso: 'yyyy-MM-dd', year_month: 'yyyy-MM' };
  return format === 'epoch_s'
    ? String(day.toSeconds() + 3_600)
    : day.toFormat(patterns[format] ?? format);
}

function writeRows(
  rows: readonly Readonly<Record<string, string>>[],
  format: RowFormat,
  { delimiter: written, quote, comment, skipLines }: CsvDialect,
): string {
  if (format === 'json') return JSON.stringify(rows, undefined, rows.length % 3);
  if (format === 'ndjson') return rows.map((row) => `${JSON.stringify(row)}\r\n`).join('');
  const delimiter = written === 'auto' ? ';' : written;
  const options = { delimiter, quote, escape: quote, quoted: true };
  const lines = rows.map((row) => stringify([row], options));
  const remark = comment === '' ? '' : `${comment} a remark: it's ${quote}\n`;
  const front = `a title of ${quote}\n`.repeat(skipLines);
  return front + remark + ['x', 'day', 'n'].join(delimiter) + `\n${lines.join(remark)}`;
}

/** The text with a question mark for what an encoding does not have. */
function fitting(text: string, encoding: string): string {
  if (encoding.startsWith('utf')) return text;
  return [...text].map((one) => (TABLES[encoding]?.has(one) === true ? one : '?')).join('');
}

function encodeAs(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  return Buffer.from([...text].flatMap((one) => TABLES[encoding]?.get(one) ?? []));
}

/** What one or two bytes mean in an encoding, the other way round. */
function bytesOf(encoding: string): ReadonlyMap<string, number[]> {
  const table = new Map<string, number[]>();
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const add = (bytes: number[]): void => {
    const text = decoder.decode(Uint8Array.from(bytes));
    if ([...text].length === 1 && text !== '\uFFFD' && !table.has(text)) table.set(text, bytes);
  };
  for (let first = 0; first < 256; first += 1) add([first]);
  for (let first = 0x81; first < 256; first += 1) {
    for (let second = 0x40; second < 256; second += 1) add([first, second]);
  }
  return table;
}

const TABLES: Readonly<Record<string, ReadonlyMap<string, number[]>>> = Object.fromEntries(
  ['windows-1252', 'gb18030', 'shift_jis'].map((encoding) => [encoding, bytesOf(encoding)]),
);
