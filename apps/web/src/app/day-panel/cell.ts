interface Cell {
  /** `absent`: NULL. `blank`: an empty text. `long`: too long for a table row. */
  readonly kind: 'absent' | 'blank' | 'short' | 'long';
  /** The text in the table, of a long value its beginning. */
  readonly text: string;
  /** The whole value, formatted. */
  readonly whole: string;
  readonly isNumber: boolean;
  /** Whether the server sent only the beginning of the value. */
  readonly isCut: boolean;
}

/** The most characters of a value in its row. */
const MOST_SHOWN = 60;
const NUMBERS: ReadonlySet<string> = new Set(['integer', 'real', 'decimal']);

/**
 * Formats a value of a target column.
 * @param type the column's type in the datasets file
 * @param isCut whether `value` is a text with only the beginning of the value
 */
export function cellOf(value: unknown, type: string, isCut = false): Cell {
  const isNumber = NUMBERS.has(type);
  if (value === null || value === undefined) {
    // A JSON null and SQL NULL are the same on the wire.
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

/** Cut between characters, not inside a surrogate pair. */
function beginning(text: string): string {
  const line = text.slice(0, MOST_SHOWN * 2).replaceAll(/\s+/g, ' ');
  return `${Array.from(line).slice(0, MOST_SHOWN).join('')}…`;
}
