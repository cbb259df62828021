// What a program has stored before it is killed, as the next one on its folder has it. One kill serves all tests.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { createClient, type Progress as Watched } from '../../libs/client/src/index.js';
import { dataOf, type Answer, type StartOptions } from '../daysync.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { DayServer } from '../day-server.js';
import { readExposition } from '../exposition.js';
import { scratchFolder, weather, type DatasetYaml } from '../scratch.js';
import type { Progress, SyncRecord, WirePage } from '../wire.js';

const RANGE = { start_date: '2012-01-01', end_date: '2012-01-20' };
const EXTENDED = { start_date: '2011-12-30', end_date: '2012-01-25' };
const CONCURRENCY = 3;
/** Slow enough for batches to run at the kill, and faster after it. */
const [SLOW, FAST] = [120, 6_000];

const dataset = (name: string, daysPerMinute: number): DatasetYaml =>
  weather({
    ...{ name, target: { ...weather().target, table: name } },
    throttle: { days_per_minute: daysPerMinute },
  });

let server: DayServer;
let killed: DaysyncProcess;
let daysync: DaysyncProcess;
/** The progress of batches before the kill. */
const before = new Map<string, Progress>();
let keyed: Answer;
let queue: readonly string[];
let recordsBefore: WirePage<SyncRecord>;
let watched: Promise<readonly Watched[]>;
const failures: string[] = [];

function of(name: string): Progress {
  const progress = before.get(name);
  if (progress === undefined) throw new Error(`expected a batch ${name}, got none`);
  return progress;
}

const shown = (name: string): Promise<Progress> => daysync.progress(of(name).task_id);

async function control(program: DaysyncProcess, taskId: string, verb: string): Promise<Progress> {
  return dataOf(await program.post(`sync/batch/${taskId}/${verb}`, undefined)) as Progress;
}

/** Starts a batch of a dataset, and waits until so many of its days have ended. */
async function started(name: string, finished: number): Promise<string> {
  const { task_id } = await killed.startBatch({ ...RANGE, dataset: name });
  while ((await killed.progress(task_id)).finished < finished) await sleep(20);
  return task_id;
}

function startWithKey(program: DaysyncProcess): Promise<Answer> {
  return program.api('sync/batch', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'crash' },
    body: JSON.stringify({ start_date: '2012-03-01', end_date: '2012-03-03', dataset: 'keyed' }),
  });
}

const records = (program: DaysyncProcess): Promise<WirePage<SyncRecord>> =>
  program.records('dataset=whole&page_size=100');

async function watch(url: string, taskId: string): Promise<readonly Watched[]> {
  const seen: Watched[] = [];
  const onFailure = ({ kind }: { readonly kind: string }): void => void failures.push(kind);
  for await (const progress of createClient({ url }).watch(taskId, { onFailure })) {
    seen.push(progress);
  }
  return seen;
}

beforeAll(async () => {
  server = await DayServer.start(() => 'row');
  const folder = await scratchFolder();
  const optionsAt = (daysPerMinute: number): StartOptions => ({
    folder,
    datasets: [
      ...['paused', 'cancelled', 'extended', 'cut', 'watched', 'keyed'].map((name) =>
        dataset(name, daysPerMinute),
      ),
      dataset('whole', 60_000),
      dataset('queued', 1),
      server.dataset({ concurrency: CONCURRENCY }),
    ],
    env: { MAX_ACTIVE_BATCHES: '20' },
  });
  killed = await startDaysync(optionsAt(SLOW));
  const whole = await killed.sync({ ...RANGE, dataset: 'whole' });
  before.set('whole', whole);
  recordsBefore = await records(killed);

  const queued = [];
  for (const month of ['03', '02', '01']) {
    const range = { start_date: `2012-${month}-01`, end_date: `2012-${month}-03` };
    queued.push((await killed.startBatch({ ...range, dataset: 'queued' })).task_id);
  }
  queue = queued;

  const extended = await control(killed, await started('extended', 0), 'pause');
  const answer = await killed.post(`sync/batch/${extended.task_id}/extend`, EXTENDED);
  expect(dataOf(answer)).toMatchObject({ total: extended.total + 7 });
  while ((await killed.progress(extended.task_id)).running > 0) await sleep(20);
  before.set('extended', await killed.progress(extended.task_id));

  const cancelled = await started('cancelled', 2);
  await control(killed, cancelled, 'cancel');
  before.set('cancelled', await killed.ended(cancelled));
  keyed = await startWithKey(killed);
  const paused = await started('paused', 2);
  await control(killed, paused, 'pause');
  while ((await killed.progress(paused)).running > 0) await sleep(20);
  before.set('paused', await killed.progress(paused));

  const watchedTask = await started('watched', 0);
  watched = watch(killed.url, watchedTask);
  before.set('cut', await killed.progress(await started('cut', 3)));
  // Last, so that its days are in flight at the kill.
  const { promise, resolve } = Promise.withResolvers<void>();
  server.answering = () => ({ until: promise });
  const range = { start_date: '2025-10-01', end_date: '2025-10-30', dataset: 'served' };
  const { task_id } = await killed.startBatch(range);
  while ((await killed.progress(task_id)).running < CONCURRENCY) await sleep(20);
  before.set('cancelling', await control(killed, task_id, 'cancel'));
  expect((await killed.progress(watchedTask)).finished).toBeLessThan(20);
  await killed.kill();
  resolve();
  daysync = await startDaysync({ ...optionsAt(FAST), port: Number(new URL(killed.url).port) });
});

