// What each kind of source is put through, on one table of three columns.

/** The day that is asked for; the next one never has data. */
export const DAY = '2025-10-01';
export const NEXT_DAY = '2025-10-02';

export const COLUMNS = { n: 'integer', name: 'text', price: 'decimal' } as const;

/** A row in words that every kind can write, each in its own way. */
export interface Row {
  /** An integer in digits. */
  readonly n: string;
  readonly name: string;
  /** A number as it is written. */
  readonly price: string;
}

/** A normal day: digits that a number would lose, a text that wants quotes, one that is empty. */
export const ROWS: readonly Row[] = [
  { n: '9007199254740993', name: 'Zürich, "北"\n🐦', price: '1.10' },
  { n: '-1', name: '', price: '0.00000000000000000001' },
  { n: '3', name: 'c', price: '100' },
];

/** Rows of a large day: more than are held in memory. */
export const MANY = process.env['LONG_TESTS'] === '1' ? 100_000 : 25_000;

/** Each row of a large day follows from its number: SQL can tell whether it is right. */
export function* manyRows(): Generator<Row> {
  for (let n = 1; n <= MANY; n++) yield { n: `${n}`, name: `row ${n}`, price: `${n}.50` };
}

/** A price that is none, in the row after {@link ROWS}. */
export const BAD_ROW = ROWS.length + 1;

/**
 * What a source has for the day: the rows above, none, very many; a bad value after good rows; an end in the middle
 * of them; silence where more should come; rows that take a second or two; or so long that nobody waits for it.
 */
export type Served = 'rows' | 'none' | 'many' | 'bad' | 'cut' | 'silent' | 'slow' | 'long';

/** How a day of one kind goes wrong. */
export interface ExpectedFailure {
  readonly code: string;
  readonly row?: number;
}

/** One kind of source, with a source of its own for each dataset. */
export interface SourceKind {
  /** Part of the names of datasets and tables. */
  readonly name: string;
  /** The source as the datasets file writes it. */
  source(dataset: string): Readonly<Record<string, unknown>>;
  /** What the dataset's source has from now on. Until then it has nothing. */
  serve(dataset: string, day: Served): Promise<void>;
  /** Lets a `slow` day come to its end. */
  release(dataset: string): void;
  /** How many connections, queries or files of the dataset's source are at work. */
  atWork(dataset: string): Promise<number>;
  /** How many of them stay when no day is fetched. */
  readonly kept: number;
  /** How many rows a `slow` day has in the end. */
  readonly slowRows: number;
  readonly cut: ExpectedFailure;
  readonly silent: ExpectedFailure;
}
