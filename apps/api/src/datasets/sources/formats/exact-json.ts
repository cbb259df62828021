import { isExactNumber, readExactNumber } from '../../exact-number.js';

/** Each number of a JSON text, whole; and what looks like one inside of its strings, which does no harm. */
const NUMBERS = /(?<![^\s:,[])-?\d[\d.eE+-]*(?![^\s,\]}])/g;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const reviveExactly: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined ? readExactNumber(source) : value;

/**
 * Parses a JSON text whose numbers become what {@link readExactNumber} makes of them.
 * @throws {SyntaxError} for a text that is no JSON
 * @throws {RangeError} for one that is nested too deeply
 */
export function parseExactly(text: string): unknown {
  // A reviver is called for every value and triples the time; most texts have no number that needs one.
  return text.match(NUMBERS)?.every(isExactNumber) === false
    ? JSON.parse(text, reviveExactly as (key: string, value: unknown) => unknown)
    : JSON.parse(text);
}