describe('after a kill', () => {
  it('ended batches and records are as before, under the same ids', async () => {
    expect(recordsBefore.items).toHaveLength(20);
    expect(await records(daysync)).toEqual(recordsBefore);
    for (const name of ['whole', 'cancelled']) expect(await shown(name)).toEqual(of(name));
  });

  it('a batch that the kill interrupted goes on', async () => {
    expect(await daysync.ended(of('cut').task_id)).toMatchObject({
      ...{ status: 'completed', success: 20, failed: 0, skipped: 0 },
    });
  });

  it('a paused batch is still paused, and a resume continues', async () => {
    const { task_id, finished } = of('paused');
    const waiting_for = { kind: 'paused' };
    expect(await shown('paused')).toMatchObject({ status: 'paused', finished, waiting_for });
    const unknown = await daysync.post('sync/batch/none/resume', undefined);
    expect(unknown).toMatchObject({ status: 404, body: { code: 'BATCH_NOT_FOUND' } });
    const resumed = await control(daysync, task_id, 'resume');
    expect(['queued', 'running']).toContain(resumed.status);
    expect(await daysync.ended(task_id)).toMatchObject({ status: 'completed', success: 20 });
    const days = await daysync.days(task_id);
    expect(days.map(({ attempts }) => attempts)).toEqual(days.map(() => 1));
  });

  it('a batch has the days that it was extended by, and runs them all', async () => {
    const { task_id } = of('extended');
    const restarted = await shown('extended');
    expect(restarted).toMatchObject({ ...EXTENDED, status: 'paused', total: 27 });
    // The same request again changes nothing.
    const again = await daysync.post(`sync/batch/${task_id}/extend`, EXTENDED);
    expect(dataOf(again)).toEqual(restarted);
    const reversed = { start_date: EXTENDED.end_date, end_date: EXTENDED.start_date };
    for (const [body, code] of [
      [{}, 'VALIDATION_FAILED'],
      [reversed, 'RANGE_REVERSED'],
    ] as const) {
      const refused = await daysync.post(`sync/batch/${task_id}/extend`, body);
      expect(refused).toMatchObject({ status: 400, body: { code } });
    }
    await control(daysync, task_id, 'resume');
    expect(await daysync.ended(task_id)).toMatchObject({ status: 'completed', success: 25 });
  });

  it('a cancel was durable before its answer, and the days in flight end', async () => {
    const { success, task_id } = of('cancelling');
    const ended = await daysync.ended(task_id);
    expect(ended).toMatchObject({ status: 'cancelled', success, finished: 30 });
  });

  it('a start with a used key is answered with its batch', async () => {
    const again = await startWithKey(daysync);
    const { task_id } = dataOf(keyed) as Progress;
    expect(keyed.headers.has('idempotency-replayed')).toBe(false);
    expect(again).toMatchObject({ status: 202, body: { data: { task_id } } });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('queued batches keep their order', async () => {
    const statuses = async (): Promise<string> => {
      const all = await Promise.all(queue.map((id) => daysync.progress(id)));
      return all.map(({ status }) => status).join();
    };
    const settled = async (expected: string): Promise<void> => {
      while ((await statuses()) !== expected) await sleep(20);
    };
    await settled('running,queued,queued');
    const [first = ''] = queue;
    await control(daysync, first, 'cancel');
    await settled('cancelled,running,queued');
  });

  it('a client watches on', async () => {
    const seen = await watched;
    expect(failures).toContain('unreachable');
    expect(seen.at(-1)).toMatchObject({ status: 'completed', success: 20 });
    const revs = seen.map(({ rev }) => rev);
    expect(revs).toEqual([...new Set(revs)].toSorted((a, b) => a - b));
  });
});

describe('the process', () => {
  it('is in the metrics, and ends with 0', async () => {
    const { body } = await daysync.call('/metrics');
    const { value } = readExposition(body as string);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(await daysync.stop()).toBe(0);
  });
});
