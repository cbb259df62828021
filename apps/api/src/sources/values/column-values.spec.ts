import { expect, it } from 'vitest';
import { rawJSON } from '../../targets/exact-number.js';
import type { TargetColumn } from '../../targets/target.js';
import { createColumnConverter } from './column-values.js';
import { PLAIN_VALUES, type ValueDialect } from './value-dialect.js';

const column = (more: Partial<TargetColumn>): TargetColumn => ({
  ...{ name: 'a', from: 'a', type: 'text', nullable: false },
  ...more,
});
const NULLS: ValueDialect = { ...PLAIN_VALUES, nulls: ['', 'NA', '-999'] };
const YES_NO: ValueDialect = { ...PLAIN_VALUES, booleans: { true: ['Yes', '1'], false: ['No'] } };
const TWO_ONE: ValueDialect = { ...PLAIN_VALUES, booleans: { true: ['2'], false: ['1'] } };
const STATES = { 1: 'open', 2: 'closed', true: 'on', '': 'none', x: null };

interface ConversionCase {
  readonly of: Partial<TargetColumn>;
  readonly dialect?: ValueDialect | null;
  readonly typed?: boolean;
  readonly received: unknown;
  readonly expected: unknown;
}

const NULLABLE = { nullable: true } as const;
const INTEGER = { type: 'integer' } as const;
const ZERO = { type: 'integer', default: 0 } as const;

it.each<ConversionCase>([
  // trim
  { of: { trim: true }, received: ' \u00A0a b\t', expected: 'a b' },
  { of: {}, received: ' a ', expected: ' a ' },
  { of: { trim: true, ...NULLABLE }, received: '  ', expected: null },
  { of: { trim: true, ...NULLABLE }, dialect: NULLS, received: ' NA ', expected: null },
  { of: NULLABLE, dialect: NULLS, received: ' NA ', expected: ' NA ' },
  // map
  { of: { map: STATES }, received: '1', expected: 'open' },
  { of: { map: STATES }, received: 1, expected: 'open' },
  { of: { map: STATES }, received: rawJSON('1'), expected: 'open' },
  { of: { map: STATES }, received: true, expected: 'on' },
  { of: { map: STATES }, received: '', expected: 'none' },
  { of: { map: STATES }, received: '3', expected: '3' },
  { of: { map: STATES }, received: ' 1', expected: ' 1' },
  { of: { map: STATES, trim: true }, received: ' 1', expected: 'open' },
  { of: { map: STATES, ...NULLABLE }, received: 'x', expected: null },
  { of: { map: STATES, default: 'd' }, received: 'x', expected: 'd' },
  { of: { map: STATES }, received: 'constructor', expected: 'constructor' },
  { of: { map: { low: 1, high: '3' }, ...INTEGER }, received: ' high ', expected: 3 },
  { of: { map: { NA: 'none' } }, dialect: NULLS, received: 'NA', expected: 'none' },
  { of: { map: { T: true }, type: 'boolean' }, received: 'T', expected: 1 },
  { of: { map: { a: { b: [1] } }, type: 'json' }, received: 'a', expected: '{"b":[1]}' },
  // nulls
  { of: { ...INTEGER, ...NULLABLE }, dialect: NULLS, received: 'NA', expected: null },
  { of: { ...INTEGER, ...NULLABLE }, dialect: NULLS, received: -999, expected: null },
  { of: { ...INTEGER, ...NULLABLE }, dialect: NULLS, received: ' ', expected: null },
  { of: { ...INTEGER, ...NULLABLE }, dialect: NULLS, received: 'na', expected: undefined },
  { of: INTEGER, dialect: NULLS, received: 'NA', expected: undefined },
  { of: {}, dialect: NULLS, received: 'NA', expected: undefined },
  { of: {}, dialect: NULLS, received: '', expected: '' },
  { of: NULLABLE, dialect: NULLS, received: '', typed: true, expected: null },
  { of: NULLABLE, dialect: { ...NULLS, nulls: ['NA'] }, received: '', expected: '' },
  { of: NULLABLE, received: '', expected: null },
  { of: NULLABLE, received: '', typed: true, expected: '' },
  // default
  { of: ZERO, received: '', expected: 0 },
  { of: ZERO, received: null, expected: 0 },
  { of: ZERO, received: undefined, typed: true, expected: 0 },
  { of: ZERO, received: '7', expected: 7 },
  { of: ZERO, received: 'NA', expected: undefined },
  { of: ZERO, dialect: NULLS, received: 'NA', expected: 0 },
  { of: { default: 'none' }, received: '', expected: 'none' },
  { of: { default: 'none' }, received: '', typed: true, expected: '' },
  { of: { default: null, ...NULLABLE, ...INTEGER }, received: undefined, expected: null },
  // booleans
  { of: { type: 'boolean' }, dialect: YES_NO, received: 'YES', expected: 1 },
  { of: { type: 'boolean' }, dialect: YES_NO, received: ' no', expected: 0 },
  { of: { type: 'boolean' }, dialect: YES_NO, received: '1', expected: 1 },
  { of: { type: 'boolean' }, dialect: YES_NO, received: '0', expected: undefined },
  { of: { type: 'boolean' }, dialect: YES_NO, received: 'true', expected: undefined },
  { of: { type: 'boolean' }, dialect: YES_NO, received: false, expected: 0 },
  { of: { type: 'boolean' }, dialect: TWO_ONE, received: 1, expected: 0 },
  { of: { type: 'boolean' }, dialect: TWO_ONE, received: 2, expected: 1 },
  { of: { type: 'boolean' }, dialect: TWO_ONE, received: rawJSON('1'), expected: 0 },
  { of: { type: 'boolean' }, dialect: TWO_ONE, received: 0, expected: undefined },
  { of: { type: 'boolean' }, dialect: TWO_ONE, received: [1], expected: undefined },
  { of: { type: 'text' }, dialect: YES_NO, received: 'Yes', expected: 'Yes' },
  // format and time_zone
  {
    of: { type: 'date', format: 'dd.MM.yyyy', timeZone: 'UTC' },
    received: ' 28.02.2025 ',
    expected: '2025-02-28',
  },
  {
    of: { type: 'date', format: 'dd.MM.yyyy', timeZone: 'UTC' },
    received: '30.02.2025',
    expected: undefined,
  },
  {
    of: { type: 'date', format: 'iso', timeZone: 'Europe/Berlin' },
    received: '2025-06-30T23:00:00Z',
    expected: '2025-07-01',
  },
  {
    of: { type: 'timestamp', format: 'iso', timeZone: 'Europe/Berlin' },
    received: '2025-07-01T00:30:00',
    expected: '2025-06-30T22:30:00.000000Z',
  },
  {
    of: { type: 'timestamp', format: 'epoch_ms', timeZone: 'UTC' },
    received: 1_735_689_600_123,
    expected: '2025-01-01T00:00:00.123000Z',
  },
  {
    of: { type: 'timestamp', format: 'epoch_s', timeZone: 'UTC', ...NULLABLE },
    received: '',
    expected: null,
  },
  // no key
  { of: INTEGER, dialect: null, received: '7', expected: 7 },
  { of: INTEGER, received: '1.5', expected: undefined },
])(
  'createColumnConverter of $of, $dialect: $received',
  ({ of, dialect = PLAIN_VALUES, typed = false, ...values }) => {
    expect(createColumnConverter(column(of), dialect)(values.received, typed)).toStrictEqual(
      values.expected,
    );
  },
);
