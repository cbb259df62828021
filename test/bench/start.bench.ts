// The duration of a start, and the resident memory at rest and under load.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { launchDaysync, startDaysync, type StartOptions } from '../daysync-process.js';
import { residentMb } from '../resident.js';
import { datasetName, startWithRecords } from '../scale/seeded-records.js';
import { largeDays } from '../scratch.js';
import { atMost, figure, keep, type Figure } from './figures.js';
import { addBatches } from './growth-batches.js';
import { measureInTurn } from './in-turn.js';
import { runProgram } from './programs.js';

const START_ROUNDS = 5;
const MEMORY_ROUNDS = 3;
/** Long enough for the garbage of a start to be collected. */
const IDLE_MS = 5_000;
const SAMPLE_MS = 100;
const LOAD_SECONDS = 8;
const CONNECTIONS = 50;
/** Longer than the load. */
const BATCH = { start_date: '2010-01-01', end_date: '2019-12-31' };
const DATASETS = 20;
const RECORDS_EACH = 5_000;
const BATCHES = 10_000;

const days = largeDays('days', 100);

/** A stopped installation with the data of years. */
async function usedForYears(): Promise<StartOptions> {
  const daysync = await startWithRecords(DATASETS, RECORDS_EACH);
  const day = { start_date: '2012-01-01', end_date: '2012-01-01' };
  await daysync.sync({ ...day, dataset: datasetName(0), mode: 'all' });
  await daysync.stop();
  addBatches(daysync.databaseFile, BATCHES);
  return { folder: daysync.folder, datasetsFile: path.join(daysync.folder, 'datasets.yaml') };
}

/** From the start of the process to the first answer, in seconds. */
async function startSeconds(options: StartOptions): Promise<number> {
  const begun = performance.now();
  const daysync = await launchDaysync(options);
  await daysync.ready();
  const answer = await daysync.call('/health/live');
  const seconds = (performance.now() - begun) / 1_000;
  expect(answer).toMatchObject({ status: 200 });
  expect(await daysync.stop()).toBe(0);
  return seconds;
}

async function measureStarts(): Promise<readonly Figure[]> {
  const used = await usedForYears();
  // The first start fills the compile cache.
  await startSeconds({ datasets: [days] });
  const { empty, old } = await measureInTurn(START_ROUNDS, {
    empty: () => startSeconds({ datasets: [days] }),
    old: () => startSeconds(used),
  });
  const what = 'from the start of the process to its first answer';
  const records = (DATASETS * RECORDS_EACH).toLocaleString('en');
  const data = `${records} records and ${BATCHES.toLocaleString('en')} batches`;
  const aim = atMost(1.5, 'own');
  return [
    figure(`${what}, an empty folder`, 's', empty, { aim }),
    figure(`${what}, ${data}`, 's', old, { aim }),
  ];
}

/** The resident memory of a new process at rest, and its peak under load, in MB. */
async function measureMemory(): Promise<{ idle: number; loaded: number }> {
  const daysync = await startDaysync({ datasets: [days], env: { LIMIT_POLLS: '0' } });
  await sleep(IDLE_MS);
  const idle = await residentMb(daysync, 'VmRSS');
  const { task_id } = await daysync.startBatch(BATCH);
  const url = `${daysync.url}/api/v1/sync-status/sync/batch/progress/${task_id}`;
  const load = ['-c', CONNECTIONS, '-d', LOAD_SECONDS, '-j', url];
  const loading = runProgram('node_modules/autocannon/autocannon.js', ...load);
  const ended = new AbortController();
  void loading.finally(() => {
    ended.abort();
  });
  let loaded = 0;
  while (!ended.signal.aborted) {
    loaded = Math.max(loaded, await residentMb(daysync, 'VmRSS'));
    await sleep(SAMPLE_MS);
  }
  expect(JSON.parse(await loading)).toMatchObject({ non2xx: 0, errors: 0 });
  // Days were run to the end of the load.
  expect(await daysync.progress(task_id)).toMatchObject({ status: 'running', failed: 0 });
  await daysync.stop();
  return { idle, loaded };
}

async function measureMemories(): Promise<readonly Figure[]> {
  const measured: { idle: number; loaded: number }[] = [];
  while (measured.length < MEMORY_ROUNDS) measured.push(await measureMemory());
  const aim = atMost(150, 'own');
  const idle = measured.map((figures) => figures.idle);
  const loaded = measured.map((figures) => figures.loaded);
  const what = 'resident set, the most while thousands of days run and 50 connections poll';
  return [
    figure(`resident set, ${IDLE_MS / 1_000} s after a start`, 'MB', idle, { aim }),
    figure(what, 'MB', loaded, { aim }),
  ];
}

it('the time to the first answer, and the memory', async () => {
  const figures = [...(await measureStarts())];
  // Only Linux reports the resident memory.
  const isLinux = process.platform === 'linux';
  if (isLinux) figures.push(...(await measureMemories()));
  await keep('start', figures, isLinux ? [] : ['the resident memory, which only Linux reports']);
});
