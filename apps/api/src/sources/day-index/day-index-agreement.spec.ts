import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { SourceError } from '../day-source.js';
import { listOf } from '../day-source.fixture.js';
import type { DayColumn } from '../values/day-column.js';
import { DayIndex, type DayIndexOptions } from './day-index.js';
import { contentOf } from './indexed-content.fixture.js';
import type { RowFormat } from '../formats/read-format.js';

const signal = new AbortController().signal;
const current = (): Promise<boolean> => Promise.resolve(true);

/** The rows of each day that an index lists; undefined for a content that is refused as a whole. */
async function readAll(
  content: string | Uint8Array,
  options: DayIndexOptions,
  size: number,
): Promise<{ readonly days: ReadonlyMap<string, number[]>; readonly count: number } | undefined> {
  let index: DayIndex;
  try {
    index = await DayIndex.build(contentOf(content, size), options, signal);
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
  const days = new Map<string, number[]>();
  let count = index.unreadableRows('x').count;
  for (const day of index.days) {
    const rows = (await listOf(index.rowsOf(day, current, signal))).flat().map(({ row }) => row);
    days.set(day, rows);
    count += rows.length;
  }
  expect(count).toBe(index.rows);
  await index.close();
  return { days, count };
}

/** What is written in each format. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  iso: ['2025-01-31', ' 2025-01-31\t', '2025-01-31T23:59:59.999999Z', '2025-03-09T02:30'],
  epoch_s: ['1738367999', '0', '-1'],
  epoch_ms: ['1738367999999', '1738367999000.5'],
  year: ['2025'],
  year_month: ['202501', '2025-01'],
  yyyyMMdd: ['20250131'],
  'dd.MM.yyyy': ['31.01.2025'],
  'yyyyMMdd.HH': ['20250131.23', '20250131.20'],
  yyyyMMddHHmmssSSS: ['20250131235959999', '20250131235959998'],
  'd MMM yyyy': ['3 Jan 2025'],
};

const digits = (length: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^\\d{0,${length}}$`));
/** A number in all the ways in which JSON may write it. */
const numberOf = (whole: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .record({
      whole,
      fraction: fc.oneof(
        fc.constantFrom('', '', '.0', '.00', '.10', '.999', `.${'0'.repeat(20)}1`),
        digits(24).map((text) => `.${text}1`),
      ),
      exponent: fc.oneof(
        { arbitrary: fc.constant(''), weight: 3 },
        fc.constantFrom('e0', 'e3', 'E+2', 'e-3', 'e-30', 'e400', 'e-400', 'e-2000'),
      ),
    })
    .map((parts) => parts.whole + parts.fraction + parts.exponent);
const anyNumber = numberOf(digits(22).map((text) => `1${text}`));

/** Texts of days in a format, and others. */
function textOf(dayFormat: string): fc.Arbitrary<string> {
  const examples = fc.constantFrom(...(EXAMPLES[dayFormat] ?? []));
  return fc.oneof(examples, anyNumber, fc.constantFrom('', 'NA'), fc.string({ maxLength: 12 }));
}

/** What stands in the place of such a day in JSON. */
function tokenOf(dayFormat: string): fc.Arbitrary<string> {
  const numbers = (EXAMPLES[dayFormat] ?? []).filter((text) => /^-?\d+$/.test(text));
  return fc.oneof(
    numbers.length === 0 ? anyNumber : numberOf(fc.constantFrom(...numbers)),
    anyNumber,
    textOf(dayFormat).map((one) => JSON.stringify(one)),
    fc.constantFrom('null', 'true', '[]', '{}'),
  );
}

const dayFormats = fc.constantFrom(...Object.keys(EXAMPLES));
const dayColumnOf = (format: string): fc.Arbitrary<DayColumn> =>
  fc.constantFrom('UTC', 'America/New_York').map((timeZone) => ({ from: 'day', format, timeZone }));
/** A token of JSON as a field of CSV. */
const inCsv = (token: string): string =>
  token.startsWith('"') ? String(JSON.parse(token)) : token;
const sizes = fc.integer({ min: 1, max: 40 });

describe('what an index lists, the day reads', () => {
  it('in JSON and NDJSON, and both list the same', async () => {
    const beside = fc.oneof(fc.constantFrom('1', '1.50', '"a\\\\"'), anyNumber);
    const draw = dayFormats.chain((format) =>
      fc.record({
        dayColumn: dayColumnOf(format),
        rows: fc.array(fc.record({ day: tokenOf(format), beside }), { minLength: 1, maxLength: 6 }),
        size: sizes,
      }),
    );
    await fc.assert(
      fc.asyncProperty(draw, async ({ dayColumn, rows, size }) => {
        const objects = rows.map((row) => `{"x": ${row.beside}, "day": ${row.day}}`);
        const json = await readAll(`[${objects.join()}]`, { format: 'json', dayColumn }, size);
        const lines = objects.join('\n');
        expect(await readAll(lines, { format: 'ndjson', dayColumn }, size)).toEqual(json);
      }),
      { numRuns: draws(120, 1_000) },
    );
  });

  it('where the day is in several columns', async () => {
    const spelled = (...numbers: readonly string[]): fc.Arbitrary<string> =>
      fc.oneof(
        { arbitrary: fc.constantFrom(...numbers), weight: 4 },
        { arbitrary: fc.constantFrom(...numbers.map((one) => `" ${one}\\t"`)), weight: 2 },
        numberOf(fc.constantFrom(...numbers)),
        fc.constantFrom('null', '""', 'true', '[]', '"Jan"', '2025.000000000000000000001'),
      );
    const parts = [spelled('2025', '2024'), spelled('1', '12', '13'), spelled('3', '30')];
    const hour = spelled('0', '23');
    const columns = fc.constantFrom(
      { format: 'yyyy-M-d', tokens: parts },
      { format: 'year_month', tokens: parts.slice(0, 2) },
      { format: 'yyyy-M-d-H', tokens: [...parts, hour] },
    );
    const draw = columns.chain(({ format, tokens }) =>
      fc.record({
        format: fc.constant(format),
        rows: fc.array(fc.tuple(...tokens), { minLength: 1, maxLength: 6 }),
        size: sizes,
      }),
    );
    const RUNS = draws(90, 600);
    let read = 0;
    await fc.assert(
      fc.asyncProperty(draw, async ({ format, rows, size }) => {
        const from = (rows[0] ?? []).map((_, place) => `p${place}`);
        const dayColumn = { from, format, timeZone: 'UTC' };
        const objects = rows.map((row) => {
          const cells = row.map((token, place) => `"p${place}": ${token}`);
          return `{"x": 1.50, ${cells.join(', ')}}`;
        });
        const json = await readAll(`[${objects.join()}]`, { format: 'json', dayColumn }, size);
        const lines = objects.join('\n');
        expect(await readAll(lines, { format: 'ndjson', dayColumn }, size)).toEqual(json);
        const csv = stringify([['x', ...from], ...rows.map((row) => ['1', ...row.map(inCsv)])]);
        await readAll(csv, { format: 'csv', dayColumn }, size);
        read += json?.days.size ?? 0;
      }),
      { numRuns: RUNS },
    );
    expect(read).toBeGreaterThan(RUNS / 6);
  });

  it('in texts of any bytes', async () => {
    const objects = '{"day":"2025-01-31","x":{"a":[1.0,"\\u00e9\\n"]}}';
    const contents: Readonly<Record<RowFormat, string>> = {
      csv: 'day,x\n2025-01-31,"a ""b"""\r\n#,2025-02-01\n2025-02-01,ü\n\n2025-01-31,c\n',
      json: `[${objects}, ${objects},{"day":"2025-02-01"}]`,
      ndjson: `${objects}\n${objects}\r\n\n{"day":"2025-02-01"}`,
    };
    const byte = fc.oneof(
      fc.constantFrom(...Buffer.from('"\\{}[],:\n\r0.eE-+u# \t\0\u001f')),
      fc.integer({ min: 0, max: 255 }),
    );
    const edit = fc.record({ at: fc.nat(200), byte, isNew: fc.boolean() });
    const edits = fc.array(edit, { minLength: 1, maxLength: 3 });
    const format = fc.constantFrom<RowFormat[]>('csv', 'json', 'ndjson');
    const dialect = fc.record({
      delimiter: fc.constantFrom(',', 'auto'),
      quote: fc.constantFrom('"', ''),
      comment: fc.constantFrom('', '#'),
      skipLines: fc.constantFrom(0, 0, 1),
    });
    await fc.assert(
      fc.asyncProperty(format, dialect, edits, sizes, async (kind, written, drawn, size) => {
        const bytes = [...Buffer.from(contents[kind])];
        for (const one of drawn) {
          bytes.splice(one.at % bytes.length, one.isNew ? 0 : 1, one.byte);
        }
        const dayColumn = { from: 'day', format: 'iso', timeZone: 'UTC' };
        try {
          await readAll(Buffer.from(bytes), { format: kind, dayColumn, dialect: written }, size);
        } catch (error) {
          // The day of a CSV file that has a row in another encoding.
          if (!(error instanceof SourceError && kind === 'csv')) throw error;
          expect(error.code).toBe('SOURCE_ENCODING_INVALID');
        }
      }),
      { numRuns: draws(400, 3_000) },
    );
  });
});
