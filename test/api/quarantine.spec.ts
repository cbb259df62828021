import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readExposition } from '../exposition.js';
import { readings, scratchFolder } from '../scratch.js';
import { rowsByDay } from '../target-table.js';
import type { WirePage } from '../wire.js';

const RANGE = { start_date: '2012-03-01', end_date: '2012-03-03' };
const GOOD = [
  '2012-03-01,Oslo,1',
  '2012-03-01,Rome,2',
  '2012-03-02,Oslo,3',
  '2012-03-02,Rome,4',
  '2012-03-03,Oslo,5',
];
const BAD = ['2012-03-01,"Bergen, north",n/a', '2012-03-03,Rome', '2012-03-03,Bonn,x', 'total,,15'];

interface WireQuarantinedRow {
  readonly day: string | null;
  readonly row: number;
  readonly code: string;
  readonly task_id: string | null;
}

let csv: string;
let daysync: DaysyncApp;
beforeAll(async () => {
  const folder = await scratchFolder();
  csv = path.join(folder, 'readings.csv');
  const more = { name: 'readings', on_bad_row: { quarantine: 2 } };
  await write(...GOOD, ...BAD);
  daysync = await startApp({ folder, datasets: [readings(csv, more)] });
});

const write = (...rows: readonly string[]): Promise<void> =>
  writeFile(csv, `day,city,degrees\n${rows.join('\n')}\n`);
const sync = (more: object = {}): ReturnType<DaysyncApp['sync']> =>
  daysync.sync({ ...RANGE, mode: 'all', ...more });
const list = (query = ''): Promise<WirePage<WireQuarantinedRow>> =>
  daysync.data(`quarantine${query}`) as Promise<WirePage<WireQuarantinedRow>>;
const retry = (body: object): ReturnType<DaysyncApp['post']> =>
  daysync.post('quarantine/retry', body);
const counts = async (): Promise<unknown> => {
  const { items } = (await daysync.data('records?sort=day')) as WirePage<Record<string, unknown>>;
  return items.map(({ day, status, rows, fetched_rows, quarantined_rows }) => [
    ...[day, status, rows, fetched_rows, quarantined_rows],
  ]);
};

