// One batch waits for a target that can't be reached, and another dataset has to be synced meanwhile.
import { expect, it } from 'vitest';
import { startApp } from '../daysync-app.js';
import { scratchFolder, writeScratch } from '../scratch.js';

const DAY = { start_date: '2025-10-01', end_date: '2025-10-01' };

interface Entries {
  readonly items: readonly { readonly kind: string; readonly code: string | null }[];
}

it('a batch that waits for its target leaves its place to the batch of another dataset', async () => {
  const folder = await scratchFolder();
  await writeScratch(folder, 'days.csv', 'day,price\n2025-10-01,1\n');
  const source = { kind: 'csv', path: 'days.csv', day_column: 'day' };
  const columns = { price: 'real' };
  // Nothing listens on port 1.
  const url = 'postgres://reader@127.0.0.1:1/shop';
  const daysync = await startApp({
    folder,
    datasets: [
      { name: 'away', source, target: { kind: 'postgres', url, table: 'prices', columns } },
      { name: 'here', source, target: { table: 'here', columns } },
    ],
  });
  const { task_id } = await daysync.startBatch({ ...DAY, dataset: 'away' });
  const waiting = async (): Promise<unknown> => (await daysync.progress(task_id)).waiting_for;
  await expect.poll(waiting, { timeout: 20_000 }).toMatchObject({ kind: 'target' });
  const { task_id: behind } = await daysync.startBatch({ ...DAY, dataset: 'here' });
  expect(await daysync.progress(behind)).toMatchObject({ status: 'queued' });
  expect(await daysync.ended(behind)).toMatchObject({ status: 'completed', success: 1 });
  expect(await daysync.progress(task_id)).toMatchObject({ status: 'running', failed: 0 });
  expect(await waiting()).toMatchObject({ kind: 'target' });
  const { items } = (await daysync.data(`sync/batch/${task_id}/log`)) as Entries;
  // The wait begins once, however often the target is tried again.
  expect(items.map(({ kind, code }) => [kind, code])).toEqual([
    ['created', null],
    ['started', null],
    ['started', null],
    ['waiting', 'target'],
  ]);
});
