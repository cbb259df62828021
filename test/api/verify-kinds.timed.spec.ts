// Ten years of days from every kind of source: four of them are changed, and verify finds exactly those.
import { mkdir, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, expect, it } from 'vitest';
import { change, queryRows } from '../database-queries.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { startHttpServer, urlOf } from '../http-server.js';
import { scratchFolder, TOP, type DatasetYaml } from '../scratch.js';
import type { BatchDay, Progress, WirePage } from '../wire.js';

const FIRST = Date.UTC(2012, 0, 1);
const DAYS = 3_650;
const DAY_MS = 86_400_000;
/** 1,000,100 rows. */
const ROWS_A_DAY = 274;
const TIMEOUT_MS = 3_600_000;

interface CityRow {
  readonly n: number;
  readonly city: string;
  readonly amount: number;
}

const dayAt = (index: number): string =>
  new Date(FIRST + index * DAY_MS).toISOString().slice(0, 10);
const RANGE = { start_date: dayAt(0), end_date: dayAt(DAYS - 1) };
const PARTS = Array.from({ length: 10 }, (_, part) => ({
  start_date: dayAt((part * DAYS) / 10),
  end_date: dayAt(((part + 1) * DAYS) / 10 - 1),
}));
/** One day each: a value changes, a row goes, a row comes late; and one is changed in the target by hand. */
const [VALUE, GONE, LATE, BY_HAND] = [10, 1_000, 2_000, 3_000].map(dayAt) as [
  string,
  string,
  string,
  string,
];

function rowsAt(index: number): CityRow[] {
  return Array.from({ length: ROWS_A_DAY }, (_, n) => ({
    ...{ n, city: `city ${(n * 7 + index) % 50}`, amount: ((n * 31 + index) % 1_000) / 8 },
  }));
}

function changedRows(index: number): CityRow[] {
  const rows = rowsAt(index);
  const [first] = rows;
  if (first === undefined) return rows;
  switch (dayAt(index)) {
    case VALUE:
      return rows.with(0, { ...first, amount: -1 });
    case GONE:
      return rows.slice(1);
    case LATE:
      return [...rows, { n: ROWS_A_DAY, city: 'late', amount: 0.5 }];
    default:
      return rows;
  }
}

let folder: string;
let daysync: DaysyncProcess;
let server: Server;
let rowsOf = rowsAt;
const indexes = new Map(Array.from({ length: DAYS }, (_, index) => [dayAt(index), index]));

/** Writes the sources, as they are or with the changed days. */
async function writeSources(only?: readonly number[]): Promise<void> {
  const lines: string[] = ['day,n,city,amount'];
  for (let index = 0; index < DAYS; index += 1) {
    for (const { n, city, amount } of rowsOf(index)) {
      lines.push(`${dayAt(index)},${n},${city},${amount}`);
    }
  }
  await writeFile(path.join(folder, 'all.csv'), `${lines.join('\n')}\n`);
  const database = new DatabaseSync(path.join(folder, 'rows.db'));
  database.exec('create table if not exists rows (day text, n integer, city text, amount real)');
  database.exec('create index if not exists by_day on rows (day); begin');
  const remove = database.prepare('delete from rows where day = ?');
  const insert = database.prepare('insert into rows values (?, ?, ?, ?)');
  for (const index of only ?? indexes.values()) {
    const day = dayAt(index);
    const rows = rowsOf(index);
    remove.run(day);
    for (const { n, city, amount } of rows) insert.run(day, n, city, amount);
    await writeFile(path.join(folder, 'days', `${day}.json`), JSON.stringify(rows));
  }
  database.exec('commit');
  database.close();
}

const KINDS: Readonly<Record<string, () => DatasetYaml['source']>> = {
  csv: () => ({ kind: 'csv', path: path.join(folder, 'all.csv'), day_column: 'day' }),
  sql: () => ({
    kind: 'sql',
    url: `sqlite:${path.join(folder, 'rows.db')}`,
    query: 'select n, city, amount from rows where day = :day',
  }),
  http: () => ({ kind: 'http', url: `${urlOf(server)}/{day}` }),
  provider: () => ({
    kind: 'provider',
    module: path.join(TOP, 'test/sources/json-day-source.ts'),
    options: { folder: path.join(folder, 'days') },
  }),
};

