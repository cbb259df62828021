import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  COLUMN_TYPE_NAMES,
  createConverter,
  showValue,
  type ColumnType,
  type StoredValue,
} from './column-types.js';

const convert = (type: ColumnType, received: unknown, nullable = false) =>
  createConverter(type, nullable)(received, false);

describe('createConverter', () => {
  it.each<[ColumnType, unknown, unknown]>([
    ['text', ' as it is ', ' as it is '],
    ['text', '文本 🐦', '文本 🐦'],
    ['integer', '300', 300],
    ['integer', ' -7 ', -7],
    ['integer', '+7', 7],
    ['integer', '-0', 0],
    ['integer', -0, 0],
    ['integer', '0007', 7],
    ['integer', `${'0'.repeat(40)}5`, 5],
    ['integer', '9007199254740991', 9_007_199_254_740_991],
    ['integer', '9007199254740993', 9_007_199_254_740_993n],
    ['integer', '9223372036854775807', 9_223_372_036_854_775_807n],
    ['integer', '-9223372036854775808', -9_223_372_036_854_775_808n],
    ['integer', 5n, 5],
    ['integer', 9_007_199_254_740_993n, 9_007_199_254_740_993n],
    ['integer', 2 ** 53 - 1, 9_007_199_254_740_991],
    ['real', '12.50', 12.5],
    ['real', '-.5', -0.5],
    ['real', '5.', 5],
    ['real', '1E3', 1_000],
    ['real', 2.5, 2.5],
    ['real', 5n, 5],
    ['decimal', '12.50', '12.50'],
    ['decimal', ' 0.10 ', '0.10'],
    ['decimal', '123456789012345678901234567890.123', '123456789012345678901234567890.123'],
    ['decimal', 12.5, '12.5'],
    ['decimal', 1e-7, '0.0000001'],
    ['decimal', -1.25e-9, '-0.00000000125'],
    ['decimal', 1e21, '1000000000000000000000'],
    ['decimal', -1.5e22, '-15000000000000000000000'],
    ['decimal', -0, '0'],
    ['decimal', 12_345_678_901_234_567_890n, '12345678901234567890'],
    ['boolean', 'true', 1],
    ['boolean', 'FALSE', 0],
    ['boolean', '1', 1],
    ['boolean', '0', 0],
    ['boolean', true, 1],
    ['boolean', 0, 0],
    ['boolean', 1n, 1],
    ['boolean', 0n, 0],
    ['boolean', false, 0],
    ['date', ' 2024-02-29', '2024-02-29'],
    ['timestamp', '2025-10-03T08:00:00Z', '2025-10-03T08:00:00.000000Z'],
    ['timestamp', '2025-10-03 08:00:00.5+02:00', '2025-10-03T06:00:00.500000Z'],
    ['timestamp', '2025-01-01T00:30:00+0100', '2024-12-31T23:30:00.000000Z'],
    ['timestamp', '2024-02-28T23:59:59,999999-00:01', '2024-02-29T00:00:59.999999Z'],
    ['timestamp', '2025-10-03t08:00:00.123456000z', '2025-10-03T08:00:00.123456Z'],
    ['timestamp', new Date('2025-10-03T08:00:00.5+02:00'), '2025-10-03T06:00:00.500000Z'],
    ['json', ' {"a": 12345678901234567890} ', '{"a": 12345678901234567890}'],
    ['json', 'null', 'null'],
    ['json', { a: [1] }, '{"a":[1]}'],
    ['json', [1n, true], '[1,true]'],
    ['json', 0.5, '0.5'],
    ['json', false, 'false'],
  ])('%s takes %o as %o', (type, received, value) => {
    expect(convert(type, received)).toEqual(value);
  });

  it.each<[ColumnType, unknown]>([
    ['text', 5],
    ['text', 'a\0b'],
    ['text', 'a\uD800'],
    ['text', true],
    ['text', new Date(0)],
    ['text', Symbol('a')],
    ['integer', '1e3'],
    ['integer', '1 000'],
    ['integer', '1,000'],
    ['integer', '5.0'],
    ['integer', '0x10'],
    ['integer', '--5'],
    ['integer', '9223372036854775808'],
    ['integer', '-9223372036854775809'],
    ['integer', '9'.repeat(1_000_000)],
    ['integer', 2 ** 53],
    ['integer', 1.5],
    ['integer', 2n ** 63n],
    ['integer', Number.NaN],
    ['integer', Number.POSITIVE_INFINITY],
    ['integer', true],
    ['integer', [5]],
    ['integer', 'fast'],
    ['real', 'NaN'],
    ['real', 'Infinity'],
    ['real', '1e999'],
    ['real', '0x10'],
    ['real', '1_000'],
    ['real', '12,5'],
    ['real', '.'],
    ['real', Number.NaN],
    ['real', Number.NEGATIVE_INFINITY],
    ['real', 10n ** 400n],
    ['real', true],
    ['decimal', '1e3'],
    ['decimal', '.'],
    ['decimal', '1.2.3'],
    ['decimal', '1'.repeat(1_001)],
    ['decimal', 10n ** 1_000n],
    ['decimal', Number.NaN],
    ['decimal', Number.POSITIVE_INFINITY],
    ['decimal', true],
    ['boolean', 'yes'],
    ['boolean', 2],
    ['boolean', Number.NaN],
    ['boolean', {}],
    ['date', '2025-02-29'],
    ['date', '2025-1-1'],
    ['date', '2025-01-01T00:00:00Z'],
    ['date', new Date('2025-01-01T00:00:00Z')],
    ['date', 20_250_101],
    ['timestamp', new Date(Number.NaN)],
    ['timestamp', new Date(8.64e15)],
    ['timestamp', 1_759_478_400_000],
    ['timestamp', '2025-10-03T08:00:00'],
    ['timestamp', '2025-10-03'],
    ['timestamp', '2025-02-29T08:00:00Z'],
    ['timestamp', '2025-10-03T24:00:00Z'],
    ['timestamp', '2025-10-03T08:00:60Z'],
    ['timestamp', '2025-10-03T08:00:00.1234567Z'],
    ['timestamp', '2025-10-03T08:00:00+24:00'],
    ['timestamp', '0001-01-01T00:00:00+01:00'],
    ['timestamp', '9999-12-31T23:59:59-01:00'],
    ['json', '{a: 1}'],
    ['json', () => 1],
    ['json', Number.NaN],
    ['json', '"\uD800"'],
  ])('%s refuses %o', (type, received) => {
    expect(convert(type, received)).toBeUndefined();
    expect(convert(type, received, true)).toBeUndefined();
  });

  it.each(COLUMN_TYPE_NAMES)('nothing and an empty field of a nullable %s are NULL', (type) => {
    for (const received of ['', null, undefined]) {
      expect(convert(type, received, true)).toEqual(null);
    }
  });

  it.each(COLUMN_TYPE_NAMES)("an empty field is '' in text and refused elsewhere: %s", (type) => {
    expect(convert(type, '')).toBe(type === 'text' ? '' : undefined);
    expect(convert(type, null)).toBeUndefined();
    expect(convert(type, undefined)).toBeUndefined();
  });

  it('leaves an empty text as it is where the source distinguishes it from a missing value', () => {
    const typed = (type: ColumnType, received: unknown) =>
      createConverter(type, true)(received, true);
    expect(typed('text', '')).toEqual('');
    for (const type of COLUMN_TYPE_NAMES) {
      expect(typed(type, null)).toEqual(null);
      expect(typed(type, undefined)).toEqual(null);
      if (type !== 'text') expect(typed(type, '')).toEqual(null);
    }
  });

  it('keeps blanks alone in text, and takes them for an empty field elsewhere', () => {
    expect(convert('text', '  ', true)).toEqual('  ');
    expect(convert('integer', '  ', true)).toEqual(null);
  });

  it('keeps every integer of 64 bits exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
        return BigInt(convert('integer', String(integer)) ?? Number.NaN) === integer;
      }),
    );
  });

  it('reads back every real number that is written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        return Number(convert('real', String(number))) === number;
      }),
    );
  });

  it('writes every number as a decimal that reads back as the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        return Number(convert('decimal', number)) === number + 0;
      }),
    );
  });

  it('moves a timestamp to UTC as Date does', () => {
    const instants = fc.date({
      min: new Date('0002-01-01T00:00:00Z'),
      max: new Date('9998-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, fc.integer({ min: -1_439, max: 1_439 }), (instant, offset) => {
        const local = new Date(instant.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const two = (value: number): string => String(value).padStart(2, '0');
        const minutes = Math.abs(offset);
        const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
        expect(convert('timestamp', local + zone)).toBe(instant.toISOString().replace('Z', '000Z'));
      }),
    );
  });

  it('refuses or converts anything at all, and never throws', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...COLUMN_TYPE_NAMES),
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
        fc.boolean(),
        (type, received, nullable) => {
          expect(typeof convert(type, received, nullable)).toMatch(
            /^(string|number|bigint|object|undefined)$/,
          );
        },
      ),
    );
  });
});

