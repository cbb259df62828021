import { expect, it } from 'vitest';
import { HintCache } from './hint-cache.js';

it('makes one hint for each different value of a column, and a hundred in all', () => {
  const cache = new HintCache();
  let made = 0;
  const hintOf = (value: unknown, column = 'a'): string =>
    cache.of(value, column, () => `hint ${(made += 1)}`);
  for (let time = 1; time <= 2; time += 1) {
    expect(hintOf('1')).toBe('hint 1');
    expect(hintOf(1)).toBe('hint 2');
    expect(hintOf('1', 'b')).toBe('hint 3');
  }
  for (let value = 0; value < 1_000; value += 1) hintOf(`x${value}`);
  expect(made).toBe(100);
  expect(hintOf('x0')).toBe('hint 4');
  expect(hintOf('x999')).toBe('');
});

it('remembers no long text, and counts it', () => {
  const cache = new HintCache();
  let made = 0;
  for (let count = 0; count < 1_000; count += 1) {
    cache.of('x'.repeat(101), 'a', () => `hint ${(made += 1)}`);
    cache.of({}, 'a', () => `hint ${(made += 1)}`);
  }
  expect(made).toBe(100);
});
