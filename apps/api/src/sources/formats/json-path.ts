import { TokenType, type ParsedTokenInfo } from '@streamparser/json';
import { writeJson } from '../../targets/exact-json.js';
import { pointerSteps } from '../json-pointer.js';
import { MOST_LEVELS } from '../rows/row-bounds.js';
import { showColumn } from '../rows/source-columns.js';

const MOST_NAMES_SHOWN = 20;

const VALUE_BEGINNINGS: ReadonlySet<TokenType> = new Set([
  TokenType.LEFT_BRACE,
  TokenType.LEFT_BRACKET,
  TokenType.STRING,
  TokenType.NUMBER,
  TokenType.TRUE,
  TokenType.FALSE,
  TokenType.NULL,
]);

interface OpenContainer {
  readonly isList: boolean;
  /** The depth on the pointer's path, this container included; -1 off the path. */
  readonly pathDepth: number;
  /** The name or the position of the current or next value. */
  segment: string;
  position: number;
  /** Whether the next text is a name, not a value. */
  atName: boolean;
}

/** Follows a JSON pointer through the tokens of well-formed JSON. */
export class JsonPath {
  private readonly segments: readonly string[];
  private readonly open: OpenContainer[] = [];
  /** The names in the deepest container on the path, for an error. */
  private names: string[] = [];
  private deepest = 0;

  /** @throws {RangeError} for a pointer that is none */
  constructor(pointer: string) {
    this.segments = pointerSteps(pointer);
  }

  /** Whether the next token begins the pointer's value. Call it before `take`. */
  isBeforeValue({ token }: ParsedTokenInfo): boolean {
    const last = this.open.at(-1);
    if (this.open.length !== this.segments.length || !VALUE_BEGINNINGS.has(token)) return false;
    return last === undefined || (!last.atName && this.leadsOn(last));
  }

  /** Consumes the next token. @returns false if there are too many levels */
  take({ token, value }: ParsedTokenInfo): boolean {
    const last = this.open.at(-1);
    switch (token) {
      case TokenType.LEFT_BRACE:
      case TokenType.LEFT_BRACKET:
        this.enter(token === TokenType.LEFT_BRACKET, last);
        return this.open.length <= MOST_LEVELS;
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.open.pop();
        return true;
      case TokenType.COMMA:
        if (last?.isList === true) {
          last.position += 1;
          last.segment = String(last.position);
        } else if (last !== undefined) last.atName = true;
        return true;
      case TokenType.STRING:
        if (last?.atName === true) {
          last.segment = String(value);
          last.atName = false;
          if (last.pathDepth === this.deepest) this.names.push(last.segment);
          if (this.names.length > MOST_NAMES_SHOWN + 1) this.names.pop();
        }
        return true;
      case TokenType.NUMBER:
      case TokenType.TRUE:
      case TokenType.FALSE:
      case TokenType.NULL:
      case TokenType.COLON:
      case TokenType.SEPARATOR:
        return true;
    }
  }

  /** What is at the end of the path, if it ends before the pointer's value. */
  describeEnd(): string {
    if (this.names.length === 0) return 'nothing';
    const shown = this.names.slice(0, MOST_NAMES_SHOWN).map(showColumn);
    const at = this.segments.slice(0, this.deepest - 1).map((segment) => `/${segment}`);
    const more = this.names.length > MOST_NAMES_SHOWN ? ' and more' : '';
    return `the keys ${shown.join(', ')}${more} at ${JSON.stringify(at.join(''))}`;
  }

  private enter(isList: boolean, parent: OpenContainer | undefined): void {
    const isOnWay = parent === undefined || this.leadsOn(parent);
    const pathDepth = isOnWay ? this.open.length + 1 : -1;
    if (pathDepth > this.deepest) {
      this.deepest = pathDepth;
      this.names = [];
    }
    this.open.push({ isList, pathDepth, segment: '0', position: 0, atName: !isList });
  }

  /** Whether the current value of a container is on the pointer's path. */
  private leadsOn({ pathDepth, segment }: OpenContainer): boolean {
    return pathDepth > 0 && segment === this.segments[pathDepth - 1];
  }
}

/** A cursor is never longer. */
const MOST_VALUE_BYTES = 8_192;

/** A plain value as JSON text, or why there is none to use. */
export type FoundJson =
  | { readonly kind: 'text'; readonly json: string }
  | { readonly kind: 'missing' | 'container' | 'too_long' };

/** Finds one plain value, such as a cursor, in the tokens of a JSON text. */
export class JsonValueFinder {
  value: FoundJson = { kind: 'missing' };
  private readonly path: JsonPath;

  /** @throws {RangeError} for an invalid pointer, and for "", which is the whole text */
  constructor(pointer: string) {
    if (pointer === '') throw new RangeError('expected a pointer to a part, got ""');
    this.path = new JsonPath(pointer);
  }

  take(token: ParsedTokenInfo): void {
    if (this.path.isBeforeValue(token)) this.value = readValue(token);
    this.path.take(token);
  }
}

function readValue({ token, value }: ParsedTokenInfo): FoundJson {
  if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) {
    return { kind: 'container' };
  }
  const json = writeJson(value) ?? '';
  return Buffer.byteLength(json) > MOST_VALUE_BYTES ? { kind: 'too_long' } : { kind: 'text', json };
}
