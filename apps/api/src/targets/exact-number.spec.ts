import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { createConverter, type ColumnType } from './column-types.js';
import {
  isWrittenNumber,
  readExactNumber,
  writeInDigits,
  writeNumberValue,
} from './exact-number.js';
import { createRowReader } from '../sources/rows/row-reader.js';

const NUMBER = /^-?(0|[1-9]\d{0,25})(\.\d{1,25})?([eE][+-]?\d{1,3})?$/;

describe('readExactNumber', () => {
  it('keeps any number that JSON can write', () => {
    fc.assert(
      fc.property(fc.stringMatching(NUMBER), (text) => {
        const number = readExactNumber(text);
        expect(isWrittenNumber(number) ? JSON.stringify(number) : String(number)).toBe(text);
      }),
    );
  });

  it.each([
    ['7', 7],
    ['-1.5', -1.5],
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740992', 9_007_199_254_740_992n],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['-1152921504606846976', -1_152_921_504_606_846_976n],
    ['1e21', { rawJSON: '1e21' }],
    ['1.10', { rawJSON: '1.10' }],
    ['-0', { rawJSON: '-0' }],
    ['1'.repeat(1_001), { rawJSON: '1'.repeat(1_001) }],
  ])('%s', (text, expected) => {
    expect(readExactNumber(text)).toEqual(expected);
  });
});

it.each([
  ['1.10', '1.10'],
  ['1.5e3', '1500'],
  ['-1.25E+1', '-12.5'],
  ['1e-3', '0.001'],
  ['12.5e-1', '1.25'],
  ['0.0e5', '0'],
  ['1e1000', `1${'0'.repeat(1_000)}`],
  ['1e1001', undefined],
  ['1e-999999999', undefined],
])('writes %s in digits', (rawJSON, expected) => {
  expect(writeInDigits({ rawJSON })).toBe(expected);
});

it.each([
  ['2025', '2025'],
  ['2025.0', '2025'],
  ['2.025e3', '2025'],
  ['1.10', '1.1'],
  ['1e-7', '0.0000001'],
  ['1e21', `1${'0'.repeat(21)}`],
  ['100', '100'],
  ['20250131235959999', '20250131235959999'],
  ['1e1001', undefined],
  [`1.${'0'.repeat(1_000)}`, undefined],
])('writes the value of %s in digits', (text, expected) => {
  expect(writeNumberValue(readExactNumber(text))).toBe(expected);
  const number = Number(text);
  if (text.length < 16 && Number.isFinite(number)) {
    expect(writeNumberValue(number)).toBe(expected);
  }
});

describe('a number that is kept as its text', () => {
  it.each<[ColumnType, string, unknown]>([
    ['decimal', '1.10', '1.10'],
    ['decimal', '1.5e3', '1500'],
    ['decimal', '0.12345678901234567890', '0.12345678901234567890'],
    ['real', '1.10', 1.1],
    ['real', '1e400', undefined],
    ['integer', '7.0', 7],
    ['integer', '1e3', 1_000],
    ['integer', '9223372036854775807.0', 9_223_372_036_854_775_807n],
    ['integer', '1.0000000000000000001', undefined],
    ['integer', '1e999999999', undefined],
    ['boolean', '1.0', 1],
    ['json', '1.10', '1.10'],
    ['text', '1.10', undefined],
    ['date', '1.10', undefined],
    ['timestamp', '1e3', undefined],
  ])('fits a column of %s: %s', (type, text, expected) => {
    expect(createConverter(type, true)(readExactNumber(text), true)).toBe(expected);
  });

  it('is shown as it is written where it does not fit', () => {
    const read = createRowReader([{ name: 'n', from: 'n', type: 'text', nullable: false }]);
    const row = { row: 3, values: { n: readExactNumber('1.10') }, typed: true };
    expect(() => read(row)).toThrow('got 1.10 (number)');
  });
});
