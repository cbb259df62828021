import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { DayServer, type DayHandler } from '../day-server.js';
import type { Progress } from '../wire.js';

const RANGE = { start_date: '2025-10-01', end_date: '2025-10-30' };
const CONCURRENCY = 3;
/** With this limit the second day begins an hour after the first. */
const HOURLY = { days_per_minute: 1 / 60 };

let server: DayServer;
let daysync: DaysyncApp;
let release: () => void;
const datasets = () => [
  server.dataset({ concurrency: CONCURRENCY, attempts: 5 }),
  server.dataset({
    name: 'throttled',
    target: { table: 'throttled', columns: { value: 'text' } },
    throttle: HOURLY,
  }),
];

beforeAll(async () => {
  server = await DayServer.start(() => 'row');
  daysync = await startApp({ datasets: datasets() });
});

/** Answers as soon as they are released. */
function slowly(): DayHandler {
  const { promise, resolve } = Promise.withResolvers<void>();
  release = resolve;
  return () => ({ until: promise });
}

async function control(taskId: string, verb: string): Promise<Progress> {
  return dataOf(await daysync.post(`sync/batch/${taskId}/${verb}`, undefined)) as Progress;
}

type Reached = (progress: Progress) => boolean;
const running: Reached = (progress) => progress.running === CONCURRENCY;

/** Brings a batch into each state that a cancel is possible in. */
const STATES: readonly {
  readonly name: string;
  readonly answering: () => DayHandler;
  readonly dataset?: string;
  readonly reached: Reached;
  readonly then?: (taskId: string) => Promise<unknown>;
}[] = [
  { name: 'running', answering: slowly, reached: running },
  {
    name: 'paused with days in flight',
    answering: slowly,
    reached: running,
    then: (taskId) => control(taskId, 'pause'),
  },
  {
    name: 'paused, then resumed with days in flight',
    answering: slowly,
    reached: running,
    then: async (taskId) => {
      await control(taskId, 'pause');
      await control(taskId, 'resume');
    },
  },
  {
    name: 'waiting for its next attempts',
    answering: () => () => ({ status: 500 }),
    reached: ({ waiting_for }) => waiting_for?.kind === 'retry',
  },
  {
    name: "waiting as long as the source's limit says",
    answering: () => () => ({ status: 429, retryAfter: 3_600 }),
    reached: ({ waiting_for }) => waiting_for?.kind === 'rate_limit',
  },
  {
    name: 'paused by itself',
    answering: () => () => ({ status: 401 }),
    reached: ({ status, running: inFlight }) => status === 'paused' && inFlight === 0,
  },
  {
    name: 'waiting for its throttle',
    answering: () => () => 'row',
    dataset: 'throttled',
    reached: ({ waiting_for }) => waiting_for?.kind === 'throttle',
  },
];

describe('a cancel', () => {
  it.each(STATES)('of a batch $name: no day begins after the answer', async (state) => {
    release = () => undefined;
    server.answering = state.answering();
    const { task_id } = await daysync.startBatch({
      ...RANGE,
      mode: 'all',
      dataset: state.dataset ?? 'served',
    });
    for (let p = await daysync.progress(task_id); !state.reached(p);) {
      expect(p.finished_at).toBeNull();
      await sleep(20);
      p = await daysync.progress(task_id);
    }
    await state.then?.(task_id);

    const answer = await control(task_id, 'cancel');
    expect(['cancelling', 'cancelled']).toContain(answer.status);
    const asked = server.requests.length;
    // Days that were in flight at the first answer may have ended since.
    const again = await control(task_id, 'cancel');
    expect(['cancelling', 'cancelled']).toContain(again.status);
    expect(again.finished).toBeGreaterThanOrEqual(answer.finished);
    expect(again.finished - answer.finished).toBeLessThanOrEqual(answer.running);
    for (const verb of ['pause', 'resume']) {
      const refused = await daysync.post(`sync/batch/${task_id}/${verb}`, undefined);
      expect(refused).toMatchObject({ status: 409, body: { code: 'BATCH_STATE' } });
    }
    release();
    const ended = await daysync.ended(task_id);
    expect(ended).toMatchObject({ status: 'cancelled', finished: 30, running: 0 });
    expect(ended.finished - answer.finished).toBeLessThanOrEqual(CONCURRENCY);
    // A day that was in flight at the answer may still send its request.
    expect(server.requests.length - asked).toBeLessThanOrEqual(answer.running);
    const days = await daysync.days(task_id);
    expect(days.at(-1)).toMatchObject({ state: 'skipped', reason: 'cancelled', error: null });
    expect(days.filter(({ state: day }) => day === 'pending' || day === 'running')).toEqual([]);
  });

  it('is durable before its answer, and a restart ends the days in flight', async () => {
    server.answering = slowly();
    const { task_id } = await daysync.startBatch({ ...RANGE, mode: 'all', dataset: 'served' });
    while (!running(await daysync.progress(task_id))) await sleep(20);
    const answer = await control(task_id, 'cancel');
    await daysync.stop();
    daysync = await startApp({ folder: daysync.folder, datasets: datasets() });
    const ended = await daysync.ended(task_id);
    expect(ended).toMatchObject({ status: 'cancelled', success: answer.success, finished: 30 });
    release();
  });
});
