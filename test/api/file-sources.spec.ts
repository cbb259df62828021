import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { scratchFolder, TOP, type DatasetYaml } from '../scratch.js';
import { queryRows, type StoredRow } from '../database-queries.js';
import { rowsByDay } from '../target-table.js';
import type { Progress } from '../wire.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };
const COLUMNS = { symbol: 'text', price: 'decimal', amount: 'integer' };

/** The configurations of docs/sources/files.md, which this file tests. */
const SOURCES = {
  packed: { kind: 'csv', path: 'exports/{yyyy}/{mm}/trades-{day}.csv.gz' },
  lines: { kind: 'ndjson', path: 'events-{day}.ndjson' },
  items: { kind: 'json', path: 'days/{day}.json', rows: '/data/items' },
  archive: { kind: 'csv', path: 'archive/trades.csv.gz', day_column: 'day' },
  events: { kind: 'ndjson', path: 'events.ndjson', day_column: 'at' },
  parts: { kind: 'csv', path: 'in/{yyyy}/{mm}/{dd}/*.csv.gz' },
  logs: { kind: 'ndjson', path: 'logs/**/*.ndjson', day_column: 'at' },
  months: { kind: 'csv', path: 'sales-{yyyy}-{mm}.csv', day_column: 'day' },
  stocks: { kind: 'csv', path: 'stocks.csv', day_column: { from: 'date', format: 'MMM d yyyy' } },
  quakes: {
    kind: 'json',
    path: 'quakes.geojson',
    rows: '/features',
    day_column: { pointer: '/properties/time', format: 'epoch_ms', time_zone: 'Asia/Tokyo' },
  },
  weather: {
    kind: 'csv',
    path: 'wetter.csv',
    day_column: { from: 'Datum', format: 'dd.MM.yyyy' },
    delimiter: ';',
    encoding: 'windows-1252',
    skip_lines: 1,
    comment: '#',
  },
  lake: { kind: 'parquet', path: 'lake/sync_day={day}/*.parquet' },
  trades: { kind: 'parquet', path: 'trades.parquet', day_column: 'at' },
  monthly: {
    kind: 'parquet',
    path: 'trades-{yyyy}-{mm}.parquet',
    day_column: { from: 'at', time_zone: 'Asia/Tokyo' },
  },
} as const;
/** Of {@link SOURCES}, those whose rows are no trades. */
const OTHER_COLUMNS: Readonly<Record<string, DatasetYaml['target']['columns']>> = {
  quakes: { place: { pointer: '/properties/place', type: 'text' } },
  weather: { station: { from: 'Größe', type: 'text' } },
};

let folder: string;
let daysync: DaysyncApp;
beforeAll(async () => {
  folder = await scratchFolder();
  const datasets = Object.entries(SOURCES).map(([name, source]): DatasetYaml => ({
    name,
    source,
    target: { table: name, columns: OTHER_COLUMNS[name] ?? COLUMNS },
    attempts: 1,
  }));
  daysync = await startApp({ folder, datasets });
});

async function write(name: string, text: string | Uint8Array): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function sync(dataset: keyof typeof SOURCES): Promise<Progress> {
  return daysync.sync({ dataset, ...RANGE });
}

function rowsOf(table: string): Promise<readonly StoredRow[]> {
  return queryRows(daysync.database, `SELECT symbol, price, amount FROM ${table} ORDER BY symbol`);
}

const ROWS = [
  { symbol: 'DAX', price: '1.10', amount: 9_007_199_254_740_993n },
  { symbol: '雨, "x"', price: '0.12345678901234567890', amount: 7n },
];
const JSON_ROWS =
  '{"symbol":"DAX","price":1.10,"amount":9007199254740993}|' +
  '{"symbol":"雨, \\"x\\"","price":0.12345678901234567890,"amount":7}';
const CSV_ROWS = ['DAX,1.10,9007199254740993', '"雨, ""x""",0.12345678901234567890,7'];

