import { describe, expect, it } from 'vitest';
import { cellOf } from './cell';

describe('cellOf', () => {
  it.each([
    ['text', 'Seattle', 'Seattle', false],
    ['integer', 12, '12', true],
    ['integer', '9007199254740993', '9007199254740993', true],
    ['real', 0.1, '0.1', true],
    ['decimal', '1.50', '1.50', true],
    ['boolean', false, 'false', false],
    ['date', '2012-03-01', '2012-03-01', false],
    ['json', 'a text', '"a text"', false],
    ['json', { a: [1, null] }, '{"a":[1,null]}', false],
  ])('shows a %s of %o', (type, value, text, isNumber) => {
    expect(cellOf(value, type)).toMatchObject({ kind: 'short', text, isNumber });
  });

  it('distinguishes no value from an empty text', () => {
    expect(cellOf(null, 'text').kind).toBe('absent');
    expect(cellOf('', 'text').kind).toBe('blank');
    expect(cellOf('', 'json')).toMatchObject({ kind: 'short', text: '""' });
  });

  it('shows the beginning of what is long, and has all of it', () => {
    const text = '长'.repeat(200);
    expect(cellOf(text, 'text')).toMatchObject({
      kind: 'long',
      text: `${'长'.repeat(60)}…`,
      whole: text,
    });
    expect(cellOf('two\nlines', 'text')).toMatchObject({ kind: 'long', text: 'two lines…' });
    const value = { name: 'x'.repeat(80) };
    expect(cellOf(value, 'json').whole).toBe(`{\n  "name": "${value.name}"\n}`);
  });

  it('shows of what came cut what there is, and that it goes on', () => {
    const text = '{"name": "x';
    expect(cellOf(text, 'json', true)).toEqual({
      kind: 'long',
      text: `${text}…`,
      whole: `${text}…`,
      isNumber: false,
      isCut: true,
    });
    expect(cellOf('', 'text', true)).toMatchObject({ kind: 'long', text: '…', isCut: true });
    expect(cellOf(text, 'text').isCut).toBe(false);
  });

  it('cuts no character in two', () => {
    expect(cellOf('🌧'.repeat(61), 'text').text).toBe(`${'🌧'.repeat(60)}…`);
  });
});
