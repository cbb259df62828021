import fc from 'fast-check';
import { expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { fitsName, fitsPath, parsePattern } from './path-pattern.js';

it.each([
  ['*', 'a.csv', true],
  ['*', '', true],
  ['*', '.a', false],
  ['.*', '.a', true],
  ['*.csv', 'a.csv', true],
  ['*.csv', 'a.csv.gz', false],
  ['a*b*c', 'aXbYbc', true],
  ['a*b*c', 'aXbYb', false],
  ['[ab]?(c).csv', '[ab]?(c).csv', true],
  ['[ab].csv', 'a.csv', false],
  ['**x', 'abx', true],
])('%s and %s', (pattern, name, expected) => {
  expect(fitsName(name, pattern)).toBe(expected);
});

it('fits as a regular expression does', () => {
  const letters = (characters: string): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...characters), maxLength: 9 });
  fc.assert(
    fc.property(letters('ab'), letters('ab*'), (name, pattern) => {
      const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name);
      expect(fitsName(name, pattern)).toBe(expected);
    }),
    { numRuns: draws(150, 1_000) },
  );
});

it.each([
  ['a.csv', 'a.csv', true],
  ['a.csv', 'x/a.csv', false],
  ['x/*.csv', 'x/a.csv', true],
  ['x/*.csv', 'y/a.csv', false],
  ['x/*.csv', 'x/y/a.csv', false],
  ['**/a.csv', 'a.csv', true],
  ['**/a.csv', 'x/y/a.csv', true],
  ['**/a.csv', '.x/a.csv', false],
  ['x/**/y/*.csv', 'x/1/2/y/a.csv', true],
  ['x/**/y/*.csv', 'x/1/2/a.csv', false],
  ['x/**', 'x/1/a.csv', true],
  ['./a/**/x-*.csv', 'a/b/x-1.csv', true],
])('the path pattern %s and %s', (pattern, path, expected) => {
  expect(fitsPath(path.split('/'), parsePattern(pattern))).toBe(expected);
});

it('takes no longer for many wildcards', () => {
  expect(fitsName('a'.repeat(250), '*a'.repeat(120).concat('*b'))).toBe(false);
});
