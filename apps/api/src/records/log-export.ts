import { Injectable } from '@nestjs/common';
import { BatchLogs } from '../batches/store/batch-logs.js';
import { START } from '../batches/store/days-cursor.js';
import { takeTurn } from '../config/slices.js';
import type { Refused } from '../sync/refusal.js';
import { csvHead, csvLines } from './records-csv.js';

/** The columns of the export, in their order. */
const COLUMNS = ['at', 'day', 'kind', 'attempt', 'code', 'text', 'until', 'by', 'rows'] as const;
const CHUNK = 500;

type LogFile = (signal: AbortSignal) => AsyncGenerator<string>;

/** Reads the whole log of a batch as CSV. */
@Injectable()
export class LogExport {
  constructor(private readonly logs: BatchLogs) {}

  async open(
    batchId: string,
  ): Promise<{ readonly kind: 'found'; readonly read: LogFile } | Refused<'unknown_batch'>> {
    const log = await this.logs.ofBatch(batchId, { known: START, kinds: null, limit: null });
    if (log === undefined) return { kind: 'unknown_batch', batchId };
    return {
      kind: 'found',
      async *read(signal) {
        yield csvHead(COLUMNS);
        for (let done = 0; done < log.items.length; done += CHUNK) {
          signal.throwIfAborted();
          const entries = log.items.slice(done, done + CHUNK);
          yield csvLines(entries.map((entry) => COLUMNS.map((column) => entry[column])));
          await takeTurn();
        }
      },
    };
  }
}
