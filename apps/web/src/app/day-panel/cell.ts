/** How one value of a row is shown. */
export interface Cell {
  /** `absent`: no value. `blank`: a text without a character. `long`: more than a table row has room for. */
  readonly kind: 'absent' | 'blank' | 'short' | 'long';
  /** What stands in the table; of a long value its beginning. */
  readonly text: string;
  /** All of it, laid out to be read. */
  readonly whole: string;
  readonly isNumber: boolean;
  /** Whether only the beginning of the value came. */
  readonly isCut: boolean;
}

/** How many characters of a value stand in its row. */
const MOST_SHOWN = 60;
const NUMBERS: ReadonlySet<string> = new Set(['integer', 'real', 'decimal']);

/**
 * How a value of a target column is shown.
 * @param type the column's type in the datasets file
 * @param isCut whether `value` is only a text with the beginning of it
 */
export function cellOf(value: unknown, type: string, isCut = false): Cell {
  const isNumber = NUMBERS.has(type);
  if (value === null || value === undefined) {
    // In a JSON column a null is a value as well, and the wire has one null for both.
    return { kind: 'absent', text: '', whole: '', isNumber, isCut: false };
  }
  if (isCut) {
    const text = plainText(value);
    return { kind: 'long', text: beginning(text), whole: `${text}…`, isNumber, isCut };
  }
  const text = type === 'json' ? JSON.stringify(value) : plainText(value);
  if (text === '') return { kind: 'blank', text, whole: text, isNumber, isCut };
  const isLong = text.length > MOST_SHOWN || text.includes('\n');
  return {
    kind: isLong ? 'long' : 'short',
    text: isLong ? beginning(text) : text,
    whole: type === 'json' ? JSON.stringify(value, undefined, 2) : text,
    isNumber,
    isCut,
  };
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Cut between characters, not inside of one. */
function beginning(text: string): string {
  const line = text.slice(0, MOST_SHOWN * 2).replaceAll(/\s+/g, ' ');
  return `${Array.from(line).slice(0, MOST_SHOWN).join('')}…`;
}
