import type { ColumnType } from '../../../apps/api/src/targets/target-column.js';
import { isWrittenNumber } from '../../../apps/api/src/targets/exact-number.js';
import { parseExactly } from '../../../apps/api/src/targets/exact-json.js';

/** What a database gives of a column. */
export type GivenValue = string | number | bigint | null;

/** More digits PostgreSQL does not hold. */
const MOST_DIGITS = 200_000;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/**
 * The value of a target's column as a text that both databases give alike: SQLite keeps decimals and JSON as they were
 * written, and PostgreSQL what they say, with all digits.
 */
export function comparedText(type: ColumnType, value: GivenValue): string | null {
  if (value === null) return null;
  switch (type) {
    case 'real':
      return String(Number(value) + 0);
    case 'decimal':
      return writeNumber(String(value));
    case 'json':
      return writeJson(parseExactly(String(value)));
    case 'text':
    case 'integer':
    case 'boolean':
    case 'date':
    case 'timestamp':
      return String(value);
  }
}

/**
 * A number as `numeric` writes it: without an exponent, with the digits behind the point that were written, and
 * without a sign where it is nothing.
 */
function writeNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  const shift = Number(exponent);
  if (Math.abs(shift) > MOST_DIGITS) return text;
  const scale = Math.max(0, fraction.length - shift);
  const digits = whole + fraction.padEnd(Math.max(0, shift), '0');
  const padded = digits.padStart(scale + 1, '0');
  const before = padded.slice(0, padded.length - scale).replace(/^0+(?=\d)/, '');
  const after = padded.slice(padded.length - scale);
  const isNothing = !/[1-9]/.test(digits);
  return `${sign === '-' && !isNothing ? '-' : ''}${before}${after === '' ? '' : `.${after}`}`;
}

/** A value of JSON as one text, in whatever order its names stood; each number as `jsonb` keeps it. */
function writeJson(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return writeNumber(String(value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isWrittenNumber(value)) return writeNumber(value.rawJSON);
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  const names = Object.keys(value).sort();
  const entries = names.map(
    (name) => `${JSON.stringify(name)}:${writeJson((value as Record<string, unknown>)[name])}`,
  );
  return `{${entries.join(',')}}`;
}
