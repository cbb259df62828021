import type { CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { TargetValue } from '../datasets/column-value.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';
import { SourceError } from '../datasets/day-source.js';
import { requireColumns } from '../datasets/required-columns.js';
import { createRowReader } from '../datasets/row-reader.js';
import { LOGGER } from '../logging/logger.js';
import type { DayDispatcher, FetchedDay } from './day-dispatcher.js';

/** The rows of a day are held in memory until its commit: this many fit. */
const MOST_ROWS = 1_000_000;

/** Fetches days in this process. */
@Injectable()
export class InProcessDispatcher implements DayDispatcher {
  constructor(
    private readonly catalog: DatasetCatalog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async fetchDay(dataset: Dataset, day: CalendarDay, signal: AbortSignal): Promise<FetchedDay> {
    const timeout = new AbortController();
    const timer = setTimeout(() => {
      timeout.abort();
    }, dataset.timeoutSeconds * 1_000);
    try {
      const rows = await this.readRows(dataset, day, AbortSignal.any([signal, timeout.signal]));
      return { kind: 'rows', rows };
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.signal.aborted) {
        const text = `expected the day within ${dataset.timeoutSeconds} s, and it was not there`;
        return { kind: 'error', error: { code: 'TIMEOUT', text, row: null, column: null } };
      }
      if (error instanceof SourceError) {
        const { code, message, place } = error;
        const [row, column] = [place.row ?? null, place.column ?? null];
        return { kind: 'error', error: { code, text: message, row, column } };
      }
      this.logger.error({ err: error, dataset: dataset.name, day }, 'a source broke unexpectedly');
      const text = 'an unexpected error, which the log tells';
      return { kind: 'error', error: { code: 'INTERNAL', text, row: null, column: null } };
    } finally {
      clearTimeout(timer);
    }
  }

  /** A passing error drops what was read and reads the day anew, up to `attempts` times. */
  private async readRows(
    dataset: Dataset,
    day: CalendarDay,
    signal: AbortSignal,
  ): Promise<TargetValue[][]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.readRowsOnce(dataset, day, signal);
      } catch (error) {
        const passing = error instanceof SourceError && error.kind === 'passing';
        if (!passing || attempt >= dataset.attempts) throw error;
      }
    }
  }

  private async readRowsOnce(
    dataset: Dataset,
    day: CalendarDay,
    signal: AbortSignal,
  ): Promise<TargetValue[][]> {
    const source = this.catalog.sourceOf(dataset.name);
    await requireColumns(source, dataset, signal);
    const readRow = createRowReader(dataset.target.columns);
    const rows: TargetValue[][] = [];
    for await (const row of source.fetchDay(day, signal)) {
      signal.throwIfAborted();
      if (rows.length === MOST_ROWS) {
        throw new SourceError(
          'lasting',
          'DAY_TOO_LARGE',
          `expected at most ${MOST_ROWS} rows a day, got more`,
          { row: row.row },
        );
      }
      rows.push(readRow(row));
    }
    signal.throwIfAborted();
    return rows;
  }
}
