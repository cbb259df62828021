import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { draws } from '../../../../../test/draws.js';
import { listOf, rowsOf } from '../day-source.fixture.js';
import type { SourceRow } from '../day-source.js';
import { concernsOneRow } from '../day-errors.js';
import { readExactNumber } from '../../targets/exact-number.js';
import { readFormat, type FormatOptions, type RowFormat } from './read-format.js';

const signal = new AbortController().signal;
const MANY = draws(5_000, 20_000);
const RUNS = { numRuns: draws(25, 100) };

async function* inOneChunk(
  bytes: Uint8Array,
  sizes: readonly number[],
): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (let turn = 0; start < bytes.length; turn += 1) {
    const end = start + (sizes[turn % sizes.length] ?? bytes.length);
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function read(
  body: string | Uint8Array,
  options: Partial<FormatOptions> & { readonly format: RowFormat },
  sizes: readonly number[] = [7],
): Promise<SourceRow[]> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return listOf(rowsOf(readFormat(inOneChunk(bytes, sizes), { signal, ...options })));
}

const valuesOf = (rows: readonly SourceRow[]): unknown[] => rows.map(({ values }) => values);

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
const jsonRow = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue());

/** As the formats read it: what JavaScript would write otherwise stays as it is written. */
function exactly(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), ((_: string, item: unknown, at: { source: string }) =>
    typeof item === 'number' ? readExactNumber(at.source) : item) as (
    key: string,
    value: unknown,
  ) => unknown) as unknown;
}

/** So many rows, counted from 1, with types of their own. */
function expectNumbered(found: readonly SourceRow[], count: number): void {
  const expected = Array.from({ length: count }, (_, at) => [at + 1, true]);
  expect(found.map(({ row, typed }) => [row, typed])).toEqual(expected);
}

it('keeps columns without a name apart, and writes a row as the file has it', async () => {
  const body = 'a,,,(column 3)\n1,2,3,4\n';
  const chunks = readFormat(inOneChunk(Buffer.from(body), [7]), { signal, format: 'csv' });
  for await (const chunk of chunks) {
    const [row] = chunk;
    expect(row?.values).toEqual({
      ...{ a: '1', '(column 2)': '2', '(column 3) ': '3', '(column 3)': '4' },
    });
    expect(chunk.origin?.writeRow?.(row?.values ?? {})).toBe('1,2,3,4');
  }
  expect.assertions(2);
});

describe('any rows come back, wherever the body is cut into chunks', () => {
  it('json', async () => {
    const spaces = fc.constantFrom(0, 2, '\t');
    await fc.assert(
      fc.asyncProperty(fc.array(jsonRow), sizes, spaces, async (rows, cuts, space) => {
        const body = JSON.stringify({ a: [{ b: 1 }], 'x/~': [null, rows], c: 'end' }, null, space);
        const found = await read(body, { format: 'json', pointer: '/x~1~0/1' }, cuts);
        expect(valuesOf(found)).toEqual(exactly(rows));
        expectNumbered(found, rows.length);
      }),
      RUNS,
    );
  });

  it('ndjson', async () => {
    const lineEnd = fc.constantFrom('\n', '\r\n', '\n\n \n');
    await fc.assert(
      fc.asyncProperty(fc.array(jsonRow), sizes, lineEnd, async (rows, cuts, end) => {
        const body = rows.map((row) => JSON.stringify(row)).join(end);
        const found = await read(body, { format: 'ndjson' }, cuts);
        expect(valuesOf(found)).toEqual(exactly(rows));
        expectNumbered(found, rows.length);
      }),
      RUNS,
    );
  });

  it('csv', async () => {
    const cell = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\r', ''));
    const rows = fc.array(fc.record({ a: cell, 'b "雨"': cell }, { noNullPrototype: true }));
    await fc.assert(
      fc.asyncProperty(rows, sizes, fc.constantFrom('\n', '\r\n'), async (given, cuts, end) => {
        const records = [['a', 'b "雨"'], ...given.map((row) => Object.values(row))];
        const quoted = records.map((fields) =>
          fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(),
        );
        const found = await read(`\uFEFF${quoted.join(end)}`, { format: 'csv' }, cuts);
        expect(valuesOf(found)).toEqual(given);
        expect(found.map(({ row }) => row)).toEqual(given.map((_, at) => at + 1));
      }),
      RUNS,
    );
  });
});

