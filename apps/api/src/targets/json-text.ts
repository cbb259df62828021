import { isDate } from 'node:util/types';
import { isWrittenNumber } from './exact-number.js';
import { parseExactly } from './exact-json.js';

/** TypeScript's library does not know it yet. */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

/** Whether a text is JSON that can be stored as it is. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
  return text.isWellFormed();
}

/**
 * Writes a value as JSON, a bigint with all its digits. As in JSON everywhere, a Date becomes its ISO text, what has a
 * `toJSON` says itself what it becomes, and undefined is left out, or null in a list.
 * @returns undefined for a value that would lose something: numbers that aren't finite, functions, circles, and
 * objects that are neither plain nor lists, such as maps, bytes, promises and those of a class
 */
export function writeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, losslessly);
  } catch {
    // Besides what is refused here, a `toJSON` of the value's own may throw anything.
    return undefined;
  }
}

function losslessly(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return rawJSON(String(value));
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('a number that is not finite');
      return value;
    case 'function':
    case 'symbol':
      throw new TypeError(`a ${typeof value}`);
    case 'object': {
      // What `toJSON` was asked of: that of a Date that is no time says null, that of a Buffer no bytes.
      const asked = this[key];
      if (value === null && isDate(asked)) throw new TypeError('an invalid Date');
      if (ArrayBuffer.isView(asked) || !isPlain(value)) throw new TypeError('no plain object');
      return value;
    }
    default:
      return value;
  }
}

/** Whether JSON has a form for all that an object holds: a list, or an object that is nothing but its keys. */
function isPlain(value: object | null): boolean {
  if (value === null || Array.isArray(value)) return true;
  // `Object.prototype`, of whichever realm.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Deeper than that, a value can't be written again without the risk of running out of stack. */
const MOST_DEPTH = 200;

/**
 * The value of a JSON text, for an answer: `JSON.stringify` writes each of its numbers with all digits again. A text
 * whose value is nested more than 200 deep is given as a text.
 */
export function showJson(text: string): unknown {
  try {
    return writable(parseExactly(text), MOST_DEPTH);
  } catch (error) {
    if (error instanceof RangeError) return text;
    throw error;
  }
}

function writable(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return rawJSON(String(value));
  if (typeof value !== 'object' || value === null || isWrittenNumber(value)) return value;
  if (depth === 0) throw new RangeError('expected a value that is nested less deeply');
  if (Array.isArray(value)) return value.map((entry) => writable(entry, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, writable(inner, depth - 1)]),
  );
}
