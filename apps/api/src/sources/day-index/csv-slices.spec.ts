import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { calendarDay, type CalendarDay } from '@daysync/progress';
import { draws } from '../../../../../test/draws.js';
import { DEFAULT_DIALECT } from '../formats/csv-dialect.js';
import { csvScan } from './csv-slices.js';
import { DAY_INDEX_LIMITS, DayIndexBuilder, type DayIndexLimits } from './day-index-builder.js';
import type { DayRun } from './day-runs.js';
import { IndexFiles } from './index-files.js';

interface Indexed {
  readonly header: readonly string[] | undefined;
  readonly days: readonly CalendarDay[];
  readonly unreadable: DayIndexBuilder['unreadable'];
  runsOf(day: CalendarDay): Promise<readonly DayRun[]>;
}

async function indexChunks(
  chunks: AsyncIterable<Buffer>,
  limits: Partial<DayIndexLimits> = {},
  signal = new AbortController().signal,
): Promise<Indexed> {
  const column = { from: 'day', format: 'iso', timeZone: 'UTC' };
  const files = new IndexFiles();
  const builder = new DayIndexBuilder(column, { ...DAY_INDEX_LIMITS, ...limits }, files);
  const { columns } = await csvScan(DEFAULT_DIALECT)(chunks, 0, builder, signal);
  await builder.finish();
  const { runs, unreadable } = builder;
  const runsOf = async (day: CalendarDay): Promise<readonly DayRun[]> => {
    const found: DayRun[] = [];
    for await (const some of runs.of(day)) found.push(...some);
    return found;
  };
  return { header: columns, days: runs.days(), unreadable, runsOf };
}

/** Indexes a text, given in chunks of `size` bytes. */
function indexOf(
  text: string | Buffer,
  { size = 7, limits = {} }: { size?: number; limits?: Partial<DayIndexLimits> } = {},
): Promise<Indexed> {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  return indexChunks(Readable.from(chunks), limits);
}

const slicesOf = async (text: string | Buffer, index: Indexed, day: string): Promise<string[]> =>
  (await index.runsOf(calendarDay(day))).map(({ start, end }) =>
    Buffer.from(text).subarray(start, end).toString(),
  );

