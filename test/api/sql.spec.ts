import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { describeWithPostgres, HAS_POSTGRES, startPostgres } from '../postgres.js';
import { scratchFolder, TOP, type DatasetYaml } from '../scratch.js';
import { queryRows } from '../database-queries.js';
import { rowsByDay } from '../target-table.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };
const CANARY = 'c4nary/%&';
const TRADES = `
  create table trades (day date, id bigint, symbol text, price numeric(30, 10), at timestamptz);
  insert into trades values ('2025-10-01', 9007199254740993, 'DAX', 12345678901234567890.0000000001, '2025-10-01 08:00+02'),
    ('2025-10-01', 2, '', 0.5, '2025-10-01 09:00+02'), ('2025-10-03', 3, 'MDAX', -1, '2025-10-03 10:00:00.123456+02')`;
let daysync: DaysyncProcess;
beforeAll(async () => {
  const folder = await scratchFolder();
  const database = new DatabaseSync(path.join(folder, 'orders.db'));
  database.exec(
    `create table orders (id integer, total real, at text);
     insert into orders values (1, 0.5, '2025-10-01T08:00:00Z'), (2, 'much', '2025-10-02T08:00:00Z')`,
  );
  database.close();
  const { trades, orders } = await documented();
  const env: Record<string, string> = {};
  const datasets = [orders];
  if (HAS_POSTGRES) {
    const server = await startPostgres();
    await server.execute(
      `${TRADES}; create role reader login password '${CANARY}'; grant select on trades to reader`,
    );
    env['WAREHOUSE_URL'] = server.url('reader', CANARY);
    env['WRONG_URL'] = server.url('reader', `${CANARY}wrong`);
    env['AWAY_URL'] = `postgres://reader:${encodeURIComponent(CANARY)}@127.0.0.1:1/none`;
    datasets.push({ ...trades, concurrency: 3 });
    for (const name of ['wrong', 'away']) {
      datasets.push({
        ...trades,
        name,
        source: { ...trades.source, url: `\${${name.toUpperCase()}_URL}` },
        target: { ...trades.target, table: name },
      });
    }
  }
  daysync = await startDaysync({ folder, datasets, env });
});

/** The datasets of docs/sources/sql.md. */
async function documented(): Promise<Readonly<Record<'trades' | 'orders', DatasetYaml>>> {
  const page = await readFile(path.join(TOP, 'docs/sources/sql.md'), 'utf8');
  const text = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const { datasets } = parse(text) as { readonly datasets: readonly DatasetYaml[] };
  const [trades, orders] = datasets;
  if (trades?.name !== 'trades' || orders?.name !== 'orders') {
    throw new Error('expected the page to have the datasets trades and orders');
  }
  return { trades, orders };
}

describe('a SQLite file', () => {
  it('returns rows, skips a day without rows, and fails one with a value that does not fit', async () => {
    const progress = await daysync.sync({ dataset: 'orders', ...RANGE });
    expect(progress).toMatchObject({ success: 1, failed: 1, skipped: 1 });
    const days = await daysync.days(progress.task_id);
    expect(days[1]?.error).toMatchObject({ code: 'VALUE_INVALID', row: 1, column: 'total' });
    expect(await rowsByDay(daysync.database, 'orders')).toEqual({ '2025-10-01': 1 });
  });
});

describeWithPostgres('PostgreSQL', () => {
  it('returns exact values, several days at a time', async () => {
    const progress = await daysync.sync({ dataset: 'trades', ...RANGE });
    expect(progress).toMatchObject({ success: 2, failed: 0, skipped: 1 });
    const rows = await queryRows(
      daysync.database,
      'select id, symbol, price, at from trades order by sync_day, id desc',
    );
    expect(rows.map((row) => Object.values(row))).toEqual([
      [
        9_007_199_254_740_993n,
        'DAX',
        '12345678901234567890.0000000001',
        '2025-10-01T06:00:00.000000Z',
      ],
      [2n, '', '0.5000000000', '2025-10-01T07:00:00.000000Z'],
      [3n, 'MDAX', '-1.0000000000', '2025-10-03T08:00:00.123456Z'],
    ]);
  });

  it('is named as in the datasets file in errors, and no password appears anywhere', async () => {
    for (const [dataset, code] of [
      ['wrong', 'SQL_LOGIN_REFUSED'],
      ['away', 'SQL_UNREACHABLE'],
    ] as const) {
      const progress = await daysync.sync({ dataset, ...RANGE });
      expect(progress).toMatchObject({ success: 0, failed: 3 });
      const days = await daysync.days(progress.task_id);
      expect(new Set(days.map(({ error }) => error?.code))).toEqual(new Set([code]));
      expect(days[0]?.error?.text).toMatch(/^\$\{[A-Z]+_URL\}: expected/);
      expect(JSON.stringify([progress, days])).not.toMatch(/c4nary/);
    }
    const list = await daysync.data('datasets');
    const { items } = list as { readonly items: readonly { readonly name: string }[] };
    expect(items.find(({ name }) => name === 'trades')).toMatchObject({
      source: {
        kind: 'sql',
        url: '${WAREHOUSE_URL}',
        query: expect.stringContaining(':day') as unknown,
      },
      source_days: null,
      source_error: null,
    });
    const log = await readFile(daysync.logFile, 'utf8');
    const { stdout, stderr } = daysync.output;
    const seen = [JSON.stringify(list), log, stdout, stderr].join('\n');
    expect(seen).not.toMatch(/c4nary/);
  });

  it('delays no stop', async () => {
    expect(await daysync.stop()).toBe(0);
  });
});
