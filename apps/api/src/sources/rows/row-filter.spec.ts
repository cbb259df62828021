import { describe, expect, it } from 'vitest';
import { readExactNumber } from '../../targets/exact-number.js';
import { SourceError } from '../day-source.js';
import { createRowFilter, type RowTest } from './row-filter.js';
import { createFilteredReader } from './row-reader.js';

const test = (more: Partial<RowTest>): RowTest => ({
  ...{ from: 'a', test: 'equals', values: ['north'] },
  ...more,
});

function isKept(tests: readonly RowTest[], values: Readonly<Record<string, unknown>>): boolean {
  return createRowFilter(tests)?.({ row: 7, values }) ?? true;
}

function failureOf(tests: readonly RowTest[], values: Readonly<Record<string, unknown>>): unknown {
  try {
    return isKept(tests, values);
  } catch (error) {
    return error;
  }
}

describe('createRowFilter', () => {
  it.each<[Partial<RowTest>, unknown, boolean]>([
    [{}, 'north', true],
    [{}, 'North', false],
    [{}, ' north', false],
    [{ values: ['7'] }, 7, true],
    [{ values: ['7'] }, 7n, true],
    [{ values: ['7.10'] }, readExactNumber('7.10'), true],
    [{ values: ['true'] }, true, true],
    [{ values: [''] }, null, true],
    [{ values: [''] }, undefined, true],
    [{ values: [''] }, '', true],
    [{ test: 'in', values: ['north', 'south'] }, 'south', true],
    [{ test: 'in', values: ['north', 'south'] }, 'east', false],
    [{ test: 'not_in', values: ['', 'test'] }, 'east', true],
    [{ test: 'not_in', values: ['', 'test'] }, 'test', false],
    [{ test: 'not_in', values: ['', 'test'] }, null, false],
    [{ test: 'starts_with', values: ['no'] }, 'north', true],
    [{ test: 'starts_with', values: ['no'] }, 'nor', true],
    [{ test: 'starts_with', values: ['no'] }, 'n', false],
  ])('%j: %s', (one, received, expected) => {
    expect(isKept([test(one)], { a: received })).toBe(expected);
  });

  it('keeps a row that passes every test', () => {
    const tests = [test({}), test({ from: 'b', test: 'starts_with', values: ['x'] })];
    expect(isKept(tests, { a: 'north', b: 'xyz' })).toBe(true);
    expect(isKept(tests, { a: 'north', b: 'z' })).toBe(false);
    expect(isKept(tests, { a: 'south', b: 'xyz' })).toBe(false);
  });

  it('reads inside a row', () => {
    const inside = test({ from: 'at', pointer: '/at/side' });
    expect(isKept([inside], { at: { side: 'north' } })).toBe(true);
    expect(isKept([inside], { at: {} })).toBe(false);
    expect(failureOf([inside], { at: 'x' })).toMatchObject({ code: 'VALUE_INVALID' });
  });

  it('reports a row without the column for the whole source', () => {
    expect(failureOf([test({})], { b: 1 })).toMatchObject({
      ...{ kind: 'source_wide', code: 'SOURCE_COLUMN_MISSING', place: { row: 7, column: 'a' } },
      message: 'row 7: expected a column "a" for where, got the columns "b"',
    });
    // What every object inherits is no column.
    expect(failureOf([test({ from: 'constructor' })], {})).toBeInstanceOf(SourceError);
  });

  it('reports what can’t be compared', () => {
    expect(failureOf([test({})], { a: [1] })).toMatchObject({
      ...{ kind: 'lasting', code: 'VALUE_INVALID' },
      message:
        'row 7, column a: expected a text, a number, true or false for where, got a list of 1',
    });
    const thrown = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        throw new Error('mine');
      },
    });
    expect(failureOf([test({})], thrown)).toMatchObject({ code: 'VALUE_INVALID' });
  });

  it('is none without tests', () => {
    expect(createRowFilter([])).toBeUndefined();
  });
});

describe('createFilteredReader', () => {
  const read = createFilteredReader({
    columns: [{ name: 'n', from: 'n', type: 'integer', nullable: false }],
    where: [test({})],
    dialect: null,
  });

  it('reads no value of a row that is left out', () => {
    expect(read({ row: 1, values: { a: 'south', n: 'none' } })).toBeUndefined();
    expect(read({ row: 2, values: { a: 'north', n: '5' } })).toEqual([5]);
  });

  it('keeps a row whose values are converted: it has been tested', () => {
    expect(read({ row: 1, values: {}, converted: [5] })).toEqual([5]);
  });
});
