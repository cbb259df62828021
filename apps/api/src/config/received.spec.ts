import { describe, expect, it } from 'vitest';
import { describeReceived } from './received.js';

describe('describeReceived', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['fast', '"fast" (text)'],
    ['', '"" (text)'],
    [7.5, '7.5 (number)'],
    [9_007_199_254_740_993n, '9007199254740993 (number)'],
    [true, 'true (boolean)'],
    [new Date('2025-10-03T08:00:00Z'), '2025-10-03T08:00:00.000Z (Date)'],
    [new Date(Number.NaN), 'an invalid Date'],
    [[1, 2], 'a list of 2'],
    [{ a: 'secret', b: 2 }, 'a mapping with the keys a, b'],
    [{}, 'an empty mapping'],
  ])('says of %o that it is %s', (value, expected) => {
    expect(describeReceived(value)).toBe(expected);
  });

  it('shortens a long number', () => {
    expect(describeReceived(10n ** 1_000n).length).toBeLessThan(100);
  });

  it('shortens a long text', () => {
    const text = describeReceived('x'.repeat(100_000));
    expect(text.length).toBeLessThan(100);
    expect(text).toContain('…');
  });

  it('never cuts a character in two', () => {
    expect(describeReceived('𝄞'.repeat(200)).isWellFormed()).toBe(true);
    expect(describeReceived(`x${'𝄞'.repeat(200)}`).isWellFormed()).toBe(true);
  });
});
