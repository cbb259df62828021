import type { CalendarDay } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { TargetValue } from '../datasets/column-value.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/dataset.js';
import { SourceError } from '../datasets/day-source.js';
import { createRowReader } from '../datasets/row-reader.js';
import { LOGGER } from '../logging/logger.js';
import type { DayDispatcher, FetchedDay } from './day-dispatcher.js';

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

  private async readRows(
    dataset: Dataset,
    day: CalendarDay,
    signal: AbortSignal,
  ): Promise<TargetValue[][]> {
    const readRow = createRowReader(dataset.target.columns);
    const rows: TargetValue[][] = [];
    for await (const row of this.catalog.sourceOf(dataset.name).fetchDay(day, signal)) {
      signal.throwIfAborted();
      rows.push(readRow(row));
    }
    signal.throwIfAborted();
    return rows;
  }
}
