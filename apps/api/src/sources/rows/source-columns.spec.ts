import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { listColumns, valuesMaker } from './source-columns.js';

describe('listColumns', () => {
  it('names at most fifty', () => {
    const names = Array.from({ length: 60 }, (_, index) => `c${index}`);
    expect(listColumns(names)).toMatch(/"c49" and 10 more$/);
    expect(listColumns([])).toBe('no columns');
  });

  it('shortens each name', () => {
    expect(listColumns(['k'.repeat(900_000)])).toBe(`the columns "${'k'.repeat(79)}…"`);
  });
});

it('valuesMaker makes the mapping that the entries make, whatever the columns are called', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '0', ''));
  fc.assert(
    fc.property(fc.dictionary(name, fc.string()), (expected) => {
      const names = Object.keys(expected);
      const makeValues = valuesMaker(names.map((key, index) => ({ name: key, index })));
      expect(Object.entries(makeValues(Object.values(expected)))).toEqual(Object.entries(expected));
    }),
  );
});
