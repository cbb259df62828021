import { TokenParser } from '@streamparser/json';
import { isExactNumber, readExactNumber } from '../../exact-number.js';
import { ExactTokenizer } from './exact-tokenizer.js';

/**
 * Each number of a JSON text, whole; and what looks like one inside of its strings, which does no harm. A date in a text
 * does not.
 */
const NUMBERS = /(?<![^\s:,[])-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![^\s,\]}])/g;

/**
 * An escape in a name, or what looks like one. `JSON.parse` of Node 24 takes such a name for another that it has seen in
 * its place before: after `{"k":0,"k\\":1}` it reads `{"k":0,"k\"":1}` as if it had the same names.
 */
const ESCAPED_NAME = /\\.(?:[^"\\]|\\.)*"\s*:/s;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const reviveExactly: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined ? readExactNumber(source) : value;

/**
 * Parses a JSON text whose numbers become what {@link readExactNumber} makes of them.
 * @throws {SyntaxError} for a text that is no JSON
 * @throws {RangeError} for one that is nested too deeply
 */
export function parseExactly(text: string): unknown {
  if (text.includes('\\') && ESCAPED_NAME.test(text)) return parseByTokens(text);
  // A reviver is called for every value and triples the time; most texts have no number that needs one.
  return text.match(NUMBERS)?.every(isExactNumber) === false
    ? JSON.parse(text, reviveExactly as (key: string, value: unknown) => unknown)
    : JSON.parse(text);
}

/** The same by another parser, which is slower. */
function parseByTokens(text: string): unknown {
  // Whether it is JSON both agree on; this one's errors are those that are told.
  JSON.parse(text);
  const tokenizer = new ExactTokenizer({});
  const parser = new TokenParser({ paths: ['$'], separator: '' });
  let parsed: unknown;
  parser.onValue = ({ value }) => (parsed = value);
  tokenizer.onToken = (token) => {
    parser.write(token);
  };
  tokenizer.write(text);
  tokenizer.end();
  return parsed;
}
