// The days of a dataset move to its new target, by the built program.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { change } from '../database-queries.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import {
  readTarget,
  targetElsewhere,
  TARGETS_ELSEWHERE,
  type ScratchTarget,
} from '../elsewhere.js';
import { scratchPostgres } from '../postgres.js';
import { scratchFolder, weather, type DatasetYaml } from '../scratch.js';
import { dumpTable } from '../target-table.js';

const RANGE = { dataset: 'weather', start_date: '2012-01-01', end_date: '2012-03-31' };
const DAYS = 91;
const KINDS = ['table', ...TARGETS_ELSEWHERE] as const;
type Kind = (typeof KINDS)[number];
const PAIRS = KINDS.flatMap((from) =>
  KINDS.filter((to) => to !== from).map((to) => [from, to] as const),
);

const makePostgres = scratchPostgres();

async function targetOf(kind: Kind, folder: string): Promise<ScratchTarget> {
  if (kind === 'table') return { keys: { table: 'strikes' }, env: {} };
  return targetElsewhere(kind, folder, makePostgres);
}

/** What records say of the last try of each day. */
async function lastTries(daysync: DaysyncProcess): Promise<readonly unknown[]> {
  const { items } = await daysync.records('dataset=weather&page_size=100');
  return items
    .map(({ day, last_success_at, rows, status }) => [day, rows, status, last_success_at])
    .sort();
}

it.each(PAIRS)('from %s to %s, killed in the midst', async (from, to) => {
  const folder = await scratchFolder();
  const { columns } = weather().target;
  const [old, next] = [await targetOf(from, folder), await targetOf(to, folder)];
  // A table of Daysync's own database gets its rows with the outcome.
  const point = to === 'table' ? 'step:after_commit' : 'elsewhere:after_commit';
  // Both may have the variable of the same name.
  const env = { ...old.env, ...next.env };
  const [before, after] = [old, next].map(({ keys }): DatasetYaml =>
    weather({ target: { ...keys, columns } }),
  ) as [DatasetYaml, DatasetYaml];
  const first = await startDaysync({ folder, datasets: [before], env });
  expect(await first.sync(RANGE)).toMatchObject({ success: DAYS });
  const records = await lastTries(first);
  await first.stop();
  const rows =
    from === 'table' ? await dumpTable(first.database, 'strikes') : await readTarget(before, env);

  const killed = await startDaysync({
    ...{ folder, datasets: [after] },
    env: { ...env, DAYSYNC_FAULT: `${point}@30=kill` },
  });
  const shown = (await killed.data('datasets/weather')) as {
    readonly coverage: { readonly elsewhere: unknown };
  };
  expect(shown.coverage.elsewhere).toMatchObject({ days: DAYS });
  const { task_id } = await killed.startBatch({ ...RANGE, mode: 'move' });
  await killed.died();

  const second = await startDaysync({ folder, datasets: [after], env });
  expect(await second.ended(task_id)).toMatchObject({
    ...{ status: 'completed', success: DAYS, failed: 0, total: DAYS },
  });
  // Each day has the record of its last sync.
  expect(await lastTries(second)).toEqual(records);
  const verified = await second.sync({ ...RANGE, mode: 'verify', verify: 'report' });
  expect(verified).toMatchObject({ failed: 0, skipped: DAYS });
  expect(await second.sync({ ...RANGE, mode: 'move' })).toMatchObject({
    success: 0,
    skipped: DAYS,
  });
  await second.stop();
  const moved =
    to === 'table' ? await dumpTable(second.database, 'strikes') : await readTarget(after, env);
  expect(moved).toBe(rows);
});

it('a day that was changed in the earlier target is not moved', async () => {
  const folder = await scratchFolder();
  const { columns } = weather().target;
  const { keys, env } = await targetElsewhere('parquet', folder, makePostgres);
  const first = await startDaysync({ folder, datasets: [weather()] });
  await first.sync({ ...RANGE, end_date: '2012-01-03' });
  await first.stop();
  await change(
    first.database,
    "delete from weather_daily where sync_day = '2012-01-02' and location = 'Seattle'",
  );
  const second = await startDaysync({
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
  const recorded = async (daysync: DaysyncProcess): Promise<readonly unknown[]> => {
    const { items } = await daysync.records('dataset=readings');
    return items.map((record) => ({ ...record, fingerprint: undefined }));
  };
  const columns = { station: 'text', degrees: 'integer' } as const;
  for (const day of days) await writeDay(day, 20);
  const first = await startDaysync({
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
  const second = await startDaysync({ folder, datasets, env });
  expect(await second.sync({ ...range, mode: 'move' })).toMatchObject({ success: 3 });
  expect(await recorded(second)).toEqual(before);
  expect(await second.data('datasets/readings')).toMatchObject({
    coverage: { synced: 3, elsewhere: null, incomplete: { days: 3, columns: ['wind'] } },
  });
});
