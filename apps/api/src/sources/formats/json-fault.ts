import { TokenParser } from '@streamparser/json';
import { ExactTokenizer } from '../../targets/exact-json.js';

/** Where a text stops being valid JSON. */
export interface JsonFault {
  /** Whether the text is only cut off there. */
  readonly isEnd: boolean;
  /** Counted from 0. */
  readonly byte: number;
}

/**
 * Finds out why a text is not JSON. The messages of `JSON.parse` contain the text itself, and don't distinguish a text that
 * is wrong from one that is cut off.
 */
export function findJsonFault(text: string): JsonFault {
  const bytes = Buffer.from(text);
  const tokenizer = new ExactTokenizer({});
  const parser = new TokenParser({ paths: [], keepStack: false });
  let token = 0;
  tokenizer.onToken = (next) => {
    token = next.offset;
    parser.write(next);
  };
  tokenizer.onError = parser.onError = (error) => {
    throw error;
  };
  try {
    tokenizer.write(bytes);
  } catch (error) {
    return { isEnd: false, byte: tokenizerFaultByte(error) ?? token };
  }
  return { isEnd: true, byte: bytes.length };
}

/** What came in place of JSON, and where. The library counts from the beginning of a chunk, and names its own state. */
export function describeTokenizerError(error: Error): string {
  const byte = tokenizerFaultByte(error);
  const [, character] = /^Unexpected "([^])"/.exec(error.message) ?? [];
  if (byte === undefined || character === undefined) return error.message;
  return `${JSON.stringify(character)} at byte ${byte}`;
}

/** The byte in an error of the tokenizer; of the parser's errors, the last token is at fault. */
export function tokenizerFaultByte(error: unknown): number | undefined {
  const [, byte] = /absolute position "(\d+)"/.exec(String(error)) ?? [];
  return byte === undefined ? undefined : Number(byte);
}
