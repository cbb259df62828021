import type { CalendarDay } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { readFindingRows, type FindingRows, type NamedRow } from '../batches/day-finding.js';
import { Database } from '../database/database.js';
import type { UnknownDataset } from '../datasets/dataset-catalog.js';
import { csvHead, csvLines } from './records-csv.js';
import { KnownDatasets } from './records.service.js';

type FindingFile = (signal: AbortSignal) => AsyncGenerator<string>;

/** Reads the rows that the latest comparison of a day has found, as CSV. */
@Injectable()
export class FindingExport {
  constructor(
    private readonly database: Database,
    private readonly known: KnownDatasets,
  ) {}

  async open(
    dataset: string,
    day: CalendarDay,
  ): Promise<{ readonly kind: 'found'; readonly read: FindingFile } | UnknownDataset> {
    const unknown = await this.known.refuseUnknown(dataset);
    if (unknown !== null) return unknown;
    const { read } = this.database;
    return {
      kind: 'found',
      async *read(signal) {
        signal.throwIfAborted();
        const record = await read
          .selectFrom('sync_record')
          .select('finding_rows')
          .where('dataset', '=', dataset)
          .where('day', '=', day)
          .executeTakeFirst();
        yield findingCsv(readFindingRows(record?.finding_rows ?? null));
      },
    };
  }
}

/** The first column says where a row is: a changed row has two lines. Without rows there is only the head. */
function findingCsv(rows: FindingRows | null): string {
  const lines: (readonly [string, NamedRow])[] =
    rows === null
      ? []
      : [
          ...rows.changed.flatMap(({ before, after }) => [
            ['changed: target', before] as const,
            ['changed: source', after] as const,
          ]),
          ...rows.removed.map((row) => ['target only', row] as const),
          ...rows.added.map((row) => ['source only', row] as const),
        ];
  const columns = Object.keys(lines[0]?.[1] ?? {});
  return (
    csvHead(['row', ...columns]) +
    csvLines(lines.map(([where, row]) => [where, ...columns.map((column) => row[column] ?? null)]))
  );
}
