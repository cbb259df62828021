/** The most that the rows of a source take in memory; those beyond are only counted. */
export const MOST_UNREADABLE_BYTES = 33_554_432;
/** What a row takes beside its texts. */
const ROW_BYTES = 128;

/** A row of a source with many days whose day can't be read: it belongs to no day. */
export interface UnreadableRow {
  /** The file, or the page of an answer, that it stands in. */
  readonly file: string;
  /** Counted from 1 in its file, without the header. */
  readonly row: number;
  /** The column with the day. */
  readonly column: string;
  /** What was expected and what came, for people. */
  readonly text: string;
  /** The beginning of the row, as much as quarantine keeps. */
  readonly content: string;
}

/** The unreadable rows of one version of a file, or of an answer. What is indexed anew gets another object. */
export interface UnreadableRows {
  /** The file or the answer. */
  readonly file: string;
  /** All of them. */
  readonly count: number;
  /** The first ones. */
  readonly rows: readonly UnreadableRow[];
  /** What `rows` take in memory. */
  readonly bytes: number;
  /** How many rows the file has, those that have a day as well. */
  readonly allRows: number;
  /**
   * How many other rows have a wall-clock time as their day that a clock change skips or shows twice. They belong to the
   * day that is written.
   */
  readonly unclearTimes: number;
}

/** The unreadable rows of the files that a day was read from. */
export interface UnreadableLists {
  /** The source as written in the datasets file. */
  readonly source: string;
  /** One for each file that was read, also without such rows, in the order of the files. */
  readonly lists: readonly UnreadableRows[];
  /** Whether the file has not been read anew since. */
  readonly isLatest: (list: UnreadableRows) => boolean;
  /** Whether a file that had unreadable rows no longer exists. Absent where only a new answer replaces an old one. */
  readonly isGone?: (file: string) => Promise<boolean>;
}

/** The unreadable rows of several files or pages as one list. */
export function joinUnreadable(file: string, parts: readonly UnreadableRows[]): UnreadableRows {
  const sum = (key: 'count' | 'bytes' | 'allRows' | 'unclearTimes'): number =>
    parts.reduce((total, part) => total + part[key], 0);
  return {
    file,
    count: sum('count'),
    rows: parts.flatMap(({ rows }) => rows),
    bytes: sum('bytes'),
    allRows: sum('allRows'),
    unclearTimes: sum('unclearTimes'),
  };
}

/** A row of the file that is read. */
type RowOfFile = Omit<UnreadableRow, 'file'>;

/** Collects the unreadable rows of a file, in bounded memory. */
export class UnreadableRowList {
  readonly rows: RowOfFile[] = [];
  /** For errors; there also if nothing may be kept. */
  first: RowOfFile | undefined;
  count = 0;
  bytes = 0;
  private isFull = false;

  constructor(private readonly mostBytes = MOST_UNREADABLE_BYTES) {}

  /**
   * @param describe called only as long as rows are kept
   * @returns whether it is kept
   */
  add(describe: () => RowOfFile): boolean {
    this.count += 1;
    if (this.isFull) return false;
    const described = describe();
    const content = copyOf(described.content);
    const text = copyOf(described.text);
    const row = { ...described, content, text };
    this.first ??= row;
    const bytes = ROW_BYTES + Buffer.byteLength(content) + Buffer.byteLength(text);
    // A smaller one after it is not kept either: the first ones are.
    this.isFull = this.bytes + bytes > this.mostBytes;
    if (this.isFull) return false;
    this.bytes += bytes;
    this.rows.push(row);
    return true;
  }

  /** Adds to the text of a row. */
  extend(index: number, addition: string): void {
    const row = this.rows[index];
    if (row !== undefined) this.rows[index] = { ...row, text: row.text + addition };
  }
}

/** A slice of a text keeps the whole text in memory; a copy does not. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
