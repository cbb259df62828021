import { isDate } from 'node:util/types';
import { Tokenizer, TokenParser } from '@streamparser/json';
import { isTurnDue, takeTurn } from '../config/slices.js';
import {
  canonicalNumber,
  isExactNumber,
  isWrittenNumber,
  rawJSON,
  readExactNumber,
} from './exact-number.js';

/** Fewer arguments than any engine takes. */
const MOST_DIGITS_AT_ONCE = 4_096;

/** Gathers a number's characters. The library joins millions of them in one piece, or is slow with short numbers. */
class NumberText {
  byteLength = 0;
  private text = '';
  private codes: number[] = [];

  appendChar(code: number): void {
    this.codes.push(code);
    this.byteLength += 1;
    if (this.codes.length === MOST_DIGITS_AT_ONCE) this.toString();
  }

  reset(): void {
    this.byteLength = 0;
    this.text = '';
    this.codes = [];
  }

  toString(): string {
    this.text += String.fromCharCode(...this.codes);
    this.codes = [];
    return this.text;
  }
}

/** The state in which the library's tokenizer expects a value. */
const START = 0;

/**
 * Reads numbers with `readExactNumber`, and keeps U+FEFF at the beginning of a text. Takes no byte order mark, as
 * `JSON.parse`: who reads a body has removed it.
 */
export class ExactTokenizer extends Tokenizer {
  constructor(options: ConstructorParameters<typeof Tokenizer>[0]) {
    super(options);
    const inner = this as unknown as {
      bufferedString: { decoder: unknown };
      bufferedNumber: unknown;
      state: number;
    };
    // The library's decoder strips U+FEFF from the beginning of each piece of a text, and has no option for it.
    inner.bufferedString.decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    inner.bufferedNumber = new NumberText();
    inner.state = START;
  }

  /** Counts bytes that are read by another parser, for the places of what follows. */
  skip(count: number): void {
    // The library has no other way to move them: one for tokens, one for errors.
    const inner = this as unknown as { offset: number; streamByteLength: number };
    inner.offset += count;
    inner.streamByteLength += count;
  }

  protected override parseNumber(text: string): number {
    // The parser passes values of any type on.
    return readExactNumber(text) as number;
  }
}

/**
 * Each number of a JSON text, whole; and what looks like one inside of its strings, which does no harm. A date in a text
 * does not.
 */
const NUMBERS = /(?<![^\s:,[])-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![^\s,\]}])/g;

/** The colon after a name. */
const COLON = /\s*:/y;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const reviveExactly: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined ? readExactNumber(source) : value;

/**
 * Parses a JSON text; its numbers are read by {@link readExactNumber}.
 * @throws {SyntaxError} for invalid JSON
 * @throws {RangeError} for JSON that is nested too deeply
 */
export function parseExactly(text: string): unknown {
  // A reviver is called for every value and triples the time; most texts have no number that needs one.
  const parsed: unknown =
    text.match(NUMBERS)?.every(isExactNumber) === false
      ? JSON.parse(text, reviveExactly as (key: string, value: unknown) => unknown)
      : JSON.parse(text);
  return hasEscapedName(text) ? parseByTokens(text) : parsed;
}

/**
 * Whether a text that is JSON has a name with an escape in it. `JSON.parse` of Node 24 takes such a name for another that
 * it has seen in its place before: after `{"k":0,"k\\":1}` it reads `{"k":0,"k\"":1}` as if it had the same names.
 */
function hasEscapedName(text: string): boolean {
  if (!text.includes('\\')) return false;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at)) {
    let isEscaped = false;
    // No regular expression: a row may have millions of escapes, and it would start over or overflow the stack.
    for (at += 1; text[at] !== '"'; at += 1) {
      if (text[at] !== '\\') continue;
      isEscaped = true;
      at += 1;
    }
    at += 1;
    COLON.lastIndex = at;
    if (isEscaped && COLON.test(text)) return true;
  }
  return false;
}

/** Parses valid JSON with another, slower parser. */
function parseByTokens(text: string): unknown {
  const { tokenizer, result } = tokenParser();
  tokenizer.write(text);
  tokenizer.end();
  return result();
}

function tokenParser(): { readonly tokenizer: ExactTokenizer; readonly result: () => unknown } {
  const tokenizer = new ExactTokenizer({});
  const parser = new TokenParser({ paths: ['$'], separator: '' });
  let parsed: unknown;
  parser.onValue = ({ value }) => (parsed = value);
  tokenizer.onToken = (token) => {
    parser.write(token);
  };
  return { tokenizer, result: () => parsed };
}

/** Whether a text is JSON that can be stored unchanged. */
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
 * Writes a value as JSON, a bigint with all its digits. As with `JSON.stringify`, a Date becomes its ISO text, `toJSON`
 * is called, and undefined is left out, or null in a list.
 * @returns undefined for a value that would lose something: numbers that aren't finite, functions, cycles, and
 * objects that are neither plain nor lists, such as maps, bytes, promises and instances of a class
 */
