// The days of a dataset move from a target of one kind to one of another, by the built program, killed in the midst.
import { expect } from 'vitest';
import type { Daysync } from './daysync.js';
import { startApp } from './daysync-app.js';
import { startDaysync } from './daysync-process.js';
import { readTarget, targetElsewhere, TARGETS_ELSEWHERE, type ScratchTarget } from './elsewhere.js';
import { scratchFolder, weather, type DatasetYaml } from './scratch.js';
import { dumpTable } from './target-table.js';

const RANGE = { dataset: 'weather', start_date: '2012-01-01', end_date: '2012-03-31' };
const DAYS = 91;
export const TARGET_KINDS = ['table', ...TARGETS_ELSEWHERE] as const;
export type KindOfMove = (typeof TARGET_KINDS)[number];

async function targetOf(
  kind: KindOfMove,
  folder: string,
  makePostgres: () => Promise<string>,
): Promise<ScratchTarget> {
  if (kind === 'table') return { keys: { table: 'strikes' }, env: {} };
  return targetElsewhere(kind, folder, makePostgres);
}

async function lastTries(daysync: Daysync): Promise<readonly unknown[]> {
  const { items } = await daysync.records('dataset=weather&page_size=100');
  return items
    .map(({ day, last_success_at, rows, status }) => [day, rows, status, last_success_at])
    .sort();
}

/** Checks rows, records and fingerprints after the move. @param makePostgres creates an empty database */
export async function expectMove(
  [from, to]: readonly [KindOfMove, KindOfMove],
  makePostgres: () => Promise<string>,
): Promise<void> {
  const folder = await scratchFolder();
  const { columns } = weather().target;
  const [old, next] = [
    await targetOf(from, folder, makePostgres),
    await targetOf(to, folder, makePostgres),
  ];
  // A table of Daysync's own database gets its rows with the outcome.
  const point = to === 'table' ? 'step:after_commit' : 'elsewhere:after_commit';
  // Both may have the variable of the same name.
  const env = { ...old.env, ...next.env };
  const [before, after] = [old, next].map(({ keys }): DatasetYaml =>
    weather({ target: { ...keys, columns } }),
  ) as [DatasetYaml, DatasetYaml];
  const first = await startApp({ folder, datasets: [before], env });
  expect(await first.sync(RANGE)).toMatchObject({ success: DAYS });
  const records = await lastTries(first);
  await first.stop();
  const dump = async (kind: KindOfMove, dataset: DatasetYaml): Promise<string> =>
    kind === 'table' ? dumpTable(first.database, 'strikes') : readTarget(dataset, env);
  const rows = await dump(from, before);

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

  const second = await startApp({ folder, datasets: [after], env });
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
  expect(await dump(to, after)).toBe(rows);
}
