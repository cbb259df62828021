import { TokenParser, TokenType, type ParsedTokenInfo } from '@streamparser/json';
import { ExactTokenizer } from '../../targets/exact-json.js';
import { boundFailure } from '../rows/row-bounds.js';
import type { SourceError } from '../day-source.js';
import { tokenizerFaultByte } from './json-fault.js';
import { RowSize } from '../../targets/json-size.js';
import { MOST_ROW_TEXT_BYTES } from '../rows/row-text.js';

const STRING_BUFFER_BYTES = 65_536;

/** What a line of JSON is: a value, or the byte where it stops being JSON. */
export type ReadJsonLine =
  | { readonly kind: 'value'; readonly value: unknown }
  /** @see JsonFault */
  | {
      readonly kind: 'fault';
      readonly isEnd: boolean;
      readonly byte: number;
      readonly cause?: unknown;
    }
  | { readonly kind: 'excess'; readonly failure: SourceError };

/**
 * Parses one line of JSON piece by piece, as it arrives: `JSON.parse` would read megabytes in one go, and an object with a
 * million keys takes it a second.
 */
export class LongJsonLine {
  private readonly tokenizer = new ExactTokenizer({ stringBufferSize: STRING_BUFFER_BYTES });
  private readonly parser = new TokenParser({ paths: ['$'] });
  private readonly size = new RowSize();
  private token: ParsedTokenInfo | undefined;
  private value: unknown;
  private fault: { readonly byte: number; readonly cause: unknown } | undefined;
  private excess: SourceError | undefined;
  private bytes = 0;
  /** The beginning of the line. */
  begin = '';
  /** What fails from then on is a line that is cut off. */
  private isEnding = false;

  constructor(private readonly row: number) {
    this.tokenizer.onToken = (token) => this.take(token);
    this.tokenizer.onError = this.parser.onError = (error) => {
      throw error;
    };
    this.parser.onValue = ({ value }) => (this.value = value);
  }

  write(piece: string): void {
    this.bytes += Buffer.byteLength(piece);
    if (this.begin === '') this.begin = piece.slice(0, MOST_ROW_TEXT_BYTES + 1);
    this.unlessFaulty(() => this.tokenizer.write(piece));
  }

  /** At the end of the line. */
  end(): ReadJsonLine {
    this.unlessFaulty(() => {
      this.isEnding = true;
      // For a number at the end. It fails where a text is open.
      this.tokenizer.end();
    });
    if (this.excess !== undefined) {
      return { kind: 'excess', failure: boundFailure(this.size, this.row) ?? this.excess };
    }
    if (this.fault !== undefined && !this.isEnding) {
      return { kind: 'fault', isEnd: false, ...this.fault };
    }
    if (this.fault !== undefined || !this.parser.isEnded) {
      return { kind: 'fault', isEnd: true, byte: this.bytes };
    }
    return { kind: 'value', value: this.value };
  }

  private take(token: ParsedTokenInfo): void {
    this.token = token;
    this.size.take(token);
    // Whether a text is a key, and no value, is known at the colon.
    if (token.token !== TokenType.STRING) this.excess ??= boundFailure(this.size, this.row);
    // From then on it is only counted.
    if (this.excess === undefined) this.parser.write(token);
  }

  private unlessFaulty(work: () => void): void {
    if (this.fault !== undefined) return;
    try {
      work();
    } catch (cause) {
      this.fault = { byte: tokenizerFaultByte(cause) ?? this.token?.offset ?? 0, cause };
    }
  }
}
