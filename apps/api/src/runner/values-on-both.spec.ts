import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { testsOn } from '../../../../test/tests-on.js';
import { blocksIn } from '../../../../test/docs/pages.js';
import { createDaySource, DatasetCatalog } from '../datasets/dataset-catalog.js';
import { readDatasets } from '../datasets/file/dataset-file.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { DayRows } from '../datasets/day-rows.js';
import { PageQueryDto } from '../http/input/page.dto.js';
import type { FetchedDay } from '../sources/day-source.js';
import { D1, D2 } from '../sync/sync.fixture.js';
import { replaceDay } from '../targets/target-rows.js';
import { DayFetcher } from './fetch/day-fetcher.js';
import { ScratchInstallation } from './installation.fixture.js';

/** The keys of docs/configuration.md, which this file tests. */
const PAGE = path.join(import.meta.dirname, '../../../../docs/configuration.md');
const BLOCKS = blocksIn(readFileSync(PAGE, 'utf8')).map(({ text }) => text);
const blockOf = (key: string): Readonly<Record<string, unknown>> => {
  const text = BLOCKS.find((block) => block.startsWith(`${key}:`) && !block.includes('{day}'));
  return parse(text ?? '') as Readonly<Record<string, unknown>>;
};

const VALUES = {
  decimal: ',',
  thousands: '.',
  nulls: ['', 'NA', '-'],
  booleans: { true: ['Ja', 'J'], false: ['Nein', 'N'] },
};
const COLUMNS = {
  ...(blockOf('columns')['columns'] as object),
  total: { from: 'Sum', type: 'decimal', nullable: true },
  count: { from: 'N', type: 'integer' },
  dry: { from: 'Dry', type: 'boolean' },
};
const WHERE = [
  { column: 'Land', equals: 'DE' },
  { column: 'Station', not_in: ['', 'test'] },
  { column: 'St', in: [1, 'X', 'neu'] },
  { column: 'N', starts_with: '1' },
];

type Written = Readonly<Record<string, string>>;

const DAY_ROWS: readonly Written[] = [
  {
    ...{ Station: ' Ulm ', Datum: '03.10.2025', Zeit: '03.10.2025 08:30', St: '1' },
    ...{ RR: '1.234,5', Sum: '1.234.567,10', N: '1.000', Dry: 'ja', Land: 'DE' },
  },
  {
    // The clock shows this time twice.
    ...{ Station: 'Bonn', Datum: '26.10.2025', Zeit: '26.10.2025 02:30', St: 'X' },
    ...{ RR: '-', Sum: 'NA', N: '12', Dry: 'N', Land: 'DE' },
  },
  {
    ...{ Station: 'Köln', Datum: '01.01.2025', Zeit: '01.01.2025 00:00', St: 'neu' },
    ...{ RR: ',5', Sum: '', N: '1', Dry: 'NEIN', Land: 'DE' },
  },
  // None of its values would fit.
  {
    ...{ Station: 'Lyon', Datum: 'x', Zeit: 'x', St: 'x', RR: 'x', Sum: 'x', N: 'x', Dry: 'x' },
    ...{ Land: 'FR' },
  },
];
/** Nothing of this day is kept. */
const OTHER_ROWS = DAY_ROWS.map((row) => ({ ...row, Land: 'AT' }));

const EXPECTED = [
  {
    ...{ station: 'Ulm', read_on: '2025-10-03', read_at: '2025-10-03T06:30:00.000000Z' },
    ...{ state: 'ok', rain: 1_234.5, note: null, origin: 'dwd' },
    ...{ total: '1234567.10', count: 1_000, dry: true },
  },
  {
    ...{ station: 'Bonn', read_on: '2025-10-26', read_at: '2025-10-26T00:30:00.000000Z' },
    ...{ state: null, rain: 0, note: null, origin: 'dwd', total: null, count: 12, dry: false },
  },
  {
    ...{ station: 'Köln', read_on: '2025-01-01', read_at: '2024-12-31T23:00:00.000000Z' },
    ...{ state: 'neu', rain: 0.5, note: null, origin: 'dwd', total: null, count: 1, dry: false },
  },
];

