import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { createColumnConverter } from './column-values.js';
import { createNumberRewriter, PLAIN_VALUES, type ValueDialect } from './value-dialect.js';

type Marks = Pick<ValueDialect, 'decimal' | 'thousands'>;

describe('createNumberRewriter', () => {
  const GERMAN: Marks = { decimal: ',', thousands: '.' };
  const COMMA: Marks = { decimal: ',', thousands: null };
  const BLANKS: Marks = { decimal: ',', thousands: ' ' };
  it.each<[Marks, string, string | undefined]>([
    [COMMA, '1,5', '1.5'],
    [COMMA, '-,5', '-.5'],
    [COMMA, '5,', '5.'],
    [COMMA, '1,5e3', '1.5e3'],
    [COMMA, '15', '15'],
    [COMMA, '1.5', undefined],
    [COMMA, '1,5,0', undefined],
    [COMMA, 'NA', undefined],
    [GERMAN, '1.234.567,89', '1234567.89'],
    [GERMAN, '+1.234', '+1234'],
    [GERMAN, '1234,5', '1234.5'],
    [GERMAN, '12.34', undefined],
    [GERMAN, '1.2345', undefined],
    [GERMAN, '1234.567', undefined],
    [GERMAN, '.234', undefined],
    [GERMAN, '1..234', undefined],
    [{ decimal: '.', thousands: ',' }, '1,234.5', '1234.5'],
    [{ decimal: '.', thousands: ',' }, '12,34,567', '1234567'],
    [{ decimal: '.', thousands: ',' }, '12,345,67', undefined],
    [{ decimal: '.', thousands: ',' }, '1,5', undefined],
    [{ decimal: '.', thousands: "'" }, "1'234.5", '1234.5'],
    [BLANKS, '1 234,5', '1234.5'],
    [BLANKS, '1\u00A0234\u202F567,5', '1234567.5'],
    [BLANKS, '1  234', undefined],
  ])('with %j reads %s as %s', (marks, text, expected) => {
    expect(createNumberRewriter(marks)?.(text)).toBe(expected);
  });

  it('is none where numbers are written that way already', () => {
    expect(createNumberRewriter(PLAIN_VALUES)).toBeUndefined();
  });

  it('reads a million digits at once', () => {
    const rewrite = createNumberRewriter(GERMAN);
    expect(rewrite?.(`${'1'.repeat(1_000_000)}x`)).toBeUndefined();
    expect(rewrite?.(`${'.111'.repeat(250_000)}x`)).toBeUndefined();
  });
});

const MARKS = fc
  .record({
    decimal: fc.constantFrom<ValueDialect['decimal']>('.', ','),
    thousands: fc.constantFrom<ValueDialect['thousands']>(null, '.', ',', "'", '’', '_', ' '),
  })
  .filter(({ decimal, thousands }) => decimal !== thousands);

/** Words that no two of them are equal, in small letters either. */
const WORDS = fc.uniqueArray(
  fc.string({ minLength: 1, maxLength: 6 }).filter((word) => word.trim() === word),
  { minLength: 3, maxLength: 12, selector: (word) => word.toLowerCase() },
);

const DIALECT = fc
  .record({ marks: MARKS, words: WORDS, hasNulls: fc.boolean() })
  .map(({ marks, words, hasNulls }): ValueDialect => ({
    ...marks,
    booleans: {
      true: words.filter((_, index) => index % 3 === 0),
      false: words.filter((_, index) => index % 3 === 1),
    },
    // A number may be a word as well: then it is missing.
    nulls: hasNulls
      ? ['', ...words.filter((word, index) => index % 3 === 2 && !/\d/.test(word))]
      : null,
  }));

/** A number's digits as a dialect writes them. */
function write(digits: string, { decimal, thousands }: Marks, grouped: boolean): string {
  const [, sign = '', whole = '', fraction] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(digits) ?? [];
  const groups =
    grouped && thousands !== null ? whole.replaceAll(/\B(?=(?:\d{3})+$)/g, thousands) : whole;
  return `${sign}${groups}${fraction === undefined ? '' : `${decimal}${fraction}`}`;
}

const column = (type: 'integer' | 'decimal' | 'boolean' | 'text' | 'real') =>
  ({ name: 'a', from: 'a', type, nullable: true }) as const;

describe('what is written in a dialect is read back', () => {
  it('integers, grouped or not', () => {
    const integers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(DIALECT, integers, fc.boolean(), (dialect, integer, grouped) => {
        const read = createColumnConverter(column('integer'), dialect);
        expect(BigInt(read(write(String(integer), dialect, grouped), false) ?? 'none')).toBe(
          integer,
        );
      }),
    );
  });

  it('decimals, digit by digit', () => {
    const decimals = fc
      .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.nat())
      .map(([whole, fraction]) => `${whole}.${fraction}`);
    fc.assert(
      fc.property(DIALECT, decimals, fc.boolean(), (dialect, decimal, grouped) => {
        const read = createColumnConverter(column('decimal'), dialect);
        expect(read(` ${write(decimal, dialect, grouped)} `, false)).toBe(decimal);
      }),
    );
  });

  it('reals', () => {
    const numbers = fc.double({ min: -1e15, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(DIALECT, numbers, (dialect, number) => {
        const digits = number.toFixed(6);
        const read = createColumnConverter(column('real'), dialect);
        expect(read(write(digits, dialect, true), false)).toBe(Number(digits));
      }),
    );
  });

  it('true, false and missing values, by their words', () => {
    fc.assert(
      fc.property(DIALECT, fc.boolean(), (dialect, typed) => {
        const read = createColumnConverter(column('boolean'), dialect);
        const { nulls, booleans } = dialect;
        for (const word of booleans?.true ?? []) expect(read(word, typed)).toBe(1);
        for (const word of booleans?.false ?? []) expect(read(` ${word} `, typed)).toBe(0);
        for (const word of nulls ?? []) expect(read(word, typed)).toBe(null);
      }),
    );
  });

  it('texts, all but those that stand for a missing value', () => {
    fc.assert(
      fc.property(DIALECT, fc.string(), (dialect, text) => {
        const read = createColumnConverter(column('text'), dialect);
        const isNull = dialect.nulls?.includes(text) ?? text === '';
        const isText = text.isWellFormed() && !text.includes('\0');
        expect(read(text, false)).toBe(isNull ? null : isText ? text : undefined);
      }),
    );
  });
});
