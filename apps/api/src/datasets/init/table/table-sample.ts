import type { SourceRow } from '../../../sources/day-source.js';

/** The rows of a table that are read. */
const MOST_ROWS = 20_000;
/** For a query: one more shows that there are others. */
export const MOST_ROWS_READ = MOST_ROWS + 1;

/** The first rows of a table, up to a bound in rows and in bytes. */
export class TableSample {
  readonly rows: SourceRow[] = [];
  /** Whether no row was left out. */
  isWhole = true;
  private bytes = 0;

  constructor(private readonly mostBytes: number) {}

  /** Adds a row, unless the sample is full. @returns whether it was added */
  add(values: SourceRow['values'], bytes: number): boolean {
    if (this.rows.length === MOST_ROWS || this.bytes >= this.mostBytes) {
      this.isWhole = false;
      return false;
    }
    this.bytes += bytes;
    this.rows.push({ row: this.rows.length + 1, values, typed: true });
    return true;
  }
}
