import { expect, it } from 'vitest';
import { change } from '../database-queries.js';
import { dataOf } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, writeScratch, type DatasetYaml } from '../scratch.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-03' };
const CSV = 'day,city,degrees\n2025-10-01,Oslo,1\n2025-10-02,Oslo,2\n2025-10-03,Oslo,3\n';

async function planOf(daysync: DaysyncApp, mode = 'missing_and_failed'): Promise<unknown> {
  return dataOf(await daysync.post('sync/batch/preview', { ...RANGE, mode }));
}

async function coverageOf(daysync: DaysyncApp): Promise<unknown> {
  const { items } = (await daysync.data('datasets')) as { readonly items: readonly object[] };
  return items[0];
}

const target = (
  table: string,
  columns: DatasetYaml['target']['columns'] = {},
): Pick<DatasetYaml, 'target'> => ({
  target: { table, columns: { city: 'text', degrees: 'integer', ...columns } },
});

it('what is called synced is in the target, whatever happens to its table', async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', CSV);
  const start = (...given: Parameters<typeof target>): Promise<DaysyncApp> =>
    startApp({ folder, datasets: [readings(csv, target(...given))] });

  const before = await start('readings');
  expect(await before.sync(RANGE)).toMatchObject({ success: 3 });
  expect(await before.records()).toMatchObject({ items: [{ elsewhere: false }, {}, {}] });
  await before.stop();

  // The table has another name in the file.
  const renamed = await start('readings_v2');
  const elsewhere = { table: 'readings_v2', days: 3, tables: ['readings'], range: RANGE };
  expect(await planOf(renamed, 'missing')).toMatchObject({
    ...{ run: 3, run_reasons: [{ reason: 'missing', count: 3 }] },
    ...{ elsewhere, incomplete: null },
  });
  expect(await coverageOf(renamed)).toMatchObject({
    coverage: { synced: 0, elsewhere, gaps: { count: 1, days: 3, range: RANGE } },
  });
  expect(await renamed.data('records/calendar')).toMatchObject({
    synced: 0,
    items: [{ synced: false, elsewhere: true }, {}, {}],
  });
  expect(await renamed.records()).toMatchObject({ items: [{ elsewhere: true }, {}, {}] });
  expect(await renamed.data('records/readings/2025-10-01/history')).toMatchObject({
    record: { status: 'success', elsewhere: true },
  });
  expect((await renamed.api('records/export')).body).toContain(',true,1,0,\r\n');
  expect(await renamed.sync(RANGE)).toMatchObject({ success: 3 });
  expect(await coverageOf(renamed)).toMatchObject({ coverage: { synced: 3, elsewhere: null } });

  // The table is dropped while the server runs.
  await change(renamed.database, 'drop table readings_v2');
  expect(await coverageOf(renamed)).toMatchObject({
    coverage: { synced: 0, elsewhere: { days: 3, tables: [] } },
  });
  expect(await renamed.data('datasets/readings/days/2025-10-01/rows')).toMatchObject({ total: 0 });
  expect(await renamed.sync(RANGE)).toMatchObject({ success: 3, skipped: 0 });
  expect(await renamed.data('datasets/readings/days/2025-10-01/rows')).toMatchObject({ total: 1 });
  await renamed.stop();

  // A column is added.
  const more = CSV.replaceAll('\n', ',9\n').replace('degrees,9', 'degrees,wind');
  await writeScratch(folder, 'readings.csv', more);
  const wide = await start('readings_v2', { wind: { type: 'integer', nullable: true } });
  const incomplete = { table: 'readings_v2', days: 3, columns: ['wind'], range: RANGE };
  expect(await planOf(wide)).toMatchObject({ run: 0, incomplete, elsewhere: null });
  expect(await coverageOf(wide)).toMatchObject({ coverage: { synced: 3, incomplete } });
  expect(await planOf(wide, 'incomplete')).toMatchObject({
    run_reasons: [{ reason: 'incomplete', count: 3 }],
  });
  expect(await wide.sync({ ...RANGE, mode: 'incomplete' })).toMatchObject({ success: 3 });
  expect(await planOf(wide, 'incomplete')).toMatchObject({ run: 0, incomplete: null });
  await wide.stop();

  const lines = await wide.logLines();
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        level: 40,
        msg: 'dataset readings: `readings_v2` is new: 3 synced days are missing from it (their rows are in `readings`, which stays as it is)',
      }),
      expect.objectContaining({
        level: 40,
        msg: 'the target table was dropped, and is prepared again',
      }),
      expect.objectContaining({
        level: 30,
        statement: expect.stringMatching(/^alter table "readings_v2" add column "wind"/) as unknown,
      }),
      expect.objectContaining({
        level: 40,
        msg: 'dataset readings: 3 days lack `wind` in `readings_v2`: sync them again with the mode incomplete',
      }),
    ]),
  );
});
