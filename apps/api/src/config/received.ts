import { isDate } from 'node:util/types';

const MOST_CHARACTERS = 80;

/**
 * Describes a received value in an error: the shortened value and its type, as in `"fast" (text)` or `7.5 (number)`.
 * For bytes, lists and mappings it shows the size and the keys, never the values.
 */
export function describeReceived(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return `${JSON.stringify(shorten(value))} (text)`;
    case 'number':
    case 'bigint':
      return `${shorten(String(value))} (number)`;
    case 'boolean':
      return `${String(value)} (boolean)`;
    case 'object':
      break;
    default:
      return `a ${typeof value}`;
  }
  if (value === null) return 'null';
  if (isDate(value)) {
    return Number.isNaN(value.getTime()) ? 'an invalid Date' : `${value.toISOString()} (Date)`;
  }
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const keys = Object.keys(value);
  return keys.length === 0
    ? 'an empty mapping'
    : `a mapping with the keys ${shorten(keys.join(', '))}`;
}

function shorten(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${[...text.slice(0, MOST_CHARACTERS)].slice(0, MOST_CHARACTERS - 1).join('')}…`;
}

const MOST_SHOWN = 100;

/** A header's text as an error shows it: quoted, and no longer than a line. */
export function quoteHeader(text: string): string {
  return JSON.stringify(text.slice(0, MOST_SHOWN));
}
