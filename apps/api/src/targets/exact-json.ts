import { Tokenizer, TokenParser } from '@streamparser/json';
import { isExactNumber, readExactNumber } from './exact-number.js';

/** Its numbers are what `readExactNumber` makes of them, and its texts keep the mark U+FEFF where they have one. */
export class ExactTokenizer extends Tokenizer {
  constructor(options: ConstructorParameters<typeof Tokenizer>[0]) {
    super(options);
    // Its own takes the mark off each piece of a text that begins with it. It has no option for that.
    const { bufferedString } = this as unknown as { bufferedString: { decoder: unknown } };
    bufferedString.decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  }

  protected override parseNumber(text: string): number {
    // The parser hands values on as they are, whatever they are.
    return readExactNumber(text) as number;
  }
}

/**
 * Each number of a JSON text, whole; and what looks like one inside of its strings, which does no harm. A date in a text
 * does not.
 */
const NUMBERS = /(?<![^\s:,[])-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![^\s,\]}])/g;

/** What stands behind a name. */
const COLON = /\s*:/y;

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
    // By hand: a row may have millions of escapes, for which an expression begins anew or runs out of its stack.
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

/** The same of a text that is JSON by another parser, which is slower. */
function parseByTokens(text: string): unknown {
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