it.each(['json', 'ndjson', 'csv'] as const)(
  'keeps the mark U+FEFF inside of a text: %s',
  async (format) => {
    const text = '\uFEFFa\n\uFEFF';
    const row = JSON.stringify({ a: text });
    const bodies = { json: `[${row}]`, ndjson: row, csv: `a\n"${text}"\n` };
    expect(valuesOf(await read(`\uFEFF${bodies[format]}`, { format }))).toEqual([{ a: text }]);
  },
);

it.each(['json', 'ndjson'] as const)('the numbers of %s keep every digit', async (format) => {
  const numbers = fc.oneof(
    fc.bigInt().map(String),
    fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
    fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?([eE][+-]?\d{1,4})?$/),
  );
  /** How the bigint of an integer is written below, so that it differs from a number. */
  const asWritten = (text: string): string =>
    typeof readExactNumber(text) === 'bigint' ? `${text}.0` : text;
  const examples = ['0.0000001', '-0', '1.50', '1e2'].map((text): [string, number[]] => [
    text,
    [5],
  ]);
  await fc.assert(
    fc.asyncProperty(numbers, sizes, async (text, cuts) => {
      const row = `{"n":${text},"in":[{"n":${text}}]}`;
      const body = format === 'json' ? `[${row}]` : row;
      const [found] = await read(body, { format }, cuts);
      expect(
        JSON.stringify(found?.values, (_, item: unknown) =>
          typeof item === 'bigint' ? readExactNumber(`${item}.0`) : item,
        ),
      ).toBe(row.replaceAll(text, asWritten(text)));
    }),
    { ...RUNS, examples },
  );
});

/** What is wrong, in which body, the code of the failure, and its row. */
const cases: readonly [string, RowFormat, string, string, number?][] = [
  ['a row that is a list', 'json', '[{},[]]', 'ROW_INVALID', 2],
  ['a row that is a list', 'ndjson', '{}\n[]\n', 'ROW_INVALID', 2],
  ['a row that is null', 'json', '[null]', 'ROW_INVALID', 1],
  ['a row that is a number', 'ndjson', '1.10', 'ROW_INVALID', 1],
  ['a row that is null', 'ndjson', 'null', 'ROW_INVALID', 1],
  ['a ragged row', 'csv', 'a,b\n1,2\n1\n', 'ROW_RAGGED', 2],
  ['a column twice', 'csv', 'a,a\n1,2\n', 'COLUMN_DUPLICATE'],
  ['no JSON', 'json', '[{},{"a":x}]', 'UNREADABLE', 2],
  ['a missing comma', 'json', '[{"a":1}{"a":2}]', 'UNREADABLE'],
  ['a missing comma in a row', 'json', '[{"a":1 "b":12345678901234567890}]', 'UNREADABLE'],
  ['a comma at the end', 'json', '[{"a":1},]', 'UNREADABLE'],
  ['the wrong bracket', 'json', '[{"a":[1}]', 'UNREADABLE'],
  ['something after the end', 'json', '[] []', 'UNREADABLE'],
  ['no line of JSON', 'ndjson', '<a>\n<b>\n', 'UNREADABLE', 1],
  ['a second byte order mark', 'json', '\uFEFF\uFEFF[]', 'UNREADABLE'],
  ['a second byte order mark', 'ndjson', '\uFEFF\uFEFF{}', 'UNREADABLE'],
  ['a page of HTML', 'json', '<html>', 'UNREADABLE'],
  ['no JSON', 'ndjson', '{}\n{"a":x}\n{}', 'UNREADABLE', 2],
  ['no JSON in a last line without an end', 'ndjson', '{}\n{"a":}', 'UNREADABLE', 2],
  ['half a line that has an end', 'ndjson', '{}\n\n \n{"a":\n', 'UNREADABLE', 2],
  ['lines that end in CR alone', 'csv', 'a,b\r1,2\r', 'UNREADABLE'],
  ['no CSV', 'csv', 'a,b\n"x"y,2\n', 'UNREADABLE', 1],
  ['a list without an end', 'json', '['.repeat(3000), 'CUT_OFF'],
  ['a cut in a row', 'json', '[{},{"a":"x', 'CUT_OFF', 2],
  ['a cut in a number', 'json', '[{"a":1', 'CUT_OFF'],
  ['a cut between rows', 'json', '[{},', 'CUT_OFF'],
  ['an empty body', 'json', '', 'CUT_OFF'],
  ['a cut in a row', 'ndjson', '{}\n{"a":"x', 'CUT_OFF', 2],
  ['a cut in quotes', 'csv', 'a,b\n1,2\n1,"x', 'CUT_OFF', 2],
];

