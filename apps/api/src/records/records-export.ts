import { Inject, Injectable } from '@nestjs/common';
import { standingMarks } from '../batches/day-marks.js';
import { takeTurn } from '../config/slices.js';
import { Database } from '../database/database.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { isElsewhere, readStates } from './elsewhere.js';
import { filterRecords, readByRowIds, sortedRowIds } from './record-query.js';
import type { TargetState } from '../targets/target-version.js';
import { CSV_COLUMNS, csvHead, csvRecords } from './records-csv.js';
import { RecordFilterDto } from './records.dto.js';
import { shownCounts } from './records.service.js';

/** Records per read: one piece takes the event loop about 2 ms. */
const CHUNK = 250;
/** To look up the targets of many datasets takes longer than to read a chunk: they are looked up again after so many records. */
const RECORDS_A_LOOKUP = 40 * CHUNK;

/** The columns of a record. The file names the batch as the API does. */
const SELECTED = CSV_COLUMNS.filter((column) => column !== 'elsewhere' && column !== 'unusual').map(
  (column) => (column === 'last_task_id' ? ('last_batch_id as last_task_id' as const) : column),
);

/** Reads records as CSV. */
@Injectable()
export class RecordsExport {
  /**
   * The current sorting. Each uses a whole processor, so they run one after another; the next one also waits for a sorting
   * that goes on after its reader has left.
   */
  private sorting: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(Database) private readonly database: Pick<Database, 'dialect' | 'longRead' | 'rowIds'>,
    private readonly catalog: DatasetCatalog,
  ) {}

  /**
   * The file, in pieces. Each record is in it once, as it is when it is read. A record that no longer matches the filter at
   * that time is left out.
   * @throws an `AbortError` once `signal` is aborted
   */
  async *read(filter: RecordFilterDto, signal: AbortSignal): AsyncGenerator<string> {
    const { dialect, longRead: read } = this.database;
    const ids = await this.sorted(filter, signal);
    yield csvHead();
    const states = new Map<string, TargetState | undefined>();
    for (let done = 0; done < ids.length; done += CHUNK) {
      const query = filterRecords(this.database, filter).select([
        ...SELECTED,
        ...(['target_version', 'marks', 'accepted_at'] as const),
      ]);
      const rows = await readByRowIds(dialect, query, [...ids.subarray(done, done + CHUNK)]);
      if (done % RECORDS_A_LOOKUP === 0) states.clear();
      const unknown = rows.filter((row) => !states.has(row.dataset));
      const found = await readStates({ read, dialect }, this.catalog, unknown);
      for (const [dataset, state] of found) states.set(dataset, state);
      yield csvRecords(
        rows.map((row) => ({
          ...row,
          ...shownCounts(row),
          unusual: standingMarks(row)
            .map((mark) => mark.of)
            .join(' '),
          elsewhere: String(isElsewhere(states.get(row.dataset), row)),
        })),
      );
      await takeTurn();
      signal.throwIfAborted();
    }
  }

  private sorted(filter: RecordFilterDto, signal: AbortSignal): Promise<Float64Array> {
    const { database } = this;
    const query = sortedRowIds(filterRecords(database, filter), filter.sort).compile();
    const sorted = this.sorting.then(() => {
      // The caller may have left while this waited.
      signal.throwIfAborted();
      return database.rowIds(query, signal);
    });
    this.sorting = sorted.catch(() => undefined);
    return orAborted(sorted, signal);
  }
}

/** What `work` gives. Once `signal` is aborted it is not waited for. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const leave = (): void => {
    aborted.reject(signal.reason);
  };
  signal.addEventListener('abort', leave);
  try {
    signal.throwIfAborted();
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
