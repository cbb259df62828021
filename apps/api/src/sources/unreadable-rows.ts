import { shortenText } from '../config/redact.js';

/** The most that the rows of all sources take in memory until they are stored; those beyond are only counted. */
const MOST_BYTES = 33_554_432;
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
  /** The first ones; fewer, and only their beginnings, once they are stored. */
  rows: readonly UnreadableRow[];
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
  const sum = (key: 'count' | 'allRows' | 'unclearTimes'): number =>
    parts.reduce((total, part) => total + part[key], 0);
  const joined = {
    file,
    count: sum('count'),
    rows: parts.flatMap(({ rows }) => rows),
    allRows: sum('allRows'),
    unclearTimes: sum('unclearTimes'),
  };
  UNREADABLE_MEMORY.move(parts, joined);
  return joined;
}

/** How many rows of a file are kept, and how much of each. */
export interface KeptRows {
  readonly rows: number;
  readonly characters: number;
}

/** What is listed; quarantine keeps more. */
export const LISTED_ROWS: KeptRows = { rows: 200, characters: 200 };

/** Counts what the rows of all lists take in memory until they are stored. */
export class UnreadableMemory {
  bytes = 0;
  private readonly held = new WeakMap<UnreadableRows, { bytes: number }>();
  /** A list that is never stored ends with its source. */
  private readonly ended = new FinalizationRegistry<{ bytes: number }>((held) => this.free(held));

  constructor(private readonly mostBytes = MOST_BYTES) {}

  hasRoomFor(bytes: number): boolean {
    return this.bytes + bytes <= this.mostBytes;
  }

  /** Says that bytes that are counted belong to a list. */
  hold(list: UnreadableRows, bytes: number): void {
    const held = { bytes };
    this.held.set(list, held);
    this.ended.register(list, held);
  }

  /** Makes what lists have that of another one. */
  move(from: readonly UnreadableRows[], to: UnreadableRows): void {
    let bytes = 0;
    for (const list of from) {
      const held = this.held.get(list);
      bytes += held?.bytes ?? 0;
      if (held !== undefined) held.bytes = 0;
    }
    this.hold(to, bytes);
  }

  /** Frees what only quarantine needs of a list that is stored. */
  release(list: UnreadableRows): void {
    const { rows, characters } = LISTED_ROWS;
    list.rows = list.rows.slice(0, rows).map(({ content, ...row }) => {
      return { ...row, content: copyOf(shortenText(content, characters)) };
    });
    const held = this.held.get(list);
    if (held !== undefined) this.free(held);
  }

  private free(held: { bytes: number }): void {
    this.bytes -= held.bytes;
    held.bytes = 0;
  }
}

/** Of all sources of the process. */
export const UNREADABLE_MEMORY = new UnreadableMemory();

/** A row of the file that is read. */
type RowOfFile = Omit<UnreadableRow, 'file'>;

/** Collects the unreadable rows of a file, in bounded memory. */
export class UnreadableRowList {
  rows: RowOfFile[] = [];
  /** For errors; there also if nothing may be kept. */
  first: RowOfFile | undefined;
  count = 0;
  private bytes = 0;
  private isFull = false;

  constructor(
    private readonly kept = LISTED_ROWS,
    private readonly memory = UNREADABLE_MEMORY,
  ) {}

  /**
   * @param describe called only as long as rows are kept
   * @returns whether it is kept
   */
  add(describe: () => RowOfFile): boolean {
    this.count += 1;
    if (this.isFull) return false;
    const described = describe();
    const content = copyOf(shortenText(described.content, this.kept.characters));
    const text = copyOf(described.text);
    const row = { ...described, content, text };
    this.first ??= row;
    const bytes = ROW_BYTES + Buffer.byteLength(content) + Buffer.byteLength(text);
    // A smaller one after it is not kept either: the first ones are.
    this.isFull = this.rows.length >= this.kept.rows || !this.memory.hasRoomFor(bytes);
    if (this.isFull) return false;
    this.bytes += bytes;
    this.memory.bytes += bytes;
    this.rows.push(row);
    return true;
  }

  /** Whether the next row is kept, if its text has room. */
  get isOpen(): boolean {
    return !this.isFull && this.rows.length < this.kept.rows;
  }

  /** Gives the rows away, as those of a file: they are no longer here. */
  take({ file, allRows, unclearTimes }: Omit<UnreadableRows, 'count' | 'rows'>): UnreadableRows {
    const { count } = this;
    const rows = this.rows.map((row) => ({ file, ...row }));
    const list = { file, count, rows, allRows, unclearTimes };
    this.memory.hold(list, this.bytes);
    this.rows = [];
    this.bytes = 0;
    return list;
  }

  /** Forgets the rows of a file that could not be indexed. */
  drop(): void {
    this.memory.bytes -= this.bytes;
    this.bytes = 0;
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
