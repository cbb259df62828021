import type { BadRow } from '../../sources/day-source.js';
import { InitError } from './init-failure.js';

/** By default so many rows of a day may be bad; all of those that were seen may be of one day. */
const LEAST_QUARANTINE = 100;
const MOST_QUARANTINE = 100_000;
const MOST_EXAMPLES = 3;

/** Rows of a source that are no rows of values, such as lines with too few fields. */
export class BadRows {
  count = 0;
  private readonly examples: string[] = [];
  private areRagged = true;

  add({ failure }: BadRow): void {
    this.count += 1;
    if (this.examples.length === MOST_EXAMPLES) return;
    const { code, message } = failure();
    this.examples.push(message);
    this.areRagged &&= code === 'SOURCE_ROW_RAGGED';
  }

  /** @throws {InitError} if most rows are bad: then the source is written in a way that can't be read */
  refuseMost(rowCount: number): void {
    if (this.count <= rowCount) return;
    throw new InitError(
      `expected rows that can be read, but ${this.describe(rowCount)}`,
      ...(this.areRagged
        ? [
            'Daysync reads rows with as many fields as the header has names. Write a delimiter for each field that is missing at the end of a row.',
          ]
        : []),
    );
  }

  doubts(rowCount: number): readonly string[] {
    if (this.count === 0) return [];
    return [
      `${this.describe(rowCount)}. \`on_bad_row\` keeps them in quarantine; without it, their days fail`,
    ];
  }

  private describe(rowCount: number): string {
    const { count, examples } = this;
    const more = count > examples.length ? `; and ${count - examples.length} more` : '';
    return `${count} of ${count + rowCount} rows can't be read: ${examples.join('; ')}${more}`;
  }
}

/** The key `on_bad_row` for so many rows that don't fit; none where all do. */
export function draftOnBadRow(count: number): {
  readonly on_bad_row?: { readonly quarantine: number };
} {
  if (count === 0) return {};
  return {
    on_bad_row: { quarantine: Math.min(MOST_QUARANTINE, Math.max(LEAST_QUARANTINE, count)) },
  };
}