describe('a body that fails', () => {
  it.each(cases)('%s in %s', async (_, format, body, code, row) => {
    const expected = {
      ...{ kind: code === 'CUT_OFF' ? 'passing' : 'lasting', code: `SOURCE_${code}` },
      ...(row === undefined ? {} : { place: { row } }),
    };
    for (const cuts of [[1], [1_000]]) {
      await expect(read(body, { format }, cuts)).rejects.toMatchObject(expected);
    }
  });

  it.each(['json', 'ndjson', 'csv'] as const)('%s that is not UTF-8', async (format) => {
    const body = Buffer.concat([
      Buffer.from(format === 'csv' ? 'a,bcdef雨' : '[{"a":"雨'),
      Buffer.from([0xff, 0x22]),
    ]);
    for (const cuts of [[1], [1_000]]) {
      await expect(read(body, { format }, cuts)).rejects.toMatchObject({
        kind: 'lasting',
        code: 'SOURCE_ENCODING_INVALID',
        message: expect.stringContaining('at byte 10') as unknown,
      });
    }
    const cutInCharacter = body.subarray(0, 9);
    const cutOff = { code: 'SOURCE_CUT_OFF' };
    await expect(read(cutInCharacter, { format })).rejects.toMatchObject(cutOff);
    // A bad byte at the end is no character that was cut.
    await expect(read(body.subarray(0, -1), { format })).rejects.toMatchObject({
      code: 'SOURCE_ENCODING_INVALID',
    });
  });

  it.each([
    ['json', '[{"a":"short"},{"a":"', ''],
    ['json', '{"a":"', '/items'],
    ['ndjson', '{"a":"short"}\n{"a":"', ''],
    ['csv', 'a\nshort\n"', ''],
  ] as const)('%s with a row that is too large: %s', async (format, begin, pointer) => {
    for (const end of ['', '"}', '"}]', '"\n', '"}\n']) {
      const body = begin + 'x'.repeat(1_000) + end;
      for (const cuts of [[100], [100_000]]) {
        await expect(read(body, { format, pointer, maxRowBytes: 500 }, cuts)).rejects.toMatchObject(
          { kind: 'lasting', code: 'SOURCE_ROW_TOO_LARGE' },
        );
      }
    }
  });
});

it('takes a row of ndjson of just the bytes that it may have, and none of one more', async () => {
  const row = (text: string): string => JSON.stringify({ a: text });
  for (const text of ['x'.repeat(60), '雨'.repeat(20), '😀'.repeat(15)]) {
    const body = `{}\n${row(text)}\n{}\n`;
    const maxRowBytes = Buffer.byteLength(row(text));
    for (const cuts of [[1], [7], [1_000]]) {
      expect(await read(body, { format: 'ndjson', maxRowBytes }, cuts)).toHaveLength(3);
      const larger = read(body, { format: 'ndjson', maxRowBytes: maxRowBytes - 1 }, cuts);
      await expect(larger).rejects.toMatchObject({
        code: 'SOURCE_ROW_TOO_LARGE',
        place: { row: 2 },
      });
    }
  }
});

it.each([
  ['ndjson', 'Bearer CANARY', 'row 1, line 1: expected JSON, got something else at byte 0'],
  ['ndjson', '{"a":CANARY}\n', 'row 1, line 1: expected JSON, got something else at byte 5'],
  ['ndjson', '{}\n\n \n{"a":\n', 'row 2, line 4: expected JSON, got the end of the line at byte 5'],
  [
    'csv',
    'a\nCANARY "x"\n',
    'row 1: expected CSV as in RFC 4180, got INVALID_OPENING_QUOTE at line 2',
  ],
  [
    'csv',
    'a\n"CANARY"CANARY\n',
    'row 1: expected CSV as in RFC 4180, got CSV_INVALID_CLOSING_QUOTE at line 2',
  ],
] as const)('says where %s breaks, and nothing of what %j has', async (format, body, message) => {
  await expect(read(body, { format })).rejects.toMatchObject({ message });
});