beforeAll(async () => {
  folder = await scratchFolder();
  await mkdir(path.join(folder, 'days'));
  await writeSources();
  server = await startHttpServer((request, response) => {
    const index = indexes.get(request.url?.slice(1) ?? '');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(index === undefined ? [] : rowsOf(index)));
  });
  const columns = { n: 'integer', city: 'text', amount: 'real' };
  const datasets = Object.entries(KINDS).map(([name, source]): DatasetYaml => ({
    ...{
      name,
      source: source(),
      target: { table: `${name}_rows`, columns, key: ['n'] },
      concurrency: 4,
    },
  }));
  daysync = await startDaysync({ folder, datasets });
}, TIMEOUT_MS);

async function timed(body: object): Promise<{ readonly ended: Progress; readonly ms: number }> {
  const begun = performance.now();
  const ended = await daysync.sync({ ...RANGE, ...body });
  return { ended, ms: performance.now() - begun };
}

it.each(Object.keys(KINDS))(
  'of a source of the kind %s, verify finds the four days that differ and no other',
  async (dataset) => {
    rowsOf = rowsAt;
    await writeSources([10, 1_000, 2_000]);
    // One part after the other, each synced and then verified: what else the machine does meets both alike.
    let [firstMs, sameMs] = [0, 0];
    for (const range of PARTS) {
      const first = await timed({ dataset, ...range });
      expect(first.ended).toMatchObject({ success: DAYS / PARTS.length, failed: 0 });
      firstMs += first.ms;
      const same = await timed({ dataset, ...range, mode: 'verify', verify: 'report' });
      expect(same.ended).toMatchObject({ failed: 0, skipped: DAYS / PARTS.length });
      sameMs += same.ms;
    }
    const ratio = firstMs / sameMs;
    process.stdout.write(
      `${dataset}: a first sync ${Math.round(firstMs)} ms, verify ${Math.round(sameMs)} ms: ${ratio.toFixed(2)}\n`,
    );

    rowsOf = changedRows;
    await writeSources([10, 1_000, 2_000]);
    await change(
      daysync.database,
      `update ${dataset}_rows set city = 'changed' where sync_day = '${BY_HAND}' and n < 3`,
    );
    const found = await timed({ dataset, mode: 'verify', verify: 'report' });
    expect(found.ended).toMatchObject({ failed: 4, skipped: DAYS - 4 });
    const { task_id } = found.ended;
    const days = (await daysync.data(`sync/batch/${task_id}/days`)) as WirePage<BatchDay>;
    expect(days.items.filter(({ state }) => state === 'failed').map(({ day }) => day)).toEqual([
      ...[VALUE, GONE, LATE, BY_HAND],
    ]);
    const stored = await queryRows(
      daysync.database,
      `select day, finding from sync_record where dataset = '${dataset}' and finding is not null order by day`,
    );
    expect(stored.map(({ finding }) => JSON.parse(String(finding)) as unknown)).toEqual([
      { code: 'SOURCE_CHANGED', added: 0, removed: 0, changed: 1, repaired: false },
      { code: 'SOURCE_CHANGED', added: 0, removed: 1, changed: 0, repaired: false },
      { code: 'SOURCE_CHANGED', added: 1, removed: 0, changed: 0, repaired: false },
      { code: 'TARGET_CHANGED', added: 0, removed: 0, changed: 3, repaired: false },
    ]);
    const repaired = await timed({ dataset, mode: 'verify' });
    expect(repaired.ended).toMatchObject({ success: 4, failed: 0, skipped: DAYS - 4 });
    expect(ratio).toBeGreaterThanOrEqual(1);
  },
  TIMEOUT_MS,
);