describe('rows that don’t fit', () => {
  let first: string;

  it('are kept apart, and every row is in the target or in quarantine', async () => {
    const progress = await sync();
    first = progress.task_id;
    expect(progress).toMatchObject({
      ...{ status: 'completed', success: 3, failed: 0, quarantined_rows: 3, unreadable_rows: 1 },
    });
    expect(await counts()).toEqual([
      ['2012-03-01', 'success', 2, 3, 1],
      ['2012-03-02', 'success', 2, 2, 0],
      ['2012-03-03', 'success', 1, 3, 2],
    ]);
    expect((await list('?sort=day')).items).toEqual([
      {
        ...{ dataset: 'readings', day: null, file: csv, row: 9, code: 'SOURCE_DAY_UNREADABLE' },
        ...{ column: 'day', content: 'total,,15', task_id: first },
        text: expect.stringContaining('row 9') as unknown,
        quarantined_at: expect.any(String) as unknown,
      },
      expect.objectContaining({
        ...{ day: '2012-03-01', row: 6, code: 'VALUE_INVALID', column: 'degrees' },
        text: expect.stringContaining('row 6, column degrees: expected an integer') as unknown,
        content: '2012-03-01,"Bergen, north",n/a',
      }),
      expect.objectContaining({
        ...{ day: '2012-03-03', row: 7, code: 'SOURCE_ROW_RAGGED', column: null },
        content: '2012-03-03,Rome',
      }),
      expect.objectContaining({ day: '2012-03-03', row: 8, content: '2012-03-03,Bonn,x' }),
    ]);
    const { body: metrics } = await daysync.call('/metrics');
    const { value } = readExposition(metrics as string);
    expect(value('daysync_quarantined_rows_total{dataset="readings"}')).toBe(3);
    expect(await daysync.data(`sync/batch/${first}/days`)).toMatchObject({
      items: [{ quarantined_rows: 1 }, { quarantined_rows: 0 }, { quarantined_rows: 2 }],
    });
  });

  it.each([
    ['dataset=readings', 4],
    ['dataset=other', 0],
    ['start_date=2012-03-02', 2],
    ['end_date=2012-03-02', 1],
    ['code=VALUE_INVALID', 2],
    ['code=VALUE_INVALID&start_date=2012-03-03', 1],
  ])('are filtered by %s', async (query, total) => {
    const page = await list(`?${query}`);
    expect([page.total, page.items.length]).toEqual([total, total]);
  });

  it('are filtered by batch, sorted and paged', async () => {
    expect((await list(`?task_id=${first}`)).total).toBe(4);
    expect((await list('?task_id=none')).total).toBe(0);
    for (const sort of ['day', '-day', 'code', '-code', 'dataset', '-quarantined_at']) {
      const whole = (await list(`?sort=${sort}`)).items.map(({ row }) => row);
      const pages = await Promise.all(
        [1, 2, 3, 4].map((page) => list(`?sort=${sort}&page_size=1&page=${page}`)),
      );
      expect(pages.flatMap(({ items }) => items.map(({ row }) => row))).toEqual(whole);
    }
    expect((await list('?sort=-day')).items.map(({ row }) => row)).toEqual([7, 8, 6, 9]);
  });

  it.each([
    ['?sort=row', 400],
    ['?start_date=2012-03-03&end_date=2012-03-01', 400],
    ['/export?start_date=2012-03-03&end_date=2012-03-01', 400],
  ])('refuse %s', async (query, status) => {
    expect((await daysync.api(`quarantine${query}`)).status).toBe(status);
  });

  it('are exported as CSV', async () => {
    const answer = await daysync.api('quarantine/export?code=VALUE_INVALID&sort=day');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="quarantine.csv"');
    const rows: unknown = parse(answer.body as string, { columns: true });
    expect(rows).toEqual([
      expect.objectContaining({ day: '2012-03-01', row: '6', task_id: first }),
      expect.objectContaining({ day: '2012-03-03', row: '8', content: '2012-03-03,Bonn,x' }),
    ]);
  });

  it('are tried again in a batch of their days; twice changes nothing', async () => {
    const before = await rowsByDay(daysync.database, 'readings');
    for (let tries = 1; tries <= 2; tries += 1) {
      const started = await retry({ dataset: 'readings' });
      expect(started.status).toBe(202);
      const { data } = started.body as { data: { task_id: string } };
      expect(await daysync.ended(data.task_id)).toMatchObject({
        ...{ mode: 'all', total: 2, success: 2, quarantined_rows: 3 },
        ...{ start_date: '2012-03-01', end_date: '2012-03-03' },
      });
      expect((await list()).total).toBe(4);
      expect(await rowsByDay(daysync.database, 'readings')).toEqual(before);
    }
  });

  it('that are fixed leave quarantine with a retry of their days', async () => {
    await write(...GOOD, '2012-03-01,Bergen,7', ...BAD.slice(1, 3));
    const started = await retry({
      dataset: 'readings',
      codes: ['VALUE_INVALID'],
      end_date: '2012-03-02',
    });
    const { data } = started.body as { data: { task_id: string } };
    expect(await daysync.ended(data.task_id)).toMatchObject({ total: 1, quarantined_rows: 0 });
    expect((await list('?sort=day')).items.map(({ row }) => row)).toEqual([7, 8]);
    expect((await counts()) as unknown[]).toContainEqual(['2012-03-01', 'success', 3, 3, 0]);
    const again = await retry({ dataset: 'readings', end_date: '2012-03-02' });
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ code: 'NOTHING_TO_RETRY' });
    expect((await retry({ dataset: 'none' })).status).toBe(404);
  });
});