describe('the header of CSV', () => {
  const columns = [{ name: 'n', from: 'N', type: 'text', nullable: false }] as const;

  it.each(['other\n', 'other\n1\n', 'n'])('that lacks a column is reported: %j', async (body) => {
    await expect(read(body, { format: 'csv', columns })).rejects.toMatchObject({
      kind: 'source_wide',
      code: 'SOURCE_COLUMN_MISSING',
      place: { column: 'N' },
    });
  });

  it('that has them all may have others, and no row', async () => {
    expect(await read('x,N\n', { format: 'csv', columns })).toEqual([]);
    expect(await read('"two\r\nlines",N\n', { format: 'csv', columns })).toEqual([]);
    expect(await read('', { format: 'csv', columns })).toEqual([]);
  });

  it('is shown shortened', async () => {
    const name = 'k'.repeat(2_000);
    await expect(read(`${name},${name}\n`, { format: 'csv' })).rejects.toMatchObject({
      message: expect.stringMatching(/^.{1,400}$/) as unknown,
    });
  });
});

describe('the pointer to the rows', () => {
  it.each([
    ['/data/items', '{"data":{"rows":[],"next":1}}', 'the keys "rows", "next" at "/data"'],
    ['/data/items', '{"data":{"items":{"a":1}}}', 'an object'],
    ['', '{"error":"no"}', 'an object'],
    ['/items', '[]', 'nothing'],
    ['/items', '{"items":null}', 'null'],
    ['/0', '["x"]', '"x" (text)'],
    ['/a', '{"b":{"a":[]}}', 'the keys "b" at ""'],
    ['', '12', '12 (number)'],
    ['/a', `{"${'k'.repeat(999)}":1}`, `the keys "${'k'.repeat(79)}…" at ""`],
  ])('%s in %s', async (pointer, body, received) => {
    await expect(read(body, { format: 'json', pointer })).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SOURCE_ROWS_MISSING',
      message: `expected a list of rows at ${JSON.stringify(pointer)}, got ${received}`,
    });
  });

  it('leads past lists and objects that look alike', async () => {
    const body =
      '{"x":[{"items":[{}]}],"data":{"x":"items","items":[{"a":{"items":[1]}}]},"items":1}';
    const rows = await read(body, { format: 'json', pointer: '/data/items' });
    expect(valuesOf(rows)).toEqual([{ a: { items: [1] } }]);
  });

  it('may lead to one list only', async () => {
    const rows = read('{"a":[{}],"a":[{}]}', { format: 'json', pointer: '/a' });
    await expect(rows).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
  });
});

