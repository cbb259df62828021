// The days that every kind of source is tested with, on a table of three columns.

/** The day that is synced; the next one never has data. */
export const DAY = '2025-10-01';
export const NEXT_DAY = '2025-10-02';

export const COLUMNS = { n: 'integer', name: 'text', price: 'decimal' } as const;

/** A row that every kind can write in its own way. */
export interface Row {
  /** An integer in digits. */
  readonly n: string;
  readonly name: string;
  /** A decimal as text. */
  readonly price: string;
}

/** A normal day: digits that a number would lose, a text that needs quotes, an empty text. */
export const ROWS: readonly Row[] = [
  { n: '9007199254740993', name: 'Zürich, "北"\n🐦', price: '1.10' },
  { n: '-1', name: '', price: '0.00000000000000000001' },
  { n: '3', name: 'c', price: '100' },
];

/** Rows of a large day: more than fit in the memory bound, and enough to be met in the middle. */
export const MANY = 100_000;

/** Each row of a large day follows from its number, so that SQL can check it. */
export function* manyRows(): Generator<Row> {
  for (let n = 1; n <= MANY; n++) yield { n: `${n}`, name: `row ${n}`, price: `${n}.50` };
}

/** The number of the row with a bad price, after {@link ROWS}. */
export const BAD_ROW = ROWS.length + 1;

/**
 * What a source returns for the day: the rows above, none, or many; good rows, then a bad value; an end in the middle
 * of a row; rows, then silence; rows with a delay of a second or two; or of a delay longer than any test.
 */
export type Served = 'rows' | 'none' | 'many' | 'bad' | 'cut' | 'silent' | 'slow' | 'long';

/** How a day fails. */
export interface ExpectedFailure {
  readonly code: string;
  readonly row?: number;
}

/** One kind of source, with a separate source for each dataset. */
export interface SourceKind {
  /** A part of the names of datasets and tables. */
  readonly name: string;
  /** The source in the datasets file. */
  source(dataset: string): Readonly<Record<string, unknown>>;
  /** Sets what the dataset's source returns from now on. It is empty at first. */
  serve(dataset: string, day: Served): Promise<void>;
  /** Lets a `slow` day end. */
  release(dataset: string): void;
  /** How many connections, queries or files of the dataset's source are open. */
  atWork(dataset: string): Promise<number>;
  /** How many of them stay open when no day is fetched. */
  readonly kept: number;
  /** The number of rows of a `slow` day. */
  readonly slowRows: number;
  readonly cut: ExpectedFailure;
  readonly silent: ExpectedFailure;
}
