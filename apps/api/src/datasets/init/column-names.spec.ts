import { describe, expect, it } from 'vitest';
import { freeName, nameFrom } from './column-names.js';

describe('a name from a text', () => {
  it.each([
    ['date', 'date'],
    ['Flight Date', 'flight_date'],
    ['tempMax', 'temp_max'],
    ['HTTPStatus', 'http_status'],
    ['Speed IAS in knots', 'speed_ias_in_knots'],
    ['Größe (m²)', 'grosse_m2'],
    ['% change', 'percent_change'],
    ['2012', 'n2012'],
    ['année', 'annee'],
    ['Łódź', 'lodz'],
    ['_id', 'id'],
    [' a  b ', 'a_b'],
    ['a'.repeat(80), 'a'.repeat(63)],
  ])('%j: %s', (text, name) => {
    expect(nameFrom(text)).toBe(name);
  });

  it.each(['', '日期', '***', '_'])('%j: none', (text) => {
    expect(nameFrom(text)).toBeUndefined();
  });
});

it('a name that is taken gets a number', () => {
  const taken = new Set(['a', 'a_2', 'b'.repeat(63)]);
  const isFree = (name: string): boolean => !taken.has(name);
  expect(freeName('c', isFree)).toBe('c');
  expect(freeName('a', isFree)).toBe('a_3');
  expect(freeName('b'.repeat(63), isFree)).toBe(`${'b'.repeat(61)}_2`);
});
