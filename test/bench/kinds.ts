// The kinds of sources that are measured. Each has the same rows for every day.
import { link, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HAS_POSTGRES, startPostgres } from '../postgres.js';
import { providerSource, TOP, type DatasetYaml } from '../scratch.js';
import LargeDaySource from '../sources/large-day-source.js';
import { startProgram } from './programs.js';

const ROWS_A_PAGE = 5_000;
/** Every day has the same rows. */
const QUERY = `select * from readings where :day <> ''`;
const PROVIDER = path.join(TOP, 'test/sources/large-day-source.ts');

export interface Kind {
  readonly name: string;
  readonly source: DatasetYaml['source'];
  readonly env?: Readonly<Record<string, string>>;
  /** The place of the same rows for the floor. */
  readonly place: string;
}

export interface Rows {
  /** The folder for files of the sources. */
  readonly folder: string;
  readonly days: readonly string[];
  readonly rowsADay: number;
}

type Row = Readonly<Record<string, unknown>>;

export async function prepareKinds(given: Rows): Promise<readonly Kind[]> {
  const rows: Row[] = [];
  const source = new LargeDaySource({ rows: given.rowsADay, editions: 1 });
  for await (const row of source.fetchDay('2025-10-01')) rows.push(row);
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const kinds = [
    await fileKind('csv', writeCsv(rows), given),
    await fileKind('ndjson', lines, given),
    await fileKind('json', JSON.stringify(rows), given),
    await httpKind(lines, given),
    sqliteKind(rows, given),
  ];
  if (HAS_POSTGRES) kinds.push(await postgresKind(rows));
  kinds.push({
    name: 'provider',
    source: providerSource('large-day', { rows: given.rowsADay, editions: 1 }),
    place: PROVIDER,
  });
  return kinds;
}

function writeCsv(rows: readonly Row[]): string {
  const records = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))];
  return records
    .map((record) => `${record.map((value) => JSON.stringify(value)).join(',')}\n`)
    .join('');
}

/** One file a day, all of the same content. */
async function fileKind(kind: string, text: string, { folder, days }: Rows): Promise<Kind> {
  const place = path.join(folder, `{day}.${kind}`);
  const [first = '', ...others] = days.map((day) => place.replace('{day}', day));
  await writeFile(first, text);
  for (const file of others) await link(first, file);
  return { name: kind, source: { kind, path: place }, place };
}

async function httpKind(lines: string, { folder }: Rows): Promise<Kind> {
  const file = path.join(folder, 'pages');
  await writeFile(file, lines);
  const { firstLine: address } = await startProgram('loads/page-server.ts', file, ROWS_A_PAGE);
  const place = `${address}/{day}`;
  const page = { kind: 'number', parameter: 'page' };
  return { name: 'http', source: { kind: 'http', url: place, format: 'ndjson', page }, place };
}

function sqliteKind(rows: readonly Row[], { folder }: Rows): Kind {
  const place = path.join(folder, 'source.db');
  const database = new DatabaseSync(place);
  database.exec('create table readings (n integer, ratio real, station text, note text); begin');
  const insert = database.prepare('insert into readings values (:n, :ratio, :station, :note)');
  for (const row of rows) insert.run(row as Record<string, string | number>);
  database.exec('commit');
  database.close();
  return { name: 'sqlite', source: { kind: 'sql', url: `sqlite:${place}`, query: QUERY }, place };
}

async function postgresKind(rows: readonly Row[]): Promise<Kind> {
  const server = await startPostgres();
  await server.execute(`
    create table readings (n bigint, ratio double precision, station text, note text);
    insert into readings select * from json_populate_recordset(
      null::readings, '${JSON.stringify(rows).replaceAll("'", "''")}')`);
  const place = server.url();
  const source = { kind: 'sql', url: '${READINGS_URL}', query: QUERY };
  return { name: 'postgres', source, env: { READINGS_URL: place }, place };
}