describe('csvScan', () => {
  it('makes neighbouring rows of one day one run', async () => {
    const text = 'day,x\n2025-01-02,a\n2025-01-01,b\n2025-01-01,c\n2025-01-02,d\n';
    const index = await indexOf(text);
    expect(index.days).toEqual(['2025-01-01', '2025-01-02']);
    expect(index.header).toEqual(['day', 'x']);
    expect(await index.runsOf(calendarDay('2025-01-01'))).toEqual([
      { start: 19, end: 45, firstRow: 2, rows: 2 },
    ]);
    expect(await slicesOf(text, index, '2025-01-02')).toEqual(['2025-01-02,a\n', '2025-01-02,d\n']);
    expect(await index.runsOf(calendarDay('2025-01-03'))).toEqual([]);
  });

  it.each([
    ['a quoted header', '"day","x"\n2025-01-01,ü\n'],
    ['CRLF', 'day,x\r\n2025-01-01,ü\n'],
    ['no line end after the last row', 'day,x\n2025-01-01,ü\n'.trimEnd()],
    ['empty lines before it', 'day,x\n\n\n2025-01-01,ü\n'],
    ['empty lines before the header', '\n\nday,x\n2025-01-01,ü\n'],
  ])('is exact to the byte with %s', async (_, text) => {
    for (const size of [1, 2, 3, 5, 1_000]) {
      const index = await indexOf(text, { size });
      expect(index.header).toEqual(['day', 'x']);
      expect((await slicesOf(text, index, '2025-01-01')).map((slice) => slice.trim())).toEqual([
        '2025-01-01,ü',
      ]);
    }
  });

  it('lists a row without a readable day between two of one day, and does not give it to that day', async () => {
    const text = 'x,day\n"two\nlines",2025-01-01\n"a ""b""",total\n\nc,2025-01-01\nd\n';
    const index = await indexOf(text);
    expect(await slicesOf(text, index, '2025-01-01')).toEqual([
      '"two\nlines",2025-01-01\n',
      '\nc,2025-01-01\n',
    ]);
    expect(index.unreadable).toMatchObject({
      count: 2,
      rows: [
        {
          ...{ row: 2, column: 'day', content: '"a ""b""",total' },
          text: 'row 2, column "day": expected a date written yyyy-MM-dd, got "total"',
        },
        {
          ...{ row: 4, column: 'day', content: 'd' },
          text: 'row 4, column "day": expected a date written yyyy-MM-dd, got nothing (the row has 1 fields of 2)',
        },
      ],
    });
  });

  it('keeps the first rows without a readable day, shortened, and counts all of them', async () => {
    const long = `${'雨'.repeat(draws(2_000, 100_000))}\0,${'x,'.repeat(300)}`;
    const text = `day,x\n2025-01-01,a\n${`total,${long}\n`.repeat(300)}`;
    const limits = { keptUnreadable: { rows: 231, characters: Infinity } };
    const { count, rows } = (await indexOf(text, { size: draws(10_000, 100_000), limits }))
      .unreadable;
    expect([count, rows.length, rows.at(-1)?.row]).toEqual([300, 231, 232]);
    expect(rows.every(({ content }) => content === `total,${'雨'.repeat(1_362)}…`)).toBe(true);
  });

  it('indexes a row with too many or too few fields where its day can be read', async () => {
    const index = await indexOf('day,x\n2025-01-01\n2025-01-02,a,b\n');
    expect(index.days).toEqual(['2025-01-01', '2025-01-02']);
  });

  const HEADER_ONLY = 'a header with the day\'s column "day"';
  it.each<[string, string | Buffer, string, string, number?]>([
    [
      'no day column',
      'Day,x\n',
      'COLUMN_MISSING',
      `expected ${HEADER_ONLY}, got the columns "Day", "x"`,
    ],
    ['nothing', '', 'COLUMN_MISSING', `expected ${HEADER_ONLY}, got an empty file`],
    [
      'two columns of one name',
      'day,x,x\n',
      'COLUMN_DUPLICATE',
      'expected every column once, got "x" again',
    ],
    [
      'a day that is none',
      'day,x\n2025-02-30,a\n2025-02-31,b\n',
      'DAY_UNREADABLE',
      'row 1, column "day": expected a date written yyyy-MM-dd, got "2025-02-30"; none of the 2 rows has a readable day: check day_column',
      1,
    ],
    ['a day with an hour alone', 'day\n2025-01-01T00\n', 'DAY_UNREADABLE', 'row 1', 1],
    ['an empty day', 'day,x\n,a\n', 'DAY_UNREADABLE', 'got ""; the only row has no', 1],
    [
      'a row without its day',
      'x,day\na\n',
      'DAY_UNREADABLE',
      'got nothing (the row has 1 fields of 2)',
      1,
    ],
    [
      'an open quote',
      'day,x\n2025-01-01,a\n2025-01-02,"b\n2025-01-03,c\n',
      'UNREADABLE',
      'row 2: expected a closing quote, got the end of the file',
      2,
    ],
    [
      'a quote inside a field',
      'day,x\n2025-01-01,a"b\n',
      'UNREADABLE',
      'row 1: expected CSV as in RFC 4180, got INVALID_OPENING_QUOTE at line 2',
      1,
    ],
    [
      'text after a quote',
      'day,x\n2025-01-01,"a"b\n',
      'UNREADABLE',
      'row 1: expected CSV as in RFC 4180, got CSV_INVALID_CLOSING_QUOTE at line 2',
      1,
    ],
    [
      'lines that end in CR alone',
      'day,x\r2025-01-01,a\r',
      'UNREADABLE',
      'expected lines that end in LF or CRLF, got CR alone in the header',
    ],
    [
      'NUL bytes',
      Buffer.from('day,x\n', 'utf16le'),
      'ENCODING_INVALID',
      'set `encoding: utf-16le`',
    ],
    [
      'another delimiter',
      'day;x\n2025-01-01;a\n',
      'COLUMN_MISSING',
      'got the columns "day;x": set `delimiter: \';\'`',
    ],
    [
      'a header in Latin 1',
      Buffer.from('day,größe\n', 'latin1'),
      'ENCODING_INVALID',
      'expected a header in UTF-8',
    ],
  ])('refuses a file with %s', async (_, text, code, message, row) => {
    await expect(indexOf(text)).rejects.toMatchObject({
      ...{ kind: 'source_wide', code: `SOURCE_${code}`, ...(row && { place: { row } }) },
      message: expect.stringContaining(message) as unknown,
    });
  });

  it.each([
    ['a long field', `2025-01-02,${'x'.repeat(101)}\n`],
    ['many short fields', `2025-01-02,${'x,'.repeat(101)}\n`],
    ['long characters', `2025-01-02,${'雨'.repeat(20)},${'雨'.repeat(20)}\n`],
    ['nothing but commas', `2025-01-02${','.repeat(1_000)}\n`],
    ['a field with line ends', `2025-01-02,"x\n${'2025-01-03,y\n'.repeat(20)}"\n`],
  ])('refuses a row over the limit: %s', async (_, row) => {
    const text = `day,x\n2025-01-01,a\n${row}`;
    for (const size of [7, 10_000]) {
      await expect(indexOf(text, { size, limits: { rowBytes: 100 } })).rejects.toMatchObject({
        kind: 'source_wide',
        code: 'SOURCE_ROW_TOO_LARGE',
        place: { row: 2 },
      });
    }
  });

  it('refuses a row without an end before it is all read', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      yield Buffer.from('day,x\n2025-01-01,"');
      for (; given < 1_000; given += 1) yield Promise.resolve(Buffer.from('x'.repeat(50)));
    }
    await expect(indexChunks(endless(), { rowBytes: 1_000 })).rejects.toMatchObject({
      code: 'SOURCE_ROW_TOO_LARGE',
      place: { row: 1 },
    });
    expect(given).toBeLessThan(100);
  });

  it('does not take empty lines for a large row', async () => {
    const text = `day,x\n${'\n'.repeat(1_000)}2025-01-01,a\n`;
    for (const size of [7, 10_000]) {
      const index = await indexOf(text, { size, limits: { rowBytes: 100 } });
      expect(index.days).toEqual(['2025-01-01']);
    }
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    async function* endless(): AsyncGenerator<Buffer> {
      yield Buffer.from('day\n');
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        yield Buffer.from('2025-01-01\n');
        controller.abort();
      }
    }
    await expect(indexChunks(endless(), {}, controller.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('refuses more runs than it may hold', async () => {
    const text = 'day\n2025-01-01\n2025-01-02\n2025-01-01\n';
    await expect(indexOf(text, { limits: { runs: 2 } })).rejects.toMatchObject({
      code: 'SOURCE_INDEX_TOO_LARGE',
      place: { row: 3 },
    });
    await expect(indexOf(text, { limits: { runs: 3 } })).resolves.toBeDefined();
  });
});
