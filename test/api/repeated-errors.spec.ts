import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf } from '../daysync.js';
import type { DaysyncApp } from '../daysync-app.js';
import { DayServer, type DayHandler } from '../day-server.js';
import { rowsByDay } from '../target-table.js';
import { WebhookReceiver } from '../webhook-receiver.js';
import type { Progress } from '../wire.js';
import { startWithWebhooks } from './webhook-program.js';

const D1 = '2025-07-01';
const TEN = { start_date: D1, end_date: '2025-07-10' };
const NINETY = { start_date: D1, end_date: '2025-09-28' };
const BAD = { value: 'n/a' };
const NUMBER = { value: 'integer' };

/** A dataset for each test, with its own server and table, all in one process. */
const DATASETS = {
  away: { attempts: 1 },
  budget: { attempts: 3 },
  bad: { target: { table: 'bad', columns: NUMBER } },
  many: { concurrency: 4, pause_after_failures: 6, target: { table: 'many', columns: NUMBER } },
  different: { pause_after_failures: 3, target: { table: 'different', columns: NUMBER } },
} as const;
type Name = keyof typeof DATASETS;

const servers = new Map<string, DayServer>();
let daysync: DaysyncApp;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await WebhookReceiver.start();
  const datasets = [];
  for (const [name, changes] of Object.entries(DATASETS)) {
    const server = await DayServer.start(() => 'row');
    servers.set(name, server);
    const target = { table: name, columns: { value: 'text' } };
    datasets.push(server.httpDataset({ name, target, ...changes }));
  }
  daysync = await startWithWebhooks([receiver.endpoint({ on: ['paused_by_itself'] })], {
    datasets,
    env: { MAX_ACTIVE_BATCHES: `${datasets.length}` },
  });
});

/** Sets the answers of a dataset's server. */
function serve(name: Name, answering: DayHandler): DayServer {
  const server = servers.get(name);
  if (server === undefined) throw new Error(`expected a server for ${name}, got none`);
  server.answering = answering;
  return server;
}

async function resting(taskId: string): Promise<Progress> {
  for (;;) {
    const progress = await daysync.progress(taskId);
    const rests = progress.status === 'paused' && progress.running === 0;
    if (rests || progress.finished_at !== null) return progress;
    await sleep(20);
  }
}

async function resume(taskId: string): Promise<void> {
  dataOf(await daysync.post(`sync/batch/${taskId}/resume`, undefined));
}

/** The payload of the first webhook about a batch. */
async function webhookOf(taskId: string): Promise<object> {
  for (;;) {
    const found = receiver.received.find(({ body }) => body.data.task_id === taskId);
    if (found !== undefined) return found.body.data;
    await sleep(20);
  }
}

/** Its lines in the log about batches that paused. */
async function pausesOf(taskId: string): Promise<Record<string, unknown>[]> {
  for (;;) {
    const lines = await daysync.logLines();
    const own = lines.filter((line) => line['task_id'] === taskId && line['status'] === 'paused');
    if (own.length > 0) return own;
    await sleep(20);
  }
}

describe('a source that answers 503 to everything', () => {
  it('pauses its batch after five days, none of which fails; a resume tries them again', async () => {
    const server = serve('away', () => ({ status: 503 }));
    const { task_id } = await daysync.startBatch({ dataset: 'away', ...TEN });
    const paused = await resting(task_id);
    expect(paused).toMatchObject({
      ...{ status: 'paused', finished: 0, failed: 0, error: { code: 'SOURCE_UNAVAILABLE' } },
      waiting_for: { kind: 'source' },
    });
    expect(server.requests).toHaveLength(5);
    server.answering = () => 'row';
    await resume(task_id);
    expect(await resting(task_id)).toMatchObject({ status: 'completed', success: 10, failed: 0 });
    expect(Object.keys(await rowsByDay(daysync.database, 'away'))).toHaveLength(10);
  });

  it('is sent as many requests for a day as it has attempts, and no more', async () => {
    const server = serve('budget', () => ({ status: 503 }));
    const { task_id } = await daysync.startBatch({
      ...{ dataset: 'budget', start_date: D1, end_date: D1 },
    });
    expect(await resting(task_id)).toMatchObject({ status: 'completed', failed: 1 });
    expect(server.requests).toEqual([D1, D1, D1]);
    const error = { code: 'SOURCE_UNAVAILABLE' };
    expect(await daysync.days(task_id)).toMatchObject([{ state: 'failed', attempts: 3, error }]);
  });
});

describe('the same error on each of 90 days', () => {
  it('pauses the batch after 20; a resume goes on with the next day, and a retry repeats them', async () => {
    const server = serve('bad', () => BAD);
    const { task_id } = await daysync.startBatch({ dataset: 'bad', ...NINETY });
    const paused = await resting(task_id);
    const text = expect.stringMatching(
      /^20 days in a row failed with VALUE_INVALID in column value .*"n\/a"/,
    ) as unknown;
    const error = { code: 'SAME_ERROR_REPEATED', text };
    const waiting_for = { kind: 'failures', until: null, detail: text };
    expect(paused).toMatchObject({ status: 'paused', failed: 20, error, waiting_for });
    expect(server.requests).toHaveLength(20);
    expect(await webhookOf(task_id)).toMatchObject({ failed: 20, error, waiting_for });
    const [line] = await pausesOf(task_id);
    expect(line).toMatchObject({ level: 40, failed: 20, error });

    await resume(task_id);
    expect(await resting(task_id)).toMatchObject({ status: 'paused', failed: 40 });
    server.answering = () => ({ value: 7 });
    await resume(task_id);
    const ended = await resting(task_id);
    expect(ended).toMatchObject({ status: 'completed', success: 50, failed: 40 });
    const retried = dataOf(await daysync.post(`sync/batch/${task_id}/retry`, {})) as Progress;
    expect(await resting(retried.task_id)).toMatchObject({ success: 40, total: 40, failed: 0 });
    expect(Object.keys(await rowsByDay(daysync.database, 'bad'))).toHaveLength(90);
  });

  it('pauses a batch of four lanes as well, with three more days at most', async () => {
    serve('many', () => BAD);
    const { task_id } = await daysync.startBatch({ dataset: 'many', ...NINETY });
    const { failed, status } = await resting(task_id);
    expect(status).toBe('paused');
    expect(failed).toBeGreaterThanOrEqual(6);
    expect(failed).toBeLessThanOrEqual(9);
    dataOf(await daysync.post(`sync/batch/${task_id}/cancel`, undefined));
  });
});

describe('errors that are not the same', () => {
  it('do not pause the batch, nor do those with an answer in between', async () => {
    let asked = 0;
    serve('different', () => {
      asked += 1;
      // By turns another code, the same code twice, and a day that succeeds.
      return [{ status: 404 }, BAD, BAD, { value: 7 }][asked % 4] ?? BAD;
    });
    const { task_id } = await daysync.startBatch({ dataset: 'different', ...TEN });
    expect(await resting(task_id)).toMatchObject({ status: 'completed', success: 2, failed: 8 });
  });
});