describe('a body that exceeds a bound is refused with what it has:', () => {
  const numbered = (count: number, item: (at: number) => string): string =>
    Array.from({ length: count }, (_, at) => item(at)).join();
  const rows = (format: RowFormat, row: string): string => (format === 'json' ? `[${row}]` : row);

  it('a header of 150,000 columns', async () => {
    const body = `${numbered(150_000, (at) => `c${at}`)}\n`;
    await expect(read(body, { format: 'csv' }, [65_536])).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SOURCE_TOO_MANY_COLUMNS',
      message:
        'the header: expected at most 10000 columns, got 150000: leave out those that no target needs, or turn them into rows',
    });
    const most = `${numbered(10_000, (at) => `c${at}`)}\n`;
    expect(await read(most, { format: 'csv' }, [65_536])).toEqual([]);
  });

  it.each([
    ['the header', ''],
    ['row 1', 'a,b\n'],
  ])('commas without end in %s', async (place, header) => {
    let given = 0;
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(header);
      for (;;) {
        given += 65_536;
        yield Buffer.alloc(65_536, ',');
      }
    };
    await expect(
      listOf(rowsOf(readFormat(body(), { format: 'csv', signal }))),
    ).rejects.toMatchObject({
      code: 'SOURCE_TOO_MANY_COLUMNS',
      message: expect.stringContaining(
        `${place}: expected at most 10000 columns, got more`,
      ) as unknown,
    });
    expect(given).toBeLessThan(2_000_000);
  });

  it.each(['json', 'ndjson'] as const)('a row of %s with too many keys', async (format) => {
    const body = rows(format, `{${numbered(20_000, (at) => `"k${at}":1`)}}`);
    await expect(read(body, { format }, [65_536])).rejects.toMatchObject({
      kind: 'lasting',
      code: 'SOURCE_TOO_MANY_COLUMNS',
      place: { row: 1 },
      message: expect.stringContaining('at most 10000 columns, got 20000') as unknown,
    });
  });

  it.each(['json', 'ndjson'] as const)('a row of %s with many values', async (format) => {
    // A line so long is read piece by piece.
    const long = format === 'json' ? 0 : 300_000;
    for (const [count, pads] of [
      [99_998, long],
      [99_999, 0],
      [99_999, long],
    ] as const) {
      // The row and its list count, too.
      const row = `{"a":[${numbered(count, () => '1')}${' '.repeat(pads)}]}`;
      const reading = read(rows(format, row), { format }, [65_536]);
      if (count + 2 <= 100_000) expect(await reading).toHaveLength(1);
      else {
        await expect(reading).rejects.toMatchObject({
          kind: 'lasting',
          code: 'SOURCE_TOO_MANY_VALUES',
          place: { row: 1 },
          message: expect.stringContaining('got 100001: split it') as unknown,
        });
      }
    }
    const keys = rows(format, `{"a":{${numbered(99_997, (at) => `"${at}":"x"`)}}}`);
    expect(await read(keys, { format }, [65_536])).toHaveLength(1);
  });

  it.each([
    ['json', 999, 0],
    ['json', 200_000, 0],
    ['ndjson', 999, 0],
    ['ndjson', 1_000, 0],
    ['ndjson', 200_000, 0],
    ['ndjson', 999, 300_000],
    ['ndjson', 200_000, 300_000],
  ] as const)('levels of %s: %i in a row, and %i blanks', async (format, levels, blanks) => {
    const row = `{"a":${'['.repeat(levels)}1.0${' '.repeat(blanks)}${']'.repeat(levels)}}`;
    const reading = read(rows(format, row), { format }, [65_536]);
    if (levels < 1_000) expect(await reading).toHaveLength(1);
    else {
      await expect(reading).rejects.toMatchObject({
        kind: 'lasting',
        code: 'SOURCE_TOO_DEEP',
        place: { row: 1 },
        message: expect.stringContaining(`at most 1000 levels, got ${levels + 1}`) as unknown,
      });
    }
  });

  it('levels around the rows', async () => {
    await expect(read('['.repeat(3_000), { format: 'json', pointer: '/a' })).rejects.toMatchObject({
      code: 'SOURCE_TOO_DEEP',
      message: expect.stringContaining('at most 1000 levels around the rows') as unknown,
    });
  });
});

describe('a line of ndjson that is read piece by piece', () => {
  const pad = ' '.repeat(300_000);

  it('comes to the same as one that is read at once', async () => {
    await fc.assert(
      fc.asyncProperty(jsonRow, async (row) => {
        const text = JSON.stringify(row);
        const long = `{}\n${text.slice(0, 1)}${pad}${text.slice(1)}\n{"a":1}`;
        const found = await read(long, { format: 'ndjson' }, [40_000]);
        expect(valuesOf(found)).toEqual([{}, exactly(row), { a: 1 }]);
        expectNumbered(found, 3);
      }),
      { numRuns: draws(5, 20) },
    );
  });

  it.each([
    [`{"a":x${pad}}\n`, 'UNREADABLE', 'row 1, line 1: expected JSON, got something else at byte 5'],
    [`{"a" 1${pad}}\n`, 'UNREADABLE', 'row 1, line 1: expected JSON, got something else at byte 5'],
    [`{"a":1}${pad}{}\n`, 'UNREADABLE', 'expected JSON, got something else at byte 300007'],
    [`{"a":1${pad}\n`, 'UNREADABLE', 'expected JSON, got the end of the line at byte 300006'],
    [`{"a":1${pad}`, 'CUT_OFF', 'expected a line of JSON, got its end at byte 300006'],
    [`{"a":"${pad}`, 'CUT_OFF', 'expected a line of JSON, got its end at byte 300006'],
    [`[${pad}]\n`, 'ROW_INVALID', 'an object of columns and values, got a list of 0'],
    [`${'1'.repeat(300_000)}\n`, 'ROW_INVALID', 'an object of columns and values, got '],
  ])('fails as one that is read at once: %.10s %#', async (body, code, message) => {
    for (const cuts of [[65_536], [1_000_000]]) {
      await expect(read(body, { format: 'ndjson' }, cuts)).rejects.toMatchObject({
        code: `SOURCE_${code}`,
        message: expect.stringContaining(message) as unknown,
      });
    }
  });
});

