import type { CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { TargetValue } from '../datasets/column-value.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';
import { SourceError, type SourceErrorKind } from '../datasets/day-source.js';
import { unlessAborted } from '../datasets/unless-aborted.js';
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
    const leaving = AbortSignal.any([signal, timeout.signal]);
    try {
      return {
        kind: 'rows',
        rows: await unlessAborted(this.readRows(dataset, day, leaving), leaving),
      };
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.signal.aborted) {
        const text = `expected the day within ${dataset.timeoutSeconds} s, and it was not there`;
        return failed('TIMEOUT', text, 'passing');
      }
      if (error instanceof SourceError) {
        const { kind, code, message, place, retryAfterMs } = error;
        return failed(code, message, kind, { ...place, retryAfterMs });
      }
      this.logger.error({ err: error, dataset: dataset.name, day }, 'a source broke unexpectedly');
      // Nothing is known of it, not even that the source has answered.
      return failed('INTERNAL', 'an unexpected error, which the log tells', 'passing');
    } finally {
      clearTimeout(timer);
    }
  }

  private async readRows(
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

function failed(
  code: string,
  text: string,
  errorKind: SourceErrorKind,
  { row = null, column = null, retryAfterMs = null }: FailureDetails = {},
): FetchedDay {
  return { kind: 'error', error: { code, text, row, column }, errorKind, retryAfterMs };
}

interface FailureDetails {
  readonly row?: number | null;
  readonly column?: string | null;
  readonly retryAfterMs?: number | null;
}
