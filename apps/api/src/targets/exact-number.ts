/** TypeScript's library does not declare them yet. */
export const { rawJSON, isRawJSON: isWrittenNumber } = JSON as unknown as {
  readonly rawJSON: (text: string) => WrittenNumber;
  readonly isRawJSON: (value: unknown) => value is WrittenNumber;
};

/**
 * A number of a JSON text, as written, that JavaScript would write differently, such as `1.10` or a number with twenty
 * decimals. `JSON.stringify` writes it unchanged.
 */
export interface WrittenNumber {
  readonly rawJSON: string;
}

/** No column has more digits, and BigInt would take seconds for a million. */
const MOST_DIGITS = 1_000;
const INTEGER = /^-?\d+$/;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/**
 * Reads a number of a JSON text without losing a digit: as a number if JavaScript writes it the same, as a bigint for
 * every integer from 2^53 on, and otherwise as its text.
 */
export function readExactNumber(text: string): number | bigint | WrittenNumber {
  if (isExactNumber(text)) return Number(text);
  const number = Number(text);
  const isLarge = INTEGER.test(text) && text.length <= MOST_DIGITS && number !== 0;
  return isLarge ? BigInt(text) : rawJSON(text);
}

/** Whether JavaScript writes the number exactly as the text. */
export function isExactNumber(text: string): boolean {
  const number = Number(text);
  // An integer beyond the safe ones may have lost digits.
  const isSafe = Number.isSafeInteger(number) || !Number.isInteger(number);
  return isSafe && String(number) === text;
}

/** A written number without an exponent; undefined for more than 1,000 digits. */
export function writeInDigits({ rawJSON: text }: WrittenNumber): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent] = NUMBER.exec(text) ?? [];
  if (exponent === undefined) return text;
  const shift = Number(exponent);
  if (Math.abs(shift) > MOST_DIGITS || text.length > MOST_DIGITS) return undefined;
  const digits = '0'.repeat(Math.max(0, -shift)) + whole + fraction.padEnd(Math.max(0, shift), '0');
  const point = Math.max(0, -shift) + whole.length + shift;
  const before = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  const after = digits.slice(point);
  return `${sign}${before}${after === '' ? '' : `.${after}`}`;
}

/**
 * The value of a number in digits, however it is written: `2025` for `2025`, `2025.0` and `2.025e3`. Undefined for more
 * than 1,000 characters.
 */
export function writeNumberValue(number: number | bigint | WrittenNumber): string | undefined {
  const digits = writeInDigits(isWrittenNumber(number) ? number : { rawJSON: String(number) });
  if (digits === undefined || digits.length > MOST_DIGITS) return undefined;
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

/** PostgreSQL's `numeric` has no more digits. */
const MOST_NUMERIC_DIGITS = 200_000;
const NUMERIC = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/**
 * A number as PostgreSQL's `numeric` writes it: without an exponent, with the written digits after the point, and zero
 * without a sign. A text that is no number stays as it is.
 */
export function canonicalNumber(text: string): string {
  const match = NUMERIC.exec(text);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  const shift = Number(exponent);
  if (match === null || text === '' || Math.abs(shift) > MOST_NUMERIC_DIGITS) return text;
  const scale = Math.max(0, fraction.length - shift);
  const digits = whole + fraction.padEnd(Math.max(0, shift), '0');
  const padded = digits.padStart(scale + 1, '0');
  const before = padded.slice(0, padded.length - scale).replace(/^0+(?=\d)/, '');
  const after = padded.slice(padded.length - scale);
  const isZero = !/[1-9]/.test(digits);
  return `${sign === '-' && !isZero ? '-' : ''}${before}${after === '' ? '' : `.${after}`}`;
}
