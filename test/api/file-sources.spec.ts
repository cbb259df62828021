import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { scratchFolder, TOP, type DatasetYaml } from '../scratch.js';
import { queryRows, type StoredRow } from '../database-queries.js';
import { rowsByDay } from '../target-table.js';
import type { BatchDay, Progress } from '../wire.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };
const COLUMNS = { symbol: 'text', price: 'decimal', amount: 'integer' };

/** The configurations of docs/sources/files.md, which this file tests. */
const SOURCES = {
  packed: { kind: 'csv', path: 'exports/{yyyy}/{mm}/trades-{day}.csv.gz' },
  lines: { kind: 'ndjson', path: 'events-{day}.ndjson' },
  items: { kind: 'json', path: 'days/{day}.json', rows: '/data/items' },
  archive: { kind: 'csv', path: 'archive/trades.csv.gz', day_column: 'day' },
} as const;
const FAILING = {
  cut: { kind: 'json', path: 'cut/{day}.json' },
  unfit: { kind: 'ndjson', path: 'unfit/{day}.ndjson' },
  linked: { kind: 'csv', path: 'linked/{day}.csv' },
} as const;

let folder: string;
let daysync: DaysyncProcess;
beforeAll(async () => {
  folder = await scratchFolder();
  const datasets = Object.entries({ ...SOURCES, ...FAILING }).map(
    ([name, source]): DatasetYaml => ({
      name,
      source,
      target: { table: name, columns: COLUMNS },
      attempts: 1,
    }),
  );
  daysync = await startDaysync({ folder, datasets });
});

async function write(name: string, text: string | Uint8Array): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function sync(dataset: keyof typeof SOURCES | keyof typeof FAILING): Promise<Progress> {
  return daysync.sync({ dataset, ...RANGE });
}

async function daysOf(dataset: keyof typeof FAILING): Promise<readonly BatchDay[]> {
  return daysync.days((await sync(dataset)).task_id);
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
});

describe('days that fail', () => {
  it('for a file that is cut off; the other days continue', async () => {
    await write('cut/2025-10-01.json', `[${JSON_ROWS.replace('|', ',')}`);
    await write('cut/2025-10-02.json', `[${JSON_ROWS.replace('|', ',')}]`);
    const days = await daysOf('cut');
    expect(days.map(({ state }) => state)).toEqual(['failed', 'success', 'skipped']);
    expect(days[0]?.error?.code).toBe('SOURCE_CUT_OFF');
    expect(await rowsByDay(daysync.database, 'cut')).toEqual({ '2025-10-02': 2 });
  });

  it('for a value that does not fit, reported as it is written', async () => {
    await write('unfit/2025-10-01.ndjson', '{"symbol":"a","price":1,"amount":1.50}\n');
    const [day] = await daysOf('unfit');
    expect(day?.error).toMatchObject({
      code: 'VALUE_INVALID',
      text: 'row 1, column amount: expected an integer of 64 bits, got 1.50 (number)',
    });
  });

  it('for a link out of the folder', async () => {
    await write('secret.csv', 'symbol,price,amount\na,1,1\n');
    await mkdir(path.join(folder, 'linked'));
    await symlink(path.join(folder, 'secret.csv'), path.join(folder, 'linked/2025-10-01.csv'));
    const [day] = await daysOf('linked');
    expect(day?.error?.code).toBe('SOURCE_BLOCKED');
    expect(await rowsByDay(daysync.database, 'linked')).toEqual({});
  });
});

it('shows the sources as in the datasets file', async () => {
  const { items } = (await daysync.data('datasets')) as {
    readonly items: readonly { readonly name: string; readonly source: object }[];
  };
  const shown = Object.fromEntries(items.map(({ name, source }) => [name, source]));
  expect(shown).toMatchObject({ ...SOURCES, ...FAILING });
});

it('runs the configurations of docs/sources/files.md', async () => {
  const page = path.join(TOP, 'docs/sources/files.md');
  expect(existsSync(page)).toBe(true);
  const text = (await readFile(page, 'utf8')).replaceAll(/['"]/g, '');
  for (const source of Object.values(SOURCES)) {
    const entries = Object.entries(source).map(([key, value]) => `${key}: ${value}`);
    expect(text).toContain(`source: { ${entries.join(', ')} }`);
  }
});
