// The minimum cost of a CSV day in a target elsewhere: the same parser, and the target's own loader as its manual shows it.
// `node target-floor.ts <kind> <file to make> <CSV file> <rows>` prints the milliseconds, and the processor time, as JSON.
import { DuckDBDataChunkWriter, DuckDBDateValue, DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteFile } from 'hyparquet-writer';
import { readCsvFile } from './csv-readings.ts';

/** Loads a CSV file into a new file. @returns the number of rows */
type Load = (file: string, csv: string) => Promise<number>;

const DAY = new DuckDBDateValue(Date.parse('2025-10-01') / 86_400_000);

/** By the appender, in one transaction. */
async function loadDuckdb(file: string, csv: string): Promise<number> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(`create table readings (
    sync_day date not null, station varchar not null, n bigint not null, ratio double not null, note varchar not null
  )`);
  await connection.run('begin');
  const appender = await connection.createAppender('readings');
  const writer = DuckDBDataChunkWriter.forAppender(appender);
  let count = 0;
  for await (const readings of readCsvFile(csv)) {
    for (const { n, note, ratio, station } of readings) {
      writer.appendRow([DAY, station, BigInt(n), ratio, note]);
    }
    count += readings.length;
  }
  writer.flush();
  appender.closeSync();
  await connection.run('commit');
  connection.closeSync();
  instance.closeSync();
  return count;
}

/** All rows are in memory until they are written. */
async function loadParquet(file: string, csv: string): Promise<number> {
  const [station, n, ratio, note]: [string[], bigint[], number[], string[]] = [[], [], [], []];
  for await (const readings of readCsvFile(csv)) {
    for (const reading of readings) {
      station.push(reading.station);
      n.push(BigInt(reading.n));
      ratio.push(reading.ratio);
      note.push(reading.note);
    }
  }
  parquetWriteFile({
    filename: file,
    columnData: [
      { name: 'station', data: station, type: 'STRING', nullable: false },
      { name: 'n', data: n, type: 'INT64', nullable: false },
      { name: 'ratio', data: ratio, type: 'DOUBLE', nullable: false },
      { name: 'note', data: note, type: 'STRING', nullable: false },
    ],
  });
  return n.length;
}

const LOADERS: Readonly<Record<string, Load>> = { duckdb: loadDuckdb, parquet: loadParquet };

const [kind = '', file = '', csv = '', rows = ''] = process.argv.slice(2);
const load = LOADERS[kind];
if (load === undefined) {
  throw new RangeError(`expected one of ${Object.keys(LOADERS).join(', ')}, got ${kind}`);
}
const [begun, cpu] = [performance.now(), process.cpuUsage()];
const count = await load(file, csv);
const ms = performance.now() - begun;
const { system, user } = process.cpuUsage(cpu);
if (count !== Number(rows)) throw new Error(`expected ${rows} rows, got ${count}`);
process.stdout.write(JSON.stringify({ ms, cpu_ms: (user + system) / 1_000 }));
