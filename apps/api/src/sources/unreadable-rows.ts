import { shortenText } from '../config/redact.js';

/** The most rows that are kept of one file; the others are only counted. */
export const MOST_ROWS = 200;
/** The most characters of a row that are kept. */
export const MOST_ROW_TEXT = 200;

/** A row of a file with many days whose day can't be read: it belongs to no day. */
export interface UnreadableRow {
  /** Counted from 1 without the header. */
  readonly row: number;
  /** The column with the day. */
  readonly column: string;
  /** What was expected and what came, for people. */
  readonly text: string;
  /** The beginning of the row. */
  readonly content: string;
}

/** The unreadable rows of one version of a file. A file that is indexed anew gets another object. */
export interface UnreadableRows {
  /** The file as written in the datasets file. */
  readonly file: string;
  /** All of them. */
  readonly count: number;
  /** The first ones, in the order of the file. */
  readonly rows: readonly UnreadableRow[];
  /**
   * How many other rows have a wall-clock time as their day that a clock change skips or shows twice. They belong to the
   * day that is written. Absent for none.
   */
  readonly unclearTimes?: number;
}

/** Collects the unreadable rows of a file, in bounded memory. */
export class UnreadableRowList {
  private readonly kept: UnreadableRow[] = [];
  count = 0;

  /** @param describe called only for a row that is kept */
  add(describe: () => UnreadableRow): void {
    this.count += 1;
    if (this.kept.length === MOST_ROWS) return;
    const row = describe();
    this.kept.push({ ...row, content: copyOf(shortenText(row.content, MOST_ROW_TEXT)) });
  }

  /** Adds to the texts of the rows that are kept. */
  extend(textOf: (index: number) => string): void {
    for (const [index, row] of this.kept.entries()) {
      this.kept[index] = { ...row, text: row.text + textOf(index) };
    }
  }

  get first(): UnreadableRow | undefined {
    return this.kept[0];
  }

  of(file: string): UnreadableRows {
    return { file, count: this.count, rows: this.kept };
  }
}

/** A slice of a text keeps the whole text in memory; a copy does not. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
