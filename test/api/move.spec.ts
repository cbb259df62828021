// The days of a dataset move to its new target, by the program.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { change } from '../database-queries.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { targetElsewhere } from '../elsewhere.js';
import { expectMove } from '../moved-target.js';
import { scratchPostgres } from '../postgres.js';
import { scratchFolder, weather, type DatasetYaml } from '../scratch.js';

const RANGE = { dataset: 'weather', start_date: '2012-01-01', end_date: '2012-03-31' };
const makePostgres = scratchPostgres();

it("days move from Daysync's own table to Parquet files, killed in the midst", async () => {
  await expectMove(['table', 'parquet'], makePostgres);
});

it('a day that was changed in the earlier target is not moved', async () => {
  const folder = await scratchFolder();
  const { columns } = weather().target;
  const { keys, env } = await targetElsewhere('parquet', folder, makePostgres);
  const first = await startApp({ folder, datasets: [weather()] });
  await first.sync({ ...RANGE, end_date: '2012-01-03' });
  await first.stop();
  await change(
    first.database,
    "delete from weather_daily where sync_day = '2012-01-02' and location = 'Seattle'",
  );
  const second = await startApp({
    folder,
    datasets: [weather({ target: { ...keys, columns } })],
    env,
  });
  const moved = await second.sync({ ...RANGE, end_date: '2012-01-03', mode: 'move' });
  expect(moved).toMatchObject({ success: 2, failed: 1 });
  const [, day] = await second.days(moved.task_id);
  expect(day).toMatchObject({ day: '2012-01-02', error: { code: 'MOVE_REFUSED' } });
  const records = await second.records('dataset=weather&status=failed');
  expect(records.total).toBe(0);
});

it('a move changes only where the rows are: findings stay, and so do the columns that days lack', async () => {
  const folder = await scratchFolder();
  const days = ['2025-10-01', '2025-10-02', '2025-10-03'];
  const range = { dataset: 'readings', start_date: days[0], end_date: days[2] };
  const writeDay = (day: string, degrees: number): Promise<void> =>
    writeFile(path.join(folder, `${day}.csv`), `station,degrees\nKyoto,${degrees}\n`);
  const datasetOf = (target: DatasetYaml['target']): DatasetYaml => ({
    name: 'readings',
    source: { kind: 'csv', path: path.join(folder, '{day}.csv') },
    target,
  });
  /** All but the fingerprints, which are over the columns of the target. */
  const recorded = async (daysync: DaysyncApp): Promise<readonly unknown[]> => {
    const { items } = await daysync.records('dataset=readings');
    return items.map((record) => ({ ...record, fingerprint: undefined }));
  };
  const columns = { station: 'text', degrees: 'integer' } as const;
  for (const day of days) await writeDay(day, 20);
  const first = await startApp({
    ...{ folder, datasets: [datasetOf({ table: 'readings', columns })] },
  });
  await first.sync(range);
  await writeDay('2025-10-02', 21);
  await first.sync({ ...range, mode: 'verify', verify: 'report' });
  const before = await recorded(first);
  expect(before).toContainEqual(
    expect.objectContaining({
      day: '2025-10-02',
      finding: expect.objectContaining({ code: 'SOURCE_CHANGED' }) as unknown,
    }),
  );
  await first.stop();

  const { keys, env } = await targetElsewhere('parquet', folder, makePostgres);
  const wide = { ...columns, wind: { type: 'real', nullable: true } };
  const datasets = [datasetOf({ ...keys, columns: wide })];
  const second = await startApp({ folder, datasets, env });
  const incomplete = { days: 3, columns: ['wind'] };
  const expectMoved = async (daysync: DaysyncApp): Promise<void> => {
    expect(await daysync.sync({ ...range, mode: 'move' })).toMatchObject({ success: 3 });
    expect(await recorded(daysync)).toEqual(before);
    expect(await daysync.data('datasets/readings')).toMatchObject({
      coverage: { synced: 3, elsewhere: null, incomplete },
    });
  };
  await expectMoved(second);
  await second.stop();

  // And once more, with the columns that they have.
  const own = datasetOf({ table: 'readings_again', columns: wide });
  await expectMoved(await startApp({ folder, datasets: [own], env }));
});
