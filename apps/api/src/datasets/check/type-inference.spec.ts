import { describe, expect, it } from 'vitest';
import { TypeInference } from './type-inference.js';

const infer = (values: readonly unknown[], typed = false): string => {
  const inference = new TypeInference();
  for (const value of values) inference.add(value, typed);
  return inference.describe();
};

describe('TypeInference', () => {
  it.each<[readonly unknown[], string]>([
    [['1', '-20'], 'integer'],
    [['0', '1'], 'integer'],
    [[1n << 60n], 'integer'],
    [['1', ''], 'integer, nullable'],
    [['1', '2.5'], 'real'],
    [[0.5, 1e-7], 'real'],
    [['0.1', '1234567890.1234567'], 'decimal'],
    [['99999999999999999999'], 'decimal'],
    [['02134', '10001'], 'text'],
    [['+4930', '17'], 'text'],
    [['00.5', '1.5'], 'text'],
    [['0', '0.5', '-0.5'], 'real'],
    // Codes and versions; but 12 and 12.50 are prices, and programs write 1e-05 and 10.0.
    [['1E5', '2'], 'text'],
    [['1.9', '1.10', '2'], 'text'],
    [['12', '12.50'], 'real'],
    [['1.50', '2.10'], 'real'],
    [['10.0', '10.25', '1e-05', '1.5E+3'], 'real'],
    [['1.10', 'x'], 'text'],
    [['true', 'FALSE'], 'boolean'],
    [[true, null], 'boolean, nullable'],
    [['2025-10-03'], 'date'],
    [['2025-10-03T08:00:00Z'], 'timestamp'],
    [[new Date(0)], 'timestamp'],
    [['2025-10-03', 'soon'], 'text'],
    [['1', 'x'], 'text'],
    [[{ a: 1 }, [1]], 'json'],
    [[{ a: 1 }, 'x'], 'no type'],
    [[() => 1], 'no type'],
    [['', null, undefined], 'no value'],
    [[], 'no value'],
  ])('%o: %s', (values, type) => {
    expect(infer(values)).toBe(type);
  });

  it('takes an empty text for a text where the source is typed', () => {
    expect(infer([''], true)).toBe('text');
    expect(infer(['', null], true)).toBe('text, nullable');
  });
});
