// The minimum cost of reading days into a table: the same parser or driver, and prepared statements. `node
// source-floor.ts <folder> <kind> <place> <rows> <day>…` prints the milliseconds, and the processor time, as JSON. The
// place is a file or an address, with `{day}` if each day has its own; <rows> is the number of rows a day.
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { JSONParser } from '@streamparser/json';
import { Client } from 'pg';
import Cursor from 'pg-cursor';
import { Pool } from 'undici';
import { readCsvFile, type Reading } from './csv-readings.ts';

/** The rows of a day, in the batches in which they arrive. */
type Read = (place: string, day: string, rows: number) => AsyncIterable<Iterable<Reading>>;

async function* readNdjsonFile(file: string): AsyncGenerator<Reading[]> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  for await (const line of lines) yield [JSON.parse(line) as Reading];
}

/** With the sources' parser, which reads a text of any size in chunks. */
async function* readJsonFile(file: string): AsyncGenerator<Reading[]> {
  let readings: Reading[] = [];
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false, stringBufferSize: 65_536 });
  parser.onValue = ({ value }) => {
    readings.push(value as unknown as Reading);
  };
  for await (const chunk of createReadStream(file)) {
    parser.write(chunk as Buffer);
    yield readings;
    readings = [];
  }
}

/** Pages of lines of JSON, until an empty page. */
async function* readPages(url: string): AsyncGenerator<Reading[]> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin);
  for (let page = 1; ; page += 1) {
    const { body } = await pool.request({ method: 'GET', path: `${pathname}?page=${page}` });
    const lines = (await body.text()).split('\n');
    lines.pop();
    if (lines.length === 0) break;
    yield lines.map((line) => JSON.parse(line) as Reading);
  }
  await pool.close();
}

async function* readSqlite(file: string, day: string): AsyncGenerator<Iterable<Reading>> {
  const database = new DatabaseSync(file, { readOnly: true });
  const statement = database.prepare('select * from readings where ? is not null');
  yield statement.iterate(day) as Iterable<unknown> as Iterable<Reading>;
  database.close();
}

const ROWS_OF_CURSOR = 1_000;

async function* readPostgres(url: string, day: string): AsyncGenerator<Reading[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const text = 'select station, n, ratio, note from readings where $1::text is not null';
  const cursor = client.query(new Cursor<Reading>(text, [day]));
  for (;;) {
    const readings = await cursor.read(ROWS_OF_CURSOR);
    if (readings.length === 0) break;
    yield readings;
  }
  await client.end();
}

/** With the class that the sources load, too, row by row. */
async function* readProvider(module: string, day: string, rows: number): AsyncGenerator<Reading[]> {
  const { default: Provider } = (await import(module)) as {
    readonly default: new (options: { readonly rows: number }) => {
      fetchDay(day: string): AsyncIterable<Reading>;
    };
  };
  for await (const reading of new Provider({ rows }).fetchDay(day)) yield [reading];
}

const READERS: Readonly<Record<string, Read>> = {
  csv: readCsvFile,
  ndjson: readNdjsonFile,
  json: readJsonFile,
  http: readPages,
  sqlite: readSqlite,
  postgres: readPostgres,
  provider: readProvider,
};

const [folder = '', kind = '', place = '', rows = '', ...days] = process.argv.slice(2);
const read = READERS[kind];
if (read === undefined) {
  throw new RangeError(`expected one of ${Object.keys(READERS).join(', ')}, got ${kind}`);
}

// Into a table in a new file, in one transaction a day.
const database = new DatabaseSync(path.join(folder, `floor-${process.pid}.db`));
database.exec(`
  pragma journal_mode = wal;
  pragma synchronous = full;
  create table readings (
    sync_day text not null, station text not null, n integer not null, ratio real not null, note text not null
  ) strict;
  create index readings_day on readings (sync_day)`);
const insert = database.prepare('insert into readings values (?, ?, ?, ?, ?)');
let count = 0;
const [begun, cpu] = [performance.now(), process.cpuUsage()];
for (const day of days) {
  database.exec('begin');
  for await (const readings of read(place.replace('{day}', day), day, Number(rows))) {
    for (const { n, note, ratio, station } of readings) {
      insert.run(day, station, n, ratio, note);
      count += 1;
    }
  }
  database.exec('commit');
}
const { system, user } = process.cpuUsage(cpu);
const took = { ms: performance.now() - begun, cpu_ms: (user + system) / 1_000 };
database.close();
const expected = Number(rows) * days.length;
if (count !== expected) throw new Error(`expected ${expected} rows, got ${count}`);
process.stdout.write(JSON.stringify(took));
