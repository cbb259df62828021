import { describe, expect, it } from 'vitest';
import { readExactNumber } from '../../targets/exact-number.js';
import { cutRowText, MOST_ROW_TEXT_BYTES, writeCsvRow, writeJsonRow } from './row-text.js';

describe('the text of a row', () => {
  it('is written as RFC 4180 writes it', () => {
    expect(writeCsvRow(['a', 'b "c", d', '', 'e\nf'])).toBe('a,"b ""c"", d",,"e\nf"');
  });

  it('is written as JSON, with numbers as they were', () => {
    const values = {
      ...{ a: 'x', b: readExactNumber('1.10'), c: [{ d: null }], e: undefined },
      f: new Map(),
    };
    expect(writeJsonRow(values)).toBe(
      '{"a":"x","b":1.10,"c":[{"d":null}],"e":null,"f":"an empty mapping"}',
    );
    expect(writeJsonRow({})).toBe('{}');
  });

  it('ends soon after its bound, however large the row is', () => {
    const field = 'x'.repeat(10_000_000);
    for (const text of [writeCsvRow([field, field]), writeJsonRow({ a: field, b: field })]) {
      expect(text.length).toBeLessThan(3 * MOST_ROW_TEXT_BYTES);
    }
  });

  it.each(['x', '雨', '\u{1f327}'])(
    'is cut to its bound in bytes, between characters: %s',
    (character) => {
      const cut = cutRowText(character.repeat(5_000));
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(MOST_ROW_TEXT_BYTES);
      expect(Buffer.byteLength(cut)).toBeGreaterThan(MOST_ROW_TEXT_BYTES - 8);
      expect(cut).toMatch(new RegExp(`^(?:${character})+…$`, 'u'));
      expect(cutRowText(character)).toBe(character);
    },
  );
});
