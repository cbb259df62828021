import { isDate, isMap, isSet } from 'node:util/types';

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
 * Writes a value as JSON, a bigint with all its digits. As in JSON everywhere, a Date becomes its ISO text and
 * undefined is left out, or null in a list.
 * @returns undefined for a value that would lose something: numbers that aren't finite, functions, maps, circles
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
    case 'object':
      if (isMap(value) || isSet(value)) throw new TypeError('a map or set');
      // `toJSON` of a Date that is no time says null.
      if (value === null && isDate(this[key])) throw new TypeError('an invalid Date');
      return value;
    default:
      return value;
  }
}
