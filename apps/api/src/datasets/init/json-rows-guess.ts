import { TokenType, type ParsedTokenInfo } from '@streamparser/json';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { ExactTokenizer } from '../../targets/exact-json.js';
import { InitError } from './init-failure.js';

const CHUNK_BYTES = 65_536;
/** Lists of rows deeper than this are parts of something else. */
const MOST_DEPTH = 6;
/** The lists whose items are counted. */
const MOST_LISTS = 1_000;

interface Open {
  readonly isList: boolean;
  /** The pointer to it; null inside a list, or deep below. */
  readonly pointer: string | null;
  key: string;
  atKey: boolean;
}

/**
 * The JSON pointer to the list of rows: the one with the most objects, and none inside another list.
 * @param bytes UTF-8, which may be cut
 * @throws {InitError} if there is none
 */
export async function guessRowsPointer(bytes: Uint8Array): Promise<string> {
  const lists = new ListCounter();
  const tokenizer = new ExactTokenizer({ stringBufferSize: CHUNK_BYTES });
  const fault = new AbortController();
  tokenizer.onToken = (token) => {
    lists.take(token);
  };
  tokenizer.onError = () => {
    fault.abort();
  };
  for (let start = 0; start < bytes.length && !fault.signal.aborted; start += CHUNK_BYTES) {
    tokenizer.write(bytes.subarray(start, start + CHUNK_BYTES));
    if (isTurnDue()) await takeTurn();
  }
  const [best] = [...lists.objects].toSorted(([, a], [, b]) => b - a);
  if (best !== undefined) return best[0];
  throw new InitError(
    `expected JSON with a list of objects, as in [{"date": "2025-01-01", …}, …], got ${lists.others}`,
    'Daysync reads one row from each object of a list.',
  );
}

class ListCounter {
  /** How many objects each list has, by its pointer. */
  readonly objects = new Map<string, number>();
  private readonly open: Open[] = [];
  private otherItems = 0;

  get others(): string {
    return this.otherItems > 0 ? 'lists of numbers, texts or lists' : 'no list';
  }

  take({ token, value }: ParsedTokenInfo): void {
    const last = this.open.at(-1);
    switch (token) {
      case TokenType.LEFT_BRACE:
        if (last?.isList === true) this.count(last.pointer);
        this.enter(false, last);
        return;
      case TokenType.LEFT_BRACKET:
        if (last?.isList === true) this.otherItems += 1;
        this.enter(true, last);
        return;
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.open.pop();
        return;
      case TokenType.COMMA:
        if (last?.isList === false) last.atKey = true;
        return;
      case TokenType.COLON:
      case TokenType.SEPARATOR:
        return;
      case TokenType.STRING:
        if (last?.atKey !== true) break;
        last.key = String(value);
        last.atKey = false;
        return;
      case TokenType.NUMBER:
      case TokenType.TRUE:
      case TokenType.FALSE:
      case TokenType.NULL:
    }
    if (last?.isList === true) this.otherItems += 1;
  }

  private count(pointer: string | null): void {
    if (pointer === null) return;
    const before = this.objects.get(pointer);
    if (before !== undefined || this.objects.size < MOST_LISTS) {
      this.objects.set(pointer, (before ?? 0) + 1);
    }
  }

  private enter(isList: boolean, parent: Open | undefined): void {
    this.open.push({ isList, pointer: this.pointerBelow(parent), key: '', atKey: !isList });
  }

  private pointerBelow(parent: Open | undefined): string | null {
    if (parent === undefined) return '';
    if (parent.isList || parent.pointer === null || this.open.length > MOST_DEPTH) return null;
    return `${parent.pointer}/${parent.key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
}