const folder = mkdtempSync(path.join(tmpdir(), 'daysync-values-'));
let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    response.end(readFileSync(path.join(folder, request.url ?? '')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const DAYS = [
  [D1, DAY_ROWS],
  [D2, OTHER_ROWS],
] as const;

const quote = (text: string): string => `"${text}"`;

function csvOf(rows: readonly Written[]): string {
  const lines = rows.map((row) => Object.values(row).map(quote).join(','));
  return [Object.keys(rows[0] ?? {}).join(','), ...lines].join('\n');
}

beforeAll(() => {
  mkdirSync(path.join(folder, 'days'));
  const database = new DatabaseSync(path.join(folder, 'days.db'));
  const names = Object.keys(DAY_ROWS[0] ?? {});
  database.exec(`create table days (day text, ${names.join(' text, ')} text)`);
  for (const [day, rows] of DAYS) {
    const file = path.join(folder, 'days', day);
    writeFileSync(`${file}.csv`, csvOf(rows));
    writeFileSync(`${file}.json`, JSON.stringify(rows));
    writeFileSync(`${file}.ndjson`, rows.map((row) => JSON.stringify(row)).join('\n'));
    for (const row of rows) {
      const values = [day, ...Object.values(row)];
      database.prepare(`insert into days values (${values.map(() => '?').join()})`).run(...values);
    }
  }
  database.close();
  const all = DAYS.flatMap(([day, rows]) => rows.map((row) => ({ day, ...row })));
  writeFileSync(path.join(folder, 'all.csv'), csvOf(all));
  writeFileSync(path.join(folder, 'all.json'), JSON.stringify({ rows: all }));
  writeFileSync(path.join(folder, 'all.ndjson'), all.map((row) => JSON.stringify(row)).join('\n'));
});

const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Every kind whose values are texts. */
const SOURCES: Readonly<Record<string, () => Readonly<Record<string, unknown>>>> = {
  'one CSV file': () => ({ kind: 'csv', path: 'all.csv', day_column: 'day' }),
  'one JSON file': () => ({ kind: 'json', path: 'all.json', rows: '/rows', day_column: 'day' }),
  'one NDJSON file': () => ({ kind: 'ndjson', path: 'all.ndjson', day_column: 'day' }),
  'several files': () => ({ kind: 'csv', path: 'al*.csv', day_column: 'day' }),
  'a CSV file a day': () => ({ kind: 'csv', path: 'days/{day}.csv' }),
  json: () => ({ kind: 'json', path: 'days/{day}.json' }),
  ndjson: () => ({ kind: 'ndjson', path: 'days/{day}.ndjson' }),
  'http with JSON': () => ({ kind: 'http', url: `${url()}/days/{day}.json` }),
  'http with CSV': () => ({ kind: 'http', url: `${url()}/days/{day}.csv`, format: 'csv' }),
  'http with many days': () => ({
    ...{ kind: 'http', url: `${url()}/all.json`, rows: '/rows' },
    day_column: 'day',
  }),
  sql: () => ({
    ...{ kind: 'sql', url: 'sqlite:days.db' },
    query: 'select * from days where day = :day order by rowid',
  }),
};

function datasetOf(source: object, target: object = {}, more: object = {}): Dataset {
  const columns = { table: 'readings', columns: COLUMNS, ...target };
  const dataset = { name: 'readings', source, target: columns, where: WHERE, ...more };
  const read = readDatasets(JSON.stringify({ datasets: [dataset] }), { folder, env: {} });
  const [first] = read.ok ? read.datasets : [];
  if (first === undefined) throw new Error(JSON.stringify(read));
  return first;
}

describe.each(DIALECTS)('on %s', (dialect) => {
  const test = testsOn(dialect);
  const scratch = migratedDatabases();
  let sync: ScratchInstallation;
  let catalog: DatasetCatalog;
  afterEach(async () => {
    await catalog.close();
    await sync.close();
  });

  async function fetchDay(dataset: Dataset, day = D1): Promise<FetchedDay> {
    const fetcher = new DayFetcher(catalog, sync.database, pino({ level: 'silent' }));
    return fetcher.fetchDay(dataset, day, new AbortController().signal);
  }

  async function rowsIn(dataset: Dataset): Promise<unknown> {
    const fetched = await fetchDay(dataset);
    if (fetched.kind !== 'rows') throw new Error(JSON.stringify(fetched));
    await sync.database.write('targets', (transaction) =>
      replaceDay(transaction, dataset, D1, fetched.rows),
    );
    const rows = await new DayRows(catalog, sync.database, sync.open).list(
      ...(['readings', D1, new PageQueryDto()] as const),
    );
    return rows.kind === 'found' ? rows.page.items : rows;
  }

  async function open(dataset: Dataset): Promise<Dataset> {
    catalog = new DatasetCatalog([dataset], (config) => createDaySource(config, dataset));
    sync = await ScratchInstallation.open(await scratch(dialect), { datasets: [dataset] });
    return dataset;
  }

  test.each(Object.keys(SOURCES))('every key works for %s', async (kind) => {
    const dataset = await open(datasetOf({ ...SOURCES[kind]?.(), ...VALUES }));
    expect(await rowsIn(dataset)).toEqual(EXPECTED);
    // All rows of this day are left out.
    expect(await fetchDay(dataset, D2)).toMatchObject({ kind: 'rows', rows: [] });
  });

  test('every key that a provider has works for one', async () => {
    const rows = [
      { Station: ' Ulm ', at: 1_735_689_600_123, St: 1, RR: 1_234.5, Land: { code: 'DE' } },
      { Station: 'Lyon', at: 'x', St: 'x', RR: 'x', Land: { code: 'FR' } },
      { Station: 'Bonn', at: new Date(0), St: 'X', Land: { code: 'DE' } },
    ];
    const at = JSON.stringify(rows).replace(JSON.stringify(new Date(0)), 'new Date(0)');
    writeFileSync(
      path.join(folder, 'provider.mjs'),
      `export default class { async *fetchDay() { yield* ${at}; } }`,
    );
    const columns = {
      station: { from: 'Station', type: 'text', trim: true },
      read_at: { from: 'at', type: 'timestamp', format: 'epoch_ms' },
      state: { from: 'St', type: 'text', map: { 1: 'ok', X: null }, nullable: true },
      rain: { from: 'RR', type: 'real', default: 0 },
      origin: { value: 'own', type: 'text' },
    };
    const where = [{ pointer: '/Land/code', equals: 'DE' }];
    const source = { kind: 'provider', module: 'provider.mjs', thread: false };
    const dataset = await open(datasetOf(source, { columns }, { where }));
    expect(await rowsIn(dataset)).toEqual([
      {
        ...{ station: 'Ulm', read_at: '2025-01-01T00:00:00.123000Z', state: 'ok' },
        ...{ rain: 1_234.5, origin: 'own' },
      },
      {
        ...{ station: 'Bonn', read_at: '1970-01-01T00:00:00.000000Z', state: null },
        ...{ rain: 0, origin: 'own' },
      },
    ]);
  });

  test.each(['one CSV file', 'several files', 'a CSV file a day', 'http with CSV', 'sql'])(
    'a column of where that %s lacks is missing, whatever the rows are',
    async (kind) => {
      const where = [...WHERE, { column: 'Region', equals: 'x' }];
      const dataset = await open(datasetOf({ ...SOURCES[kind]?.(), ...VALUES }, {}, { where }));
      for (const day of [D1, D2]) {
        expect(await fetchDay(dataset, day)).toMatchObject({
          ...{ kind: 'error', errorKind: 'source_wide' },
          error: { code: 'SOURCE_COLUMN_MISSING', column: 'Region' },
        });
      }
    },
  );
});

it('the page has these keys, and they are read', () => {
  expect(blockOf('source')['source']).toMatchObject(VALUES);
  const { where } = blockOf('where');
  expect(datasetOf({ kind: 'csv', path: '{day}.csv' }, {}, { where }).where).toHaveLength(4);
});