describe('days from files', () => {
  it('one gzip a day: days without a file have no data', async () => {
    const text = `\uFEFFsymbol,price,amount\r\n${CSV_ROWS.join('\r\n')}\r\n`;
    await write('exports/2025/10/trades-2025-10-02.csv.gz', gzipSync(text));
    expect(await sync('packed')).toMatchObject({ success: 1, skipped: 2, failed: 0 });
    expect(await rowsByDay(daysync.database, 'packed')).toEqual({ '2025-10-02': 2 });
    expect(await rowsOf('packed')).toEqual(ROWS);
  });

  it('lines of JSON', async () => {
    await write('events-2025-10-01.ndjson', JSON_ROWS.replace('|', '\r\n\r\n'));
    await write('events-2025-10-03.ndjson', '\n');
    expect(await sync('lines')).toMatchObject({ success: 1, skipped: 2, failed: 0 });
    expect(await rowsByDay(daysync.database, 'lines')).toEqual({ '2025-10-01': 2 });
    expect(await rowsOf('lines')).toEqual(ROWS);
  });

  it('a list inside JSON', async () => {
    const body = `{"meta":{"items":3},"data":{"items":[${JSON_ROWS.replace('|', ', ')}]}}`;
    await write('days/2025-10-01.json', body);
    await write('days/2025-10-02.json', '{"data":{"items":[]}}');
    expect(await sync('items')).toMatchObject({ success: 1, skipped: 2, failed: 0 });
    expect(await rowsOf('items')).toEqual(ROWS);
  });

  it('one gzip of all days', async () => {
    const rows = CSV_ROWS.map((row, at) => `2025-10-0${at + 1},${row}`);
    await write('archive/trades.csv.gz', gzipSync(`day,symbol,price,amount\n${rows.join('\n')}`));
    expect(await sync('archive')).toMatchObject({ success: 2, skipped: 1, failed: 0 });
    expect(await rowsByDay(daysync.database, 'archive')).toEqual({
      '2025-10-01': 1,
      '2025-10-02': 1,
    });
    expect(await rowsOf('archive')).toEqual(ROWS);
  });

  it('lines of JSON of all days', async () => {
    const lines = JSON_ROWS.split('|').map(
      (row, at) => `{"at":"2025-10-0${at + 1}T0${at}:00",${row.slice(1)}`,
    );
    await write('events.ndjson', `${lines.join('\n')}\nno JSON\n`);
    expect(await sync('events')).toMatchObject({ success: 2, skipped: 1, unreadable_rows: 1 });
    expect(await rowsOf('events')).toEqual(ROWS);
  });

  it('a pattern of dates', async () => {
    const rows = CSV_ROWS.map((row, at) => `Oct ${at + 1} 2025,${row}`);
    await write('stocks.csv', `date,symbol,price,amount\n${rows.join('\n')}\nSep 31 2025,a,1,1\n`);
    expect(await sync('stocks')).toMatchObject({ success: 2, skipped: 1, unreadable_rows: 1 });
    expect(await rowsOf('stocks')).toEqual(ROWS);
  });

  it('one JSON of all days, whose day is an instant below a pointer', async () => {
    const times = ['2025-10-01T14:59:59Z', '2025-10-01T15:00:00Z', '2025-10-02T23:00:00Z'];
    const features = times.map((time, at) => ({
      type: 'Feature',
      properties: { time: Date.parse(time), place: `place ${at}` },
    }));
    await write('quakes.geojson', JSON.stringify({ type: 'FeatureCollection', features }));
    expect(await sync('quakes')).toMatchObject({ success: 3, skipped: 0, failed: 0 });
    expect(await rowsByDay(daysync.database, 'quakes')).toEqual({
      ...{ '2025-10-01': 1, '2025-10-02': 1, '2025-10-03': 1 },
    });
  });

  it('a CSV in a dialect and an encoding of its own', async () => {
    const lines = ['Wetter "heute"', '# Größe', 'Datum;Größe', '03.10.2025;"München; Süd"'];
    await write('wetter.csv', Buffer.from(lines.join('\r\n'), 'latin1'));
    expect(await sync('weather')).toMatchObject({ success: 1, skipped: 2, failed: 0 });
    expect(await queryRows(daysync.database, 'SELECT station FROM weather')).toEqual([
      { station: 'München; Süd' },
    ]);
  });
});

/** The trades as a Parquet file, each with its time. */
function parquetOf(times: readonly string[]): Uint8Array {
  const rows = times.map((time, at) => ({ time, ...ROWS[at] }));
  const bytes = parquetWriteBuffer({
    columnData: [
      { name: 'at', data: rows.map(({ time }) => new Date(time)), type: 'TIMESTAMP' },
      { name: 'symbol', data: rows.map(({ symbol }) => symbol), type: 'STRING' },
      { name: 'price', data: rows.map(({ price }) => price), type: 'STRING' },
      { name: 'amount', data: rows.map(({ amount }) => amount), type: 'INT64' },
    ],
  });
  return new Uint8Array(bytes);
}