export function writeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, losslessly);
  } catch {
    // A `toJSON` of the value itself may throw anything.
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
      // The value before `toJSON`: an invalid Date becomes null by it, and a Buffer a mapping.
      const asked = this[key];
      if (value === null && isDate(asked)) throw new TypeError('an invalid Date');
      if (ArrayBuffer.isView(asked) || !isPlain(value)) throw new TypeError('no plain object');
      return value;
    }
    default:
      return value;
  }
}

/** Whether JSON can represent an object completely: a list or a plain object. */
function isPlain(value: object | null): boolean {
  if (value === null || Array.isArray(value)) return true;
  // `Object.prototype`, of whichever realm.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Writing a value that is nested more deeply may overflow the stack. */
const MOST_DEPTH = 200;

/**
 * The value of a JSON text, for an answer: `JSON.stringify` writes each number with all its digits. JSON that is nested
 * more than 200 levels deep stays a text.
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

/**
 * A JSON text in one form: its names in one order, each number as `jsonb` keeps it. SQLite keeps JSON as the source wrote
 * it, and PostgreSQL its value. JSON that is nested more than 1,000 levels deep stays as it is, and so does a text that is no JSON: it may have been
 * written into a target by hand.
 */
export function canonicalJson(text: string): string {
  try {
    return JSON.stringify(canonicalValue(parseExactly(text), MOST_CANONICAL_DEPTH));
  } catch {
    return text;
  }
}

const MOST_CANONICAL_DEPTH = 1_000;

/**
 * A value that `JSON.stringify` writes in one form.
 * @throws {RangeError} if it is nested too deeply
 */
function canonicalValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'number': {
      const size = Math.abs(value);
      // JavaScript writes these with an exponent.
      const hasExponent = size >= 1e21 || (size < 1e-6 && size > 0);
      return hasExponent ? rawJSON(canonicalNumber(String(value))) : value;
    }
    case 'bigint':
      return rawJSON(String(value));
    default:
      if (typeof value !== 'object' || value === null) return value;
  }
  if (isWrittenNumber(value)) return rawJSON(canonicalNumber(value.rawJSON));
  if (depth === 0) throw new RangeError('expected a value that is nested less deeply');
  if (Array.isArray(value)) return value.map((inner) => canonicalValue(inner, depth - 1));
  const named = value as Readonly<Record<string, unknown>>;
  // Without a prototype, `__proto__` is a name like any other.
  const copy = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(named).sort()) copy[name] = canonicalValue(named[name], depth - 1);
  return copy;
}

/** Characters of a JSON text that are parsed at a time. */
const SLICE_CHARACTERS = 65_536;

/**
 * The same for a text of many megabytes, which would block the event loop for a second. It takes several times as long
 * as {@link canonicalJson}.
 */
export async function canonicalJsonInSlices(text: string): Promise<string> {
  try {
    let written = '';
    for (const part of canonicalParts(await parseInSlices(text), MOST_CANONICAL_DEPTH)) {
      written += part;
      if (isTurnDue()) await takeTurn();
    }
    return written;
  } catch {
    return text;
  }
}

async function parseInSlices(text: string): Promise<unknown> {
  const { tokenizer, result } = tokenParser();
  for (let from = 0; from < text.length;) {
    let to = Math.min(text.length, from + SLICE_CHARACTERS);
    // The first half of a surrogate pair alone would be read as another character.
    if (to < text.length && (text.charCodeAt(to - 1) & 0xfc_00) === 0xd8_00) to += 1;
    tokenizer.write(text.slice(from, to));
    from = to;
    if (isTurnDue()) await takeTurn();
  }
  tokenizer.end();
  return result();
}

function* canonicalParts(value: unknown, depth: number): Generator<string> {
  if (typeof value !== 'object' || value === null || isWrittenNumber(value)) {
    yield JSON.stringify(canonicalValue(value, depth));
    return;
  }
  if (depth === 0) throw new RangeError('expected a value that is nested less deeply');
  let separator = '';
  if (Array.isArray(value)) {
    yield '[';
    for (const inner of value as readonly unknown[]) {
      yield separator;
      yield* canonicalParts(inner, depth - 1);
      separator = ',';
    }
    yield ']';
    return;
  }
  yield '{';
  // In the order in which an object has them: `canonicalValue` puts them into one.
  for (const name of inObjectOrder(Object.keys(value))) {
    yield `${separator}${JSON.stringify(name)}:`;
    yield* canonicalParts((value as Readonly<Record<string, unknown>>)[name], depth - 1);
    separator = ',';
  }
  yield '}';
}

/** Sorted names in the order of an object that got them one by one: those that are numbers of a list come first. */
function inObjectOrder(names: string[]): readonly string[] {
  const copy = Object.create(null) as Record<string, null>;
  for (const name of names.sort()) copy[name] = null;
  return Object.keys(copy);
}
