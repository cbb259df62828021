import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import { encodingOf, UTF_8 } from '../../sources/formats/text-encoding.js';
import { markOf } from '../../sources/formats/utf8-chunks.js';

/** From how much of a text its encoding is guessed. */
const GUESS_BYTES = 1_048_576;
const MOST_EXAMPLES = 3;
const AROUND = 12;

export interface EncodingGuess {
  /** A label of the Encoding Standard, as `encoding` of a source has it. */
  readonly encoding: string;
  /** Whether the bytes can be nothing else in practice. */
  readonly isCertain: boolean;
  /** Pieces of the text with characters that other encodings would show differently. */
  readonly examples: readonly string[];
}

/** Undefined where the bytes are no text in any encoding that is known. */
export function guessEncoding(bytes: Uint8Array): EncodingGuess | undefined {
  const mark = markOf(bytes);
  if (mark !== undefined) return { encoding: mark, isCertain: true, examples: [] };
  const front = bytes.subarray(0, GUESS_BYTES);
  const wide = wideEncoding(front);
  if (wide !== undefined) return { encoding: wide, isCertain: true, examples: [] };
  if (front.includes(0)) return undefined;
  // The last character may be cut.
  if (isUtf8(upToLineEnd(bytes))) return { encoding: UTF_8, isCertain: true, examples: [] };
  // Where the characters are, not the digits and commas around them.
  const telling = linesBeyondAscii(front);
  let torn: EncodingGuess | undefined;
  for (const { name } of analyse(telling)) {
    const encoding = encodingOf(name);
    const text = encoding === undefined ? undefined : decode(telling, encoding);
    if (encoding === undefined || text === undefined) continue;
    const guess = { encoding, isCertain: false, examples: examplesIn(text) };
    if (!OF_TWO_BYTES.includes(encoding)) return guess;
    if (torn === undefined && !isTorn(text)) return guess;
    torn ??= guess;
  }
  return torn;
}

/** Encodings in which most characters beyond ASCII have two bytes, and the second may be a letter of ASCII. */
const OF_TWO_BYTES = ['shift_jis', 'gb18030', 'gbk', 'big5', 'euc-jp', 'euc-kr'];
/** The share of such characters in a text that is in another encoding. */
const MOST_TORN = 0.8;

/** Whether most characters beyond ASCII stand alone in Latin words: so an `ä` is read with the letter after it. */
function isTorn(text: string): boolean {
  const all = [...text.matchAll(/[^\p{ASCII}]+/gu)];
  const alone = all.filter(({ index, 0: piece }) => {
    const around = `${text[index - 1] ?? ''}${text[index + piece.length] ?? ''}`;
    return [...piece].length === 1 && /[A-Za-z]/.test(around);
  });
  return alone.length > all.length * MOST_TORN;
}

/** UTF-16 without a mark: every second byte of most characters is zero. */
function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const zeros = [0, 0];
  bytes.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (odd > bytes.length / 5 && even < odd / 100) return 'utf-16le';
  return even > bytes.length / 5 && odd < even / 100 ? 'utf-16be' : undefined;
}

const NEWLINE = 10;

function upToLineEnd(bytes: Uint8Array): Uint8Array {
  const end = bytes.lastIndexOf(NEWLINE);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

function linesBeyondAscii(bytes: Uint8Array): Uint8Array {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found === -1 ? bytes.length : found + 1;
    const line = bytes.subarray(start, end);
    // A last line that is cut may end within a character.
    if (found !== -1 && line.some((byte) => byte > 0x7f)) lines.push(line);
    start = end;
  }
  return lines.length === 0 ? bytes : Buffer.concat(lines);
}

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function examplesIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const { index } of text.matchAll(/[^\p{ASCII}]/gu)) {
    const around = text.slice(Math.max(0, index - AROUND), index + AROUND);
    const word = /[^\s,;|"\t]*[^\p{ASCII}][^\s,;|"\t]*/u.exec(around)?.[0];
    if (word !== undefined) found.add(word);
    if (found.size === MOST_EXAMPLES) break;
  }
  return [...found];
}
