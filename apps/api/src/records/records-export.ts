import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { filterRecords, sortRecords } from './record-query.js';
import { CSV_COLUMNS, csvHead, csvLines } from './records-csv.js';
import { RecordFilterDto } from './records.dto.js';

const CHUNK = 500;

/** Writes records as CSV. */
@Injectable()
export class RecordsExport {
  constructor(private readonly database: Database) {}

  /** The file, in pieces. */
  async *read(filter: RecordFilterDto): AsyncGenerator<string> {
    yield csvHead();
    for (let offset = 0; ; offset += CHUNK) {
      const rows = await sortRecords(
        filterRecords(this.database.read, filter).select(CSV_COLUMNS),
        filter.sort,
      )
        .limit(CHUNK)
        .offset(offset)
        .execute();
      if (rows.length === 0) return;
      yield csvLines(rows.map((row) => CSV_COLUMNS.map((column) => row[column])));
    }
  }
}
