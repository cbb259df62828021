// The least that reading days into a table can cost: the same parser, prepared statements, and nothing else. A
// program of its own, as what it is compared with is: `node floor.ts <folder> <kind> <day>…` says the milliseconds.
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { parse } from 'csv-parse';

interface Reading {
  readonly station: string;
  readonly n: number;
  readonly ratio: number;
  readonly note: string;
}

type Read = (file: string) => AsyncIterable<Reading>;

/** By csv-parse, as the sources use it: what it has read so far is taken after each chunk of the file. */
async function* readCsvFile(file: string): AsyncGenerator<Reading> {
  let records: string[][] = [];
  const parser = parse({
    from_line: 2,
    on_record: (fields: string[]) => {
      records.push(fields);
      return null;
    },
  });
  parser.resume();
  const take = function* (): Generator<Reading> {
    for (const [station = '', n, ratio, note = ''] of records) {
      yield { station, n: Number(n), ratio: Number(ratio), note };
    }
    records = [];
  };
  for await (const chunk of createReadStream(file)) {
    if (!parser.write(chunk)) await once(parser, 'drain');
    yield* take();
  }
  parser.end();
  await once(parser, 'end');
  yield* take();
}

/** A line, a row. */
async function* readNdjsonFile(file: string): AsyncGenerator<Reading> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  for await (const line of lines) yield JSON.parse(line) as Reading;
}

/** Reads the files, a transaction each; how long that takes, in milliseconds. */
async function timeFloor(
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

const READERS: Readonly<Record<string, Read>> = { csv: readCsvFile, ndjson: readNdjsonFile };

const [folder = '', kind = '', ...days] = process.argv.slice(2);
const read = READERS[kind];
if (read === undefined) throw new RangeError(`expected csv or ndjson, got ${kind}`);
const files = days.map((day) => ({ day, file: path.join(folder, `${day}.${kind}`) }));
process.stdout.write(String(await timeFloor(folder, files, read)));
