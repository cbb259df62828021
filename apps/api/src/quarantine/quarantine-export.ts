import { Inject, Injectable } from '@nestjs/common';
import { takeTurn } from '../config/slices.js';
import { Database } from '../database/database.js';
import { readByRowIds } from '../records/record-query.js';
import { csvHead, csvLines } from '../records/records-csv.js';
import { QuarantineFilterDto } from './quarantine.dto.js';
import { describeQuarantined, filterQuarantine, sortedQuarantine } from './quarantine-query.js';

/** The columns of the export, in their order. */
const COLUMNS = [
  'dataset',
  'day',
  'file',
  'row',
  'code',
  'column',
  'text',
  'content',
  'task_id',
  'quarantined_at',
] as const;
/** Rows of 4 kB per read: one piece takes the event loop a few milliseconds. */
const CHUNK = 100;

/** Reads the rows in quarantine as CSV. */
@Injectable()
export class QuarantineExport {
  constructor(
    @Inject(Database) private readonly database: Pick<Database, 'dialect' | 'longRead' | 'rowIds'>,
  ) {}

  /**
   * The file, in pieces. Each row is in it once; one that is replaced meanwhile is left out.
   * @throws an `AbortError` once `signal` is aborted
   */
  async *read(filter: QuarantineFilterDto, signal: AbortSignal): AsyncGenerator<string> {
    const { database } = this;
    const { dialect, longRead: read } = database;
    const sorted = sortedQuarantine(filterQuarantine(read, filter), filter).compile();
    const ids = await database.rowIds(sorted, signal);
    yield csvHead(COLUMNS);
    for (let done = 0; done < ids.length; done += CHUNK) {
      const rows = await readByRowIds(dialect, read.selectFrom('quarantined_row').selectAll(), [
        ...ids.subarray(done, done + CHUNK),
      ]);
      const described = rows.map(describeQuarantined);
      yield csvLines(described.map((row) => COLUMNS.map((column) => row[column])));
      await takeTurn();
      signal.throwIfAborted();
    }
  }
}
