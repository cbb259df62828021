// The minimum cost of a day in a target elsewhere: the target's own loader as its manual shows it, for rows in memory.
// `node target-floor.ts <kind> <file to make> <CSV file> <rows>` prints the milliseconds, and how long the same parser as
// Daysync's took before, as JSON.
import { DuckDBDataChunkWriter, DuckDBDateValue, DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteFile } from 'hyparquet-writer';
import { readCsvFile, type Reading } from './csv-readings.ts';

type Load = (file: string, readings: readonly Reading[]) => Promise<void> | void;

const DAY = new DuckDBDateValue(Date.parse('2025-10-01') / 86_400_000);

/** By the appender, in one transaction. */
async function loadDuckdb(file: string, readings: readonly Reading[]): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(`create table readings (
    sync_day date not null, station varchar not null, n bigint not null, ratio double not null, note varchar not null
  )`);
  await connection.run('begin');
  const appender = await connection.createAppender('readings');
  const writer = DuckDBDataChunkWriter.forAppender(appender);
  for (const { n, note, ratio, station } of readings) {
    writer.appendRow([DAY, station, BigInt(n), ratio, note]);
  }
  writer.flush();
  appender.closeSync();
  await connection.run('commit');
  connection.closeSync();
  instance.closeSync();
}

function loadParquet(file: string, readings: readonly Reading[]): void {
  const options = { nullable: false } as const;
  parquetWriteFile({
    filename: file,
    columnData: [
      { name: 'station', type: 'STRING', data: readings.map(({ station }) => station), ...options },
      { name: 'n', type: 'INT64', data: readings.map(({ n }) => BigInt(n)), ...options },
      { name: 'ratio', type: 'DOUBLE', data: readings.map(({ ratio }) => ratio), ...options },
      { name: 'note', type: 'STRING', data: readings.map(({ note }) => note), ...options },
    ],
  });
}

const LOADERS: Readonly<Record<string, Load>> = { duckdb: loadDuckdb, parquet: loadParquet };

const [kind = '', file = '', csv = '', rows = ''] = process.argv.slice(2);
const load = LOADERS[kind];
if (load === undefined) {
  throw new RangeError(`expected one of ${Object.keys(LOADERS).join(', ')}, got ${kind}`);
}
const parsing = performance.now();
const readings: Reading[] = [];
for await (const some of readCsvFile(csv)) for (const reading of some) readings.push(reading);
if (readings.length !== Number(rows)) {
  throw new Error(`expected ${rows} rows, got ${readings.length}`);
}
const begun = performance.now();
await load(file, readings);
const took = { ms: performance.now() - begun, parse_ms: begun - parsing };
process.stdout.write(JSON.stringify(took));
