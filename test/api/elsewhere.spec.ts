// Days in targets outside Daysync's own database, by a program in the process of the test.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startApp } from '../daysync-app.js';
import { TARGETS_ELSEWHERE } from '../elsewhere.js';
import { scratchPostgres } from '../postgres.js';
import {
  blockFrom,
  expectWhole,
  optionsOf,
  RANGE,
  strikesElsewhere,
} from '../strikes-elsewhere.js';
import type { Progress } from '../wire.js';

const makePostgres = scratchPostgres();

it.each(TARGETS_ELSEWHERE)('a batch fills a target of the kind %s', async (kind) => {
  const scene = await strikesElsewhere(kind, makePostgres);
  const daysync = await startApp(optionsOf(scene));
  const synced = await daysync.sync(RANGE);
  expect(synced).toMatchObject({ status: 'completed', failed: 0, total: 40 });
  const { items } = await daysync.records('dataset=birdstrikes&status=success&page_size=50');
  expect(items.length).toBe(synced.success);
  const [day = ''] = items.map((record) => record.day).sort();
  expect(await daysync.data(`datasets/birdstrikes/days/${day}/rows`)).toMatchObject({
    total: items.find((record) => record.day === day)?.rows,
  });
  // Nothing is missing, and what is synced again stays the same.
  expect(await daysync.sync(RANGE)).toMatchObject({ success: 0, skipped: 40 });
  await daysync.sync({ ...RANGE, mode: 'all' });
  const shown = (await daysync.data('datasets/birdstrikes')) as { target: unknown };
  expect(shown.target).toMatchObject({ kind, health: { code: null } });
  await expectWhole(scene, daysync);
});

it('a target that is away: the batch waits, says so, can be paused, and goes on by itself', async () => {
  const scene = await strikesElsewhere('parquet', makePostgres);
  const mount = path.join(scene.folder, 'mount');
  const keys = { kind: 'parquet', path: path.join(mount, 'strikes') };
  const { columns } = scene.dataset.target;
  const dataset = { ...scene.dataset, target: { ...keys, columns } };
  const daysync = await startApp(optionsOf({ ...scene, dataset }));
  const { task_id } = await daysync.startBatch(RANGE);
  const progress = (): Promise<Progress> => daysync.progress(task_id);
  const waiting = async (): Promise<unknown> => (await progress()).waiting_for;
  await expect.poll(waiting, { timeout: 20_000 }).toMatchObject({ kind: 'target' });
  expect((await daysync.post(`sync/batch/${task_id}/pause`, undefined)).status).toBe(200);
  const running = async (): Promise<number> => (await progress()).running;
  await expect.poll(running, { timeout: 20_000 }).toBe(0);
  expect((await daysync.post(`sync/batch/${task_id}/resume`, undefined)).status).toBe(200);
  await expect.poll(waiting, { timeout: 20_000 }).toMatchObject({ kind: 'target' });
  blockFrom(scene, RANGE.start_date);
  mkdirSync(mount);
  // It waits for its source now.
  await expect.poll(waiting, { timeout: 20_000 }).toBeNull();
  expect(await progress()).toMatchObject({ status: 'running', running: 1, success: 0 });
  blockFrom(scene, '9999-12-31');
  expect(await daysync.ended(task_id)).toMatchObject({ status: 'completed', failed: 0 });
  const { items } = await daysync.records('dataset=birdstrikes&page_size=50');
  expect(items.every(({ attempts }) => attempts === 1)).toBe(true);
  await expectWhole({ ...scene, dataset }, daysync);
});