/** A value of a target as an answer writes it. */
function written(type: ColumnType, stored: StoredValue): string {
  return JSON.stringify(showValue(type, stored));
}

describe('a value of a target in an answer', () => {
  it.each<[string, ColumnType, StoredValue, string]>([
    ['null where there is none', 'json', null, 'null'],
    ['null where there is none', 'boolean', null, 'null'],
    ['a number', 'integer', '9007199254740991', '9007199254740991'],
    ['a number', 'integer', '0', '0'],
    ['its digits beyond 2^53', 'integer', '-9007199254740992', '"-9007199254740992"'],
    ['its digits beyond 2^53', 'integer', '9223372036854775807', '"9223372036854775807"'],
    ['true or false', 'boolean', 1, 'true'],
    ['true or false', 'boolean', 0, 'false'],
    ['a text as it is written', 'decimal', '1.10', '"1.10"'],
    ['a text as it is written', 'date', '2012-03-01', '"2012-03-01"'],
    [
      'a text as it is written',
      'timestamp',
      '2012-03-01T00:00:00.000000Z',
      '"2012-03-01T00:00:00.000000Z"',
    ],
    ['a text as it is written', 'text', '=1+1', '"=1+1"'],
    ['a number', 'real', 1.5, '1.5'],
  ])('is %s: %s %j', (_what, type, stored, answer) => {
    expect(written(type, stored)).toBe(answer);
  });

  it('is what it writes for JSON, to the last digit and under any name', () => {
    const text =
      '{"n":[12345678901234567890,1.10,1e400,-0.0],"__proto__":{"a":null},"b":[true,"x"]}';
    expect(written('json', text)).toBe(text);
  });

  it('is a text for JSON that is nested too deeply to be written again', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(written('json', nested(200))).toBe(nested(200));
    expect(written('json', nested(202))).toBe(JSON.stringify(nested(202)));
    expect(written('json', nested(100_000))).toBe(JSON.stringify(nested(100_000)));
  });
});

it.each([
  ['real', '1'],
  ['real', '1.'],
  ['integer', '0'],
  ['integer', '1'],
  ['decimal', '1'],
  ['timestamp', '2025-01-01T00:00:00.000000'],
] as const)('refuses %s of a million digits and a letter at once: %j', (type, begin) => {
  // With a pattern that tries every split, this takes hours.
  expect(convert(type, `${begin}${'0'.repeat(1_000_000)}x`)).toBeUndefined();
});
