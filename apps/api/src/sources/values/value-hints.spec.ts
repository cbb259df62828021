import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../../targets/column-types.js';
import type { TargetColumn } from '../../targets/target.js';
import { SourceError } from '../day-source.js';
import { createColumnReader } from '../rows/row-reader.js';
import { PLAIN_VALUES, type ValueDialect } from './value-dialect.js';

function errorOf(
  received: unknown,
  type: ColumnType,
  { dialect = PLAIN_VALUES, typed = false, ...more }: ErrorOptions = {},
): string {
  const column: TargetColumn = { name: 'a', from: 'a', type, nullable: true, ...more };
  try {
    createColumnReader(column, dialect)({ row: 1, values: { a: received }, typed });
    return 'fits';
  } catch (error) {
    if (error instanceof SourceError) return error.message;
    throw error;
  }
}

interface ErrorOptions extends Partial<TargetColumn> {
  readonly dialect?: ValueDialect | null;
  readonly typed?: boolean;
}

const COMMA = { ...PLAIN_VALUES, decimal: ',' } as const;

describe('the error of a value', () => {
  it('says all of it', () => {
    expect(errorOf('1,5', 'real')).toBe(
      'row 1, column a: expected a finite number, got "1,5" (text): set `decimal: \',\'` in the source',
    );
  });

  it.each<[string, ColumnType, string]>([
    ['1,5', 'decimal', "set `decimal: ','` in the source"],
    ['1,234', 'real', "set `decimal: ','` or `thousands: ','` in the source"],
    ['1,234', 'integer', "set `thousands: ','` in the source"],
    ['1,234.5', 'real', "set `thousands: ','` in the source"],
    ['1.234.567', 'integer', "set `decimal: ','` and `thousands: '.'` in the source"],
    ['1 234', 'integer', "set `thousands: ' '` in the source"],
    ["1'234", 'integer', "set `thousands: ''''` in the source"],
    ['1.5', 'integer', 'set `type: real`'],
    ['NA', 'real', "set `nulls: ['', NA]` in the source"],
    ['-', 'integer', "set `nulls: ['', '-']` in the source"],
    ['null', 'json', ''],
    ['none', 'date', "set `nulls: ['', none]` in the source"],
    ['yes', 'boolean', 'set `booleans: { true: [yes], false: [no] }` in the source'],
    ['N', 'boolean', 'set `booleans: { true: [y], false: [n] }` in the source'],
    ['13.10.2025', 'date', 'set `format: dd.MM.yyyy`'],
    ['2025/01/13 03:04:05', 'timestamp', 'set `format: yyyy/MM/dd HH:mm:ss`'],
    ['03/04/2025', 'date', 'set `format: MM/dd/yyyy` or `format: dd/MM/yyyy`'],
    ['Jan 1 2000', 'date', 'set `format: MMM d yyyy`'],
    ['2010-01-01T01:00:00', 'date', 'set `format: iso`'],
    ['2010-01-01T01:00:00', 'timestamp', 'set `time_zone` to the zone that the time is in'],
    ['1735689600123', 'timestamp', 'set `format: epoch_ms`'],
  ])('%s in a column of type %s', (received, type, hint) => {
    const text = errorOf(received, type);
    expect(hint === '' ? text : text.endsWith(`(text): ${hint}`)).toBe(hint === '' ? 'fits' : true);
  });

  it.each(['12 %', 'abc', '1,5,7', '€ 5', '1,2345.6'])('promises nothing for %s', (received) => {
    expect(errorOf(received, 'real')).toMatch(/\(text\)$/);
    expect(errorOf(received, 'date')).toMatch(/\(text\)$/);
  });

  it('goes on from the keys that are set', () => {
    expect(errorOf('1.234,5', 'real', { dialect: COMMA })).toContain("set `thousands: '.'` in");
    // Right for other values of the column, as it seems.
    expect(errorOf('1.5', 'real', { dialect: COMMA })).toMatch(/got "1.5" \(text\)$/);
    const dialect = { ...PLAIN_VALUES, nulls: ['NA'] };
    expect(errorOf('-', 'real', { dialect })).toContain("set `nulls: [NA, '-']` in the source");
  });

  it('names what else a missing value needs', () => {
    const missing = 'set `nullable: true` or a `default`';
    expect(errorOf('', 'integer', { nullable: false })).toMatch(`: ${missing}`);
    expect(errorOf(null, 'text', { nullable: false })).toMatch(`got null: ${missing}`);
    const dialect = { ...PLAIN_VALUES, nulls: ['NA'] };
    expect(errorOf('NA', 'integer', { nullable: false, dialect })).toMatch(`: ${missing}`);
    expect(errorOf('NA', 'integer', { nullable: false })).toMatch(
      "set `nulls: ['', NA]` in the source, and `nullable: true` or a `default` in the column",
    );
    expect(errorOf('NA', 'integer', { typed: true })).toMatch('set `nulls: [NA]` in the source');
  });

  it('offers no key to a source that has none', () => {
    expect(errorOf('1,5', 'real', { dialect: null })).toMatch(/\(text\)$/);
    expect(errorOf('NA', 'real', { dialect: null })).toMatch(/\(text\)$/);
    expect(errorOf('yes', 'boolean', { dialect: null })).toMatch(/\(text\)$/);
  });

  it('says how the source writes its values', () => {
    const german: ValueDialect = { ...COMMA, thousands: '.' };
    expect(errorOf('x', 'real', { dialect: german })).toBe(
      "row 1, column a: expected a finite number, written with decimal: ',' and thousands: '.', got \"x\" (text)",
    );
    const dialect = { ...PLAIN_VALUES, booleans: { true: ['Yes'], false: ['No', '-'] } };
    expect(errorOf('x', 'boolean', { dialect })).toContain("expected one of Yes, No, '-', got");
    expect(errorOf('x', 'date', { format: 'dd.MM.yyyy', timeZone: 'UTC' })).toContain(
      'expected a date written dd.MM.yyyy, got "x"',
    );
  });
});