describe('Parquet', () => {
  it('in a folder for each day', async () => {
    const times = ['2025-10-02T08:00:00Z', '2025-10-02T09:00:00Z'];
    await write('lake/sync_day=2025-10-02/a.parquet', parquetOf(times));
    expect(await sync('lake')).toMatchObject({ success: 1, skipped: 2, failed: 0 });
    expect(await rowsByDay(daysync.database, 'lake')).toEqual({ '2025-10-02': 2 });
    expect(await rowsOf('lake')).toEqual(ROWS);
  });

  it('of all days', async () => {
    await write('trades.parquet', parquetOf(['2025-10-03T08:00:00Z', '2025-10-01T23:59:59.999Z']));
    expect(await sync('trades')).toMatchObject({ success: 2, skipped: 1, failed: 0 });
    expect(await rowsByDay(daysync.database, 'trades')).toEqual({
      ...{ '2025-10-01': 1, '2025-10-03': 1 },
    });
    expect(await rowsOf('trades')).toEqual(ROWS);
  });

  it('of a month each, whose days are those of a zone', async () => {
    await write('trades-2025-09.parquet', parquetOf(['2025-09-30T15:00:00Z']));
    await write(
      'trades-2025-10.parquet',
      parquetOf(['2025-10-01T14:59:59Z', '2025-10-01T15:00:00Z']),
    );
    expect(await sync('monthly')).toMatchObject({ success: 2, skipped: 1, failed: 0 });
    expect(await rowsByDay(daysync.database, 'monthly')).toEqual({
      ...{ '2025-10-01': 2, '2025-10-02': 1 },
    });
  });
});

describe('several files', () => {
  it('of one day', async () => {
    const [first, second] = CSV_ROWS.map((row) => gzipSync(`symbol,price,amount\n${row}\n`));
    await write('in/2025/10/02/a.csv.gz', first ?? '');
    await write('in/2025/10/02/b.csv.gz', second ?? '');
    expect(await sync('parts')).toMatchObject({ success: 1, skipped: 2, failed: 0 });
    expect(await rowsByDay(daysync.database, 'parts')).toEqual({ '2025-10-02': 2 });
    expect(await rowsOf('parts')).toEqual(ROWS);
  });

  it('of many days, in any folder', async () => {
    const [first = '', second = ''] = JSON_ROWS.split('|').map((row) => row.slice(1));
    await write('logs/a.ndjson', `{"at":"2025-10-01T08:00:00Z",${first}\n`);
    await write('logs/b/c/d.ndjson', `{"at":"2025-10-03T08:00:00Z",${second}\n`);
    expect(await sync('logs')).toMatchObject({ success: 2, skipped: 1, failed: 0 });
    expect(await rowsByDay(daysync.database, 'logs')).toEqual({ '2025-10-01': 1, '2025-10-03': 1 });
    expect(await rowsOf('logs')).toEqual(ROWS);
    await write(
      'logs/e.ndjson',
      '{"at":"2025-10-02T08:00:00Z","symbol":"x","price":1,"amount":"?"}\n',
    );
    const [, day] = await daysync.days((await daysync.sync({ dataset: 'logs', ...RANGE })).task_id);
    expect(day?.error?.text).toMatch(/^e\.ndjson: row 1, column amount: expected an integer /);
  });

  it('of a month each', async () => {
    const rows = CSV_ROWS.map((row, at) => `2025-10-0${at + 1},${row}`);
    await write('sales-2025-09.csv', 'day,symbol,price,amount\n2025-09-30,x,1,1\n');
    await write('sales-2025-10.csv', `day,symbol,price,amount\n${rows.join('\n')}\n`);
    expect(await sync('months')).toMatchObject({ success: 2, skipped: 1, failed: 0 });
    expect(await rowsOf('months')).toEqual(ROWS);
  });
});

it('shows nothing of a file outside, where a link leads out of the folder', async () => {
  const secret = path.join(await scratchFolder(), 'tokens');
  await writeFile(secret, 'admin:0123456789abcdef0123456789abcdef\n');
  await rm(path.join(folder, 'stocks.csv'), { force: true });
  await symlink(secret, path.join(folder, 'stocks.csv'));
  const { task_id } = await sync('stocks');
  const days = JSON.stringify(await daysync.data(`sync/batch/${task_id}/days`));
  expect(days).toContain('SOURCE_BLOCKED');
  expect(days).toContain('stocks.csv');
  expect(days).not.toContain('admin');
});

it('shows the sources as in the datasets file', async () => {
  const { items } = (await daysync.data('datasets')) as {
    readonly items: readonly { readonly name: string; readonly source: object }[];
  };
  const shown = Object.fromEntries(items.map(({ name, source }) => [name, source]));
  const { stocks: _, quakes: __, weather: ___, monthly: ____, ...asWritten } = SOURCES;
  expect(shown).toMatchObject({
    ...asWritten,
    stocks: { day_column: 'date', day_format: 'MMM d yyyy' },
    quakes: { rows: '/features', day_column: '/properties/time', day_format: 'epoch_ms' },
    weather: { day_column: 'Datum', day_format: 'dd.MM.yyyy', encoding: 'windows-1252' },
  });
});

it('runs the configurations of docs/sources/files.md', async () => {
  const page = await readFile(path.join(TOP, 'docs/sources/files.md'), 'utf8');
  const written = [...page.matchAll(/```yaml\n(source:.*?)```/gs)].map(
    ([, text = '']) => (parse(text) as { readonly source: object }).source,
  );
  for (const source of Object.values(SOURCES)) expect(written).toContainEqual(source);
});