it.each(['json', 'ndjson', 'csv'] as const)('leaves %s that never comes', async (format) => {
  const controller = new AbortController();
  const rows = readFormat(
    { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) },
    { format, signal: controller.signal },
  );
  const collected = listOf(rowsOf(rows));
  controller.abort(new Error('enough'));
  await expect(collected).rejects.toThrow('enough');
});

it.each(['json', 'ndjson', 'csv'] as const)('lets go of %s that is left early', async (format) => {
  let closed = false;
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.from({ json: '[{"a":1},', ndjson: '{"a":1}\n', csv: 'a\n1\n' }[format]);
    } finally {
      closed = true;
    }
  };
  for await (const { row } of rowsOf(readFormat(bytes(), { format, signal }))) {
    expect(row).toBe(1);
    break;
  }
  expect(closed).toBe(true);
});

it.each(['json', 'ndjson', 'csv'] as const)(
  'reads many rows of %s without holding them',
  async (format) => {
    let given = 0;
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from({ json: '[', ndjson: '', csv: 'n,text\n' }[format]);
      for (; given < MANY; given += 100) {
        const rows = Array.from({ length: 100 }, (_, at) => {
          const row = { n: given + at, text: 'x'.repeat(50) };
          return format === 'csv' ? `${row.n},${row.text}\n` : `${JSON.stringify(row)}\n`;
        });
        yield Buffer.from(
          (format === 'json' && given > 0 ? ',' : '') + rows.join(format === 'json' ? ',' : ''),
        );
      }
      if (format === 'json') yield Buffer.from(']');
    };
    let [count, misplaced, mostAhead] = [0, 0, 0];
    for await (const row of rowsOf(readFormat(body(), { format, signal }))) {
      count += 1;
      if (row.row !== count) misplaced += 1;
      mostAhead = Math.max(mostAhead, given - count);
    }
    expect([count, misplaced]).toEqual([MANY, 0]);
    expect(mostAhead).toBeLessThan(1_000);
  },
);

const deep = `{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`;
const long = `["${'雨'.repeat(draws(3_000, 30_000))}"]`;
it.each([
  ['csv', 'a,b\n1,2\n3\n"x ""y"", z",5,6\n7,8\n', ['3', '"x ""y"", z",5,6']],
  ['json', '[{"a":1},7,["x", [{}]],{"a":2}]', ['7', '["x", [{}]]']],
  ['json', `[{"a":1},${deep} ,${long},{"a":2}]`, [deep, `["${'雨'.repeat(1_363)}`]],
  ['ndjson', '{"a":1}\n{"a"\n[1]\n{"a":2}\n', ['{"a"', '[1]']],
  ['ndjson', `{"a":1}\n${deep}\n${long}x\n{"a":2}\n`, [deep, `["${'雨'.repeat(1_363)}`]],
] as const)(
  'a row of %s that can’t be read is passed on with its text, and the next ones come',
  async (format, body, texts) => {
    for (const cuts of [[1], [1_000], [100_000]]) {
      const chunks = readFormat(inOneChunk(Buffer.from(body), cuts), { format, signal });
      const rows = (await listOf(chunks)).flat();
      expect(rows.map(({ row, bad }) => [row, bad === undefined])).toEqual([
        [1, true],
        [2, false],
        [3, false],
        [4, true],
      ]);
      const bad = rows.flatMap((row) => row.bad ?? []);
      expect(bad.map(({ text }) => text().slice(0, texts[1].length))).toEqual([
        texts[0].slice(0, texts[1].length),
        texts[1],
      ]);
      for (const [index, { failure }] of bad.entries()) {
        const { kind, code, place } = failure();
        expect([kind, concernsOneRow(code), place.row]).toEqual(['lasting', true, index + 2]);
      }
    }
  },
);
