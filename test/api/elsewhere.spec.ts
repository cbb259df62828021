// Days in targets outside Daysync's own database, by the built program.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { CallLog } from '../crash/call-log.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { POINTS_ELSEWHERE, readTarget, targetElsewhere, TARGETS_ELSEWHERE } from '../elsewhere.js';
import { birdstrikes, scratchFolder, TOP, type DatasetYaml } from '../scratch.js';
import type { Progress } from '../wire.js';
import { scratchPostgres } from '../postgres.js';
import { dumpTable } from '../target-table.js';

const CSV = path.join(TOP, 'data/birdstrikes.csv');
const RANGE = { dataset: 'birdstrikes', start_date: '1990-01-01', end_date: '1990-02-09' };

const makePostgres = scratchPostgres();

interface Scene {
  readonly folder: string;
  readonly dataset: DatasetYaml;
  readonly calls: CallLog;
  readonly env: Readonly<Record<string, string>>;
}

/** The strikes of the repository by a source that counts its calls, into a target of a kind. */
async function sceneOf(kind: (typeof TARGETS_ELSEWHERE)[number]): Promise<Scene> {
  const folder = await scratchFolder();
  const [calls, gate] = [path.join(folder, 'calls'), path.join(folder, 'gate')];
  writeFileSync(gate, '9999-12-31');
  const { keys, env } = await targetElsewhere(kind, folder, makePostgres);
  const { target } = birdstrikes();
  const dataset = birdstrikes({
    source: {
      kind: 'provider',
      module: path.join(TOP, 'test/crash/counting-source.ts'),
      options: { csv: CSV, calls, gate },
    },
    target: { ...keys, columns: target.columns },
    on_bad_row: { quarantine: 100 },
  });
  return { folder, dataset, calls: new CallLog(calls), env };
}

/** The source answers the days before this one, and no other. */
function blockFrom({ folder }: Scene, day: string): void {
  const gate = path.join(folder, 'gate');
  writeFileSync(`${gate}.next`, day);
  renameSync(`${gate}.next`, gate);
}

function start({ folder, dataset, env }: Scene, more: Record<string, string> = {}) {
  return startDaysync({ folder, datasets: [dataset], env: { ...env, ...more } });
}

let known: Promise<string> | undefined;

/** The rows that the same batch writes into a table of Daysync's own database. */
function undisturbed(scene: Scene): Promise<string> {
  known ??= syncOwn(scene);
  return known;
}

async function syncOwn(scene: Scene): Promise<string> {
  const { columns } = scene.dataset.target;
  const dataset = { ...scene.dataset, target: { table: 'strikes', columns } };
  const daysync = await start({ ...scene, folder: await scratchFolder(), dataset });
  await daysync.sync(RANGE);
  await daysync.stop();
  return dumpTable(daysync.database, 'strikes');
}

/** Source, record and target agree, and the target has what a table would have. The program ends. */
async function expectWhole(scene: Scene, daysync: DaysyncProcess): Promise<void> {
  const verified = await daysync.sync({ ...RANGE, mode: 'verify', verify: 'report' });
  expect(verified).toMatchObject({ failed: 0, status: 'completed' });
  await daysync.stop();
  expect(await readTarget(scene.dataset, scene.env)).toBe(await undisturbed(scene));
}

it.each(TARGETS_ELSEWHERE)('a batch fills a target of the kind %s', async (kind) => {
  const scene = await sceneOf(kind);
  const daysync = await start(scene);
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

it.each(
  TARGETS_ELSEWHERE.flatMap((kind) => POINTS_ELSEWHERE.map((point) => [kind, point] as const)),
)(
  '%s: killed at %s, a day is in once, and is fetched again only if it was not',
  async (kind, point) => {
    const scene = await sceneOf(kind);
    const first = await start(scene, { DAYSYNC_FAULT: `${point}@4=kill` });
    const { task_id } = await first.startBatch(RANGE);
    await first.died();
    const before = scene.calls.readNew().map(({ day }) => day);
    const last = before.at(-1);
    const second = await start(scene);
    expect(await second.ended(task_id)).toMatchObject({ status: 'completed', failed: 0 });
    const after = scene.calls.readNew().map(({ day }) => day);
    if (point === 'elsewhere:after_commit') expect(after).not.toContain(last);
    expect(new Set([...before, ...after]).size).toBe(40);
    await expectWhole(scene, second);
  },
);

it('a target that is away: the batch waits, says so, can be paused, and goes on by itself', async () => {
  const scene = await sceneOf('parquet');
  const mount = path.join(scene.folder, 'mount');
  const keys = { kind: 'parquet', path: path.join(mount, 'strikes') };
  const { columns } = scene.dataset.target;
  const dataset = { ...scene.dataset, target: { ...keys, columns } };
  const daysync = await start({ ...scene, dataset });
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
