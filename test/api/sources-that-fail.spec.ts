import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { startDaysync } from '../daysync-process.js';
import { DayServer, type DayHandler } from '../day-server.js';
import { OtlpReceiver, type ReceivedSpan } from '../otlp-receiver.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';
import type { Progress } from '../wire.js';

const [D1, D2, D3] = ['2025-10-01', '2025-10-02', '2025-10-03'] as const;
const RANGE = { start_date: D1, end_date: D3 };

/** A dataset for each test, with its own server and table, all in one process. */
const DATASETS = {
  limited: { attempts: 1 },
  hang: { attempts: 1, timeout_seconds: 4 },
  drip: { attempts: 1, timeout_seconds: 4 },
} satisfies Record<string, Partial<DatasetYaml>>;
type Name = keyof typeof DATASETS;

const servers = new Map<string, DayServer>();
let folder: string;
let daysync: DaysyncApp;

beforeAll(async () => {
  folder = await scratchFolder();
  for (const name of Object.keys(DATASETS)) servers.set(name, await DayServer.start(() => 'row'));
  await start();
});

async function start(): Promise<void> {
  const datasets = [...servers].map(([name, server]) => {
    const { target, ...dataset } = server.dataset(DATASETS[name as Name]);
    return { ...dataset, name, target: { ...target, table: name } };
  });
  // So many that no batch is queued behind that of another test.
  daysync = await startApp({
    folder,
    datasets,
    env: { MAX_ACTIVE_BATCHES: `${datasets.length}` },
  });
}

/** Stops it and starts it again; killed.spec.ts has what survives a kill. */
async function restart(): Promise<void> {
  await daysync.stop();
  await start();
}

/** Sets the answers of a dataset's server. */
function serve(name: Name, answering: DayHandler): DayServer {
  const server = servers.get(name);
  if (server === undefined) throw new Error(`expected a server for ${name}, got none`);
  server.answering = answering;
  return server;
}

async function until(taskId: string, reached: (progress: Progress) => boolean): Promise<Progress> {
  for (;;) {
    const progress = await daysync.progress(taskId);
    if (reached(progress)) return progress;
    expect(progress.finished_at).toBeNull();
    await sleep(20);
  }
}

it('a bad day waits as long as the source requests, also over a restart, and that costs no attempt', async () => {
  const limit = { status: 429, retryAfter: 1 };
  const server = serve('limited', (day) => (day === D1 ? limit : 'row'));
  const { task_id } = await daysync.startBatch({ dataset: 'limited', ...RANGE });
  await until(task_id, (p) => p.waiting_for?.kind === 'rate_limit');
  await restart();
  const asked = server.requests.length;
  server.answering = (day) => (day === D1 && server.requests.length === asked + 1 ? limit : 'row');
  expect(await daysync.ended(task_id)).toMatchObject({ status: 'completed', success: 3 });
  expect((await daysync.days(task_id))[0]).toMatchObject({ attempts: 1 });
});

describe('a source that does not answer', () => {
  const taskIds = new Map<string, string>();
  // Both at the same time, so that the test waits for one timeout only.
  beforeAll(async () => {
    for (const how of ['hang', 'drip'] as const) {
      serve(how, (day) => (day === D2 ? how : 'row'));
      taskIds.set(how, (await daysync.startBatch({ dataset: how, ...RANGE })).task_id);
    }
  });

  it.each(['hang', 'drip'] as const)(
    'but does %s fails its day at the timeout, and is left alone then',
    async (how) => {
      const progress = await daysync.ended(taskIds.get(how) ?? '');
      expect(progress).toMatchObject({ status: 'completed', success: 2, failed: 1 });
      const [, day] = await daysync.days(progress.task_id);
      // The source itself would never end.
      expect(day).toMatchObject({
        state: 'failed',
        error: { code: 'TIMEOUT', text: expect.stringContaining('within 4 s') as unknown },
      });
      expect(day?.duration_ms).toBeGreaterThan(3_900);
      expect(servers.get(how)?.abandoned).toEqual([D2]);
    },
  );
});

describe('a day that kills the process', () => {
  it('fails after the second crash with only this day in flight, with its span; no other day fails', async () => {
    const receiver = await OtlpReceiver.start();
    const inFlight = Promise.withResolvers<undefined>();
    const server = await DayServer.start((day, times) => {
      if (server.requests.length === 3) inFlight.resolve(undefined);
      if (day === D2) return times > 0 ? 'crash' : { until: inFlight.promise, then: 'crash' };
      return times === 0 && day <= D3 ? 'hang' : 'row';
    });
    const options = {
      folder: await scratchFolder(),
      datasets: [server.dataset({ concurrency: 3, attempts: 1 })],
      env: receiver.env,
    };
    const first = await startDaysync(options);
    const { task_id } = await first.startBatch({ start_date: D1, end_date: '2025-10-09' });
    let crashes = 1;
    await first.died();
    for (; crashes < 9; crashes++) {
      const again = await startDaysync(options).catch(() => undefined);
      const ended = await again?.ended(task_id).catch(() => undefined);
      if (again !== undefined && ended !== undefined) {
        expect(ended).toMatchObject({ status: 'completed', success: 8, failed: 1 });
        const days = await again.days(task_id);
        expect(days[1]).toMatchObject({ state: 'failed', error: { code: 'DAY_CRASHED_PROCESS' } });
        expect(days.map(({ attempts }) => attempts)).toEqual(days.map(() => 1));
        break;
      }
    }
    // The first crash has other days in flight, the next two only this one.
    expect(crashes).toBe(3);
    const [batch] = await receiver.come('batch ', 1);
    const spans = async (): Promise<readonly ReceivedSpan[]> =>
      (await receiver.come('day ', 1)).filter(
        ({ attributes, hasFailed }) => hasFailed && attributes['daysync.day'] === D2,
      );
    await expect.poll(spans).toMatchObject([
      {
        parentSpanId: batch?.spanId,
        attributes: { 'daysync.outcome': 'failed', 'error.type': 'DAY_CRASHED_PROCESS' },
      },
    ]);
  });
});
