import type { CalendarDay } from '@daysync/progress';
import { redactVariables, redactText, shortenText, storableText } from '../../config/redact.js';
import type { Staging } from '../../database/staging.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { MOST_QUARANTINED } from '../../datasets/file/on-bad-row.js';
import { badRowText, isBadRow } from '../../sources/rows/bad-row.js';
import {
  QUARANTINED_VALUES,
  SourceError,
  type QuarantinedRows,
  type RowOrigin,
  type SourceRow,
} from '../../sources/day-source.js';
import { cutRowText } from '../../sources/rows/row-text.js';
import { SOURCE_KINDS } from '../../datasets/file/source-kinds.js';
import { FetchedRows } from './fetched-rows.js';
import type { RowMemory } from './row-memory.js';

const MOST_NAME = 1_000;

/** Gathers the rows of a day that don't fit, as far as `on_bad_row` of the dataset allows them. */
export class DayQuarantine {
  private readonly rows: FetchedRows;
  /** The most rows, before all rows of the day are counted. */
  private readonly most: number;
  private first: SourceError | undefined;

  constructor(
    private readonly dataset: Dataset,
    private readonly day: CalendarDay,
    { memory, staging, signal }: { memory: RowMemory; staging: Staging; signal: AbortSignal },
  ) {
    const { onBadRow } = dataset;
    this.rows = new FetchedRows(memory, staging, QUARANTINED_VALUES.length, signal);
    if (onBadRow === null) this.most = 0;
    else this.most = 'rows' in onBadRow ? onBadRow.rows : MOST_QUARANTINED;
  }

  /** Whether the row that an error concerns is put in quarantine, instead of failing the day. */
  takes(error: unknown): error is SourceError {
    return this.most > 0 && error instanceof SourceError && isBadRow(error);
  }

  /** @throws {SourceError} `TOO_MANY_BAD_ROWS` */
  async add(row: SourceRow, error: SourceError, origin: RowOrigin | undefined): Promise<void> {
    this.first ??= error;
    if (this.rows.count === this.most) {
      throw this.tooMany(`at most ${this.most} rows of a day not to fit`, 'more');
    }
    const { source, variables } = this.dataset;
    const { code, message, place } = error;
    const file = row.file ?? SOURCE_KINDS[source.kind].describeDay(source, this.day);
    const fits = this.rows.add([
      redactText(file, variables),
      row.row,
      code,
      place.column === undefined
        ? null
        : redactText(shortenText(place.column, MOST_NAME), variables),
      redactText(message, variables),
      cutRowText(redactVariables(storableText(badRowText(row, origin)), variables)),
    ]);
    if (!fits) await this.rows.stage();
  }

  /**
   * What the commit keeps; undefined if every row fits.
   * @param written the rows that fit
   * @throws {SourceError} `TOO_MANY_BAD_ROWS`
   */
  async finish(written: number): Promise<QuarantinedRows | undefined> {
    const { count } = this.rows;
    if (count === 0) return undefined;
    const fetched = written + count;
    const { onBadRow } = this.dataset;
    if (onBadRow !== null && 'percent' in onBadRow && count * 100 > onBadRow.percent * fetched) {
      throw this.tooMany(
        `at most ${onBadRow.percent}% of the rows of a day not to fit`,
        `${count} of ${fetched}`,
      );
    }
    return { fetched, count, rows: await this.rows.finish() };
  }

  giveUp(): void {
    this.rows.giveUp();
  }

  async drop(): Promise<void> {
    await this.rows.drop();
  }

  private tooMany(expected: string, received: string): SourceError {
    const first = this.first === undefined ? '' : `; the first: ${this.first.message}`;
    const text = `expected ${expected} (on_bad_row), got ${received}${first}`;
    return new SourceError('lasting', 'TOO_MANY_BAD_ROWS', text, this.first?.place);
  }
}
