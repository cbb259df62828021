import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf } from '../daysync.js';
import type { DaysyncApp } from '../daysync-app.js';
import { DayServer } from '../day-server.js';
import { rowsByDay } from '../target-table.js';
import { WebhookReceiver } from '../webhook-receiver.js';
import type { Progress } from '../wire.js';
import { startWithWebhooks } from './webhook-program.js';

const NINETY = { start_date: '2025-07-01', end_date: '2025-09-28' };

let server: DayServer;
let daysync: DaysyncApp;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await WebhookReceiver.start();
  server = await DayServer.start(() => ({ value: 'n/a' }));
  const target = { table: 'bad', columns: { value: 'integer' } };
  daysync = await startWithWebhooks([receiver.endpoint({ on: ['paused_by_itself'] })], {
    datasets: [server.httpDataset({ name: 'bad', target })],
  });
});

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

describe('the same error on each of 90 days', () => {
  it('pauses the batch after 20; a resume goes on with the next day, and a retry repeats them', async () => {
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
});
