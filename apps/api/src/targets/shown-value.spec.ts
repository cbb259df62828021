import { describe, expect, it } from 'vitest';
import type { ColumnType } from './target-column.js';
import { showValue, type StoredValue } from './shown-value.js';

/** A value of a target as an answer writes it. */
function written(type: ColumnType, stored: StoredValue): string {
  return JSON.stringify(showValue(type, stored));
}

describe('a value of a target in an answer', () => {
  it('is null where there is none, whatever its type', () => {
    expect(written('json', null)).toBe('null');
    expect(written('boolean', null)).toBe('null');
  });

  it('is a number for an integer, and its digits beyond 2^53', () => {
    expect(written('integer', '9007199254740991')).toBe('9007199254740991');
    expect(written('integer', '-9007199254740992')).toBe('"-9007199254740992"');
    expect(written('integer', '9223372036854775807')).toBe('"9223372036854775807"');
    expect(written('integer', '0')).toBe('0');
  });

  it('is true or false for a boolean', () => {
    expect(written('boolean', 1)).toBe('true');
    expect(written('boolean', 0)).toBe('false');
  });

  it('is a text as it is written for a decimal, a date, a timestamp and a text', () => {
    expect(written('decimal', '1.10')).toBe('"1.10"');
    expect(written('date', '2012-03-01')).toBe('"2012-03-01"');
    expect(written('timestamp', '2012-03-01T00:00:00.000000Z')).toBe(
      '"2012-03-01T00:00:00.000000Z"',
    );
    expect(written('text', '=1+1')).toBe('"=1+1"');
    expect(written('real', 1.5)).toBe('1.5');
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
