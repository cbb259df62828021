import { calendarDay } from '@daysync/progress';
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { renameDataset } from './dataset-rename.js';

const ROWS = 1_600;
/** 500 rows of 4 kB are some 20 ms. */
const MOST_AT_ONCE = 500;

let installation: ScratchInstallation;
afterEach(() => installation.close());

it('on SQLite, a rename changes few rows at a time, all of them in one transaction', async () => {
  installation = await ScratchInstallation.open();
  const { database } = installation;
  const parts: number[] = [];
  await database.write('targets', async (transaction) => {
    if (transaction.dialect !== 'sqlite') throw new Error('expected a transaction of SQLite');
    const { connection, db } = transaction;
    const numbers = sql`with recursive one(n) as (select 0 union all select n + 1 from one where n < ${ROWS - 1})`;
    // Two rows a day, and other datasets in between.
    await sql`
      insert into quarantined_row
        (dataset, day, position, file, "row", code, text, content, quarantined_at)
      ${numbers} select name, date('2020-01-01', '+' || (n / 2) || ' days'), n % 2, 'f', n, 'c', 't', 'x', ''
      from one, (select 'a' as name union all select 'c')
    `.execute(db);
    await sql`
      insert into webhook_delivery
        (id, endpoint, event, batch_id, dataset, payload, created_at, state, attempts)
      ${numbers} select name || n, 'e', 'completed', 'b', name, '', '', 'delivered', 1
      from one, (select 'a' as name union all select 'c')
    `.execute(db);
    const changes = (): number => {
      const [row] = connection.prepare('select total_changes() as count').all([]);
      return (row as { readonly count: number }).count;
    };
    let before = changes();
    const turn = async (): Promise<void> => {
      parts.push(changes() - before);
      before = changes();
      await transaction.turn();
    };
    await renameDataset({ ...transaction, turn }, 'a', 'b');
    await turn();
  });
  expect(Math.max(...parts)).toBeLessThanOrEqual(MOST_AT_ONCE);
  expect(parts.reduce((sum, part) => sum + part)).toBe(2 * ROWS);
  for (const table of ['quarantined_row', 'webhook_delivery'] as const) {
    const counts = await database.read
      .selectFrom(table)
      .select((select) => ['dataset', select.fn.countAll<number>().as('rows')])
      .groupBy('dataset')
      .orderBy('dataset')
      .execute();
    expect(counts).toEqual([
      { dataset: 'b', rows: ROWS },
      { dataset: 'c', rows: ROWS },
    ]);
  }
});

it('a rename keeps the settled days, those of the new name where both have one', async () => {
  installation = await ScratchInstallation.open();
  const { database } = installation;
  const settled = { settled_by: null, settled_at: '2025-01-01T00:00:00.000Z' };
  const days = { a: ['2024-03-08', '2024-03-09'], b: ['2024-03-09', '2024-03-10'] };
  await database.write('targets', async (transaction) => {
    for (const [dataset, ofDataset] of Object.entries(days)) {
      const rows = ofDataset.map((day) => ({ dataset, day: calendarDay(day), reason: dataset }));
      await transaction.db
        .insertInto('settled_day')
        .values(rows.map((row) => ({ ...row, ...settled })))
        .execute();
    }
    await renameDataset(transaction, 'a', 'b');
  });
  const rows = database.read.selectFrom('settled_day').select(['dataset', 'day', 'reason']);
  expect(await rows.orderBy('day').execute()).toEqual([
    { dataset: 'b', day: '2024-03-08', reason: 'a' },
    { dataset: 'b', day: '2024-03-09', reason: 'b' },
    { dataset: 'b', day: '2024-03-10', reason: 'b' },
  ]);
});

it('a rename keeps since when a dataset is late, that of the new name if there is one', async () => {
  installation = await ScratchInstallation.open();
  const { database } = installation;
  const late = { notified: 1, notified_day: calendarDay('2024-03-08') } as const;
  await database.write('targets', async (transaction) => {
    await transaction.db
      .insertInto('dataset_freshness')
      .values(['a', 'c', 'd'].map((dataset) => ({ ...late, dataset, late_since: dataset })))
      .execute();
    await renameDataset(transaction, 'a', 'b');
    await renameDataset(transaction, 'c', 'd');
  });
  const rows = database.read.selectFrom('dataset_freshness').selectAll().orderBy('dataset');
  expect(await rows.execute()).toEqual([
    { ...late, dataset: 'b', late_since: 'a' },
    { ...late, dataset: 'd', late_since: 'd' },
  ]);
});
