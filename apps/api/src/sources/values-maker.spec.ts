import { expect, it } from 'vitest';
import fc from 'fast-check';
import { valuesMaker } from './values-maker.js';

it('makes the mapping that the entries make, whatever the columns are called', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '0', ''));
  fc.assert(
    fc.property(fc.dictionary(name, fc.string()), (expected) => {
      const names = Object.keys(expected);
      const makeValues = valuesMaker(names.map((key, index) => ({ name: key, index })));
      expect(Object.entries(makeValues(Object.values(expected)))).toEqual(Object.entries(expected));
    }),
  );
});

it('takes of a list what the columns name', () => {
  const makeValues = valuesMaker([
    { name: 'a', index: 2 },
    { name: '__proto__', index: 0 },
  ]);
  expect(Object.entries(makeValues([1, 2, 3]))).toEqual([
    ['a', 3],
    ['__proto__', 1],
  ]);
});
