// The least that reading a day into a table can cost: the same parser, prepared statements, and nothing else.
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { parse } from 'csv-parse';

export interface Reading {
  readonly station: string;
  readonly n: number;
  readonly ratio: number;
  readonly note: string;
}

export type Read = (file: string) => AsyncIterable<Reading>;

/** By csv-parse, as the sources read CSV. */
export async function* readCsvFile(file: string): AsyncGenerator<Reading> {
  const records = createReadStream(file).pipe(parse({ columns: true })) as AsyncIterable<
    Record<keyof Reading, string>
  >;
  for await (const { n, note, ratio, station } of records) {
    yield { station, n: Number(n), ratio: Number(ratio), note };
  }
}

/** A line, a row. */
export async function* readNdjsonFile(file: string): AsyncGenerator<Reading> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  for await (const line of lines) yield JSON.parse(line) as Reading;
}

/** Reads the files, a transaction each; how long that takes, in milliseconds. */
export async function timeFloor(
  folder: string,
  files: readonly { readonly day: string; readonly file: string }[],
  read: Read,
): Promise<number> {
  const database = new DatabaseSync(path.join(folder, `floor-${performance.now()}.db`));
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    create table readings (
      sync_day text not null, station text not null, n integer not null, ratio real not null, note text not null
    ) strict;
    create index readings_day on readings (sync_day)`);
  const insert = database.prepare('insert into readings values (?, ?, ?, ?, ?)');
  const begun = performance.now();
  for (const { day, file } of files) {
    database.exec('begin');
    for await (const { n, note, ratio, station } of read(file)) {
      insert.run(day, station, n, ratio, note);
    }
    database.exec('commit');
  }
  const took = performance.now() - begun;
  database.close();
  return took;
}
