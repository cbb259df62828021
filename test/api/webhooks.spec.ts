import { describe, expect, it } from 'vitest';
import { WebhookReceiver } from '../webhook-receiver.js';
import { startDaysync } from '../daysync-process.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';
import type { WirePage } from '../wire.js';
import {
  CSV,
  day,
  listWebhookDeliveries,
  startWithWebhooks,
  triedWebhooks,
  withWebhooks,
  type Webhook,
} from './webhook-program.js';

describe('a delivery', () => {
  it('reports the end of a batch, signed, to the endpoints of the event', async () => {
    const receiver = await WebhookReceiver.start();
    const daysync = await startWithWebhooks([
      receiver.endpoint(),
      receiver.endpoint({ name: 'failures', on: ['failed_days'] }),
    ]);
    const good = await daysync.sync(day(1));
    await receiver.come(1);
    const bad = await daysync.sync({ start_date: '2025-10-02', end_date: '2025-10-03' });
    const [first, ...others] = await receiver.come(3);
    expect(first?.body).toEqual({
      type: 'batch.completed',
      timestamp: good.finished_at,
      data: await daysync.progress(good.task_id),
    });
    const shown = (await daysync.data(`webhooks/${first?.id ?? ''}`)) as { payload: string };
    expect(JSON.parse(shown.payload)).toEqual(first?.body);
    for (const other of others) {
      expect(other).toMatchObject({ isSigned: true, type: 'batch.failed_days' });
      expect(other.body.data).toMatchObject({ task_id: bad.task_id, failed: 1, success: 1 });
    }
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(3);
    const page = await listWebhookDeliveries(daysync, `task_id=${bad.task_id}&endpoint=failures`);
    expect(page).toMatchObject({ total: 1, items: [{ event: 'failed_days' }] });
    const { items, endpoints } = (await listWebhookDeliveries(daysync)) as WirePage<Webhook> & {
      endpoints: unknown;
    };
    expect(items).toHaveLength(3);
    expect(endpoints).toMatchObject([{ name: 'receiver', gone: false }, { on: ['failed_days'] }]);
  });

  it('reports that a batch was cancelled, and not that a user paused it', async () => {
    const receiver = await WebhookReceiver.start();
    const slow = { throttle: { days_per_minute: 1 } };
    const folder = await scratchFolder();
    const csv = await writeScratch(folder, 'slow.csv', CSV);
    const daysync = await startWithWebhooks([receiver.endpoint()], {
      folder,
      datasets: [readings(csv, slow)],
    });
    const range = { start_date: '2025-10-01', end_date: '2025-10-04' };
    const { task_id } = await daysync.startBatch(range);
    await daysync.post(`sync/batch/${task_id}/pause`, null);
    await daysync.post(`sync/batch/${task_id}/cancel`, null);
    await daysync.ended(task_id);
    const [delivery, ...others] = await receiver.come(1);
    expect(delivery).toMatchObject({
      ...{ isSigned: true, type: 'batch.cancelled' },
      body: { data: { task_id, status: 'cancelled', last_control: { verb: 'cancel' } } },
    });
    expect(others).toEqual([]);
  });

  it('can be redelivered, with the same id', async () => {
    let status = 410;
    const receiver = await WebhookReceiver.start((response) => {
      response.writeHead(status).end();
    });
    const daysync = await startWithWebhooks([receiver.endpoint()]);
    await daysync.sync(day(1));
    const [delivery] = await triedWebhooks(daysync);
    status = 204;
    const answer = await daysync.post(`webhooks/${delivery?.id ?? ''}/redeliver`, null);
    expect(answer).toMatchObject({ status: 200, body: { data: { state: 'pending' } } });
    const [first, second] = await receiver.come(2);
    expect(second?.id).toBe(first?.id);
    expect(await triedWebhooks(daysync)).toMatchObject([{ state: 'delivered', error: null }]);
    expect(await daysync.post('webhooks/msg_none/redeliver', null)).toMatchObject({
      ...{ status: 404, body: { code: 'DELIVERY_NOT_FOUND' } },
    });
    await daysync.stop();
    expect(await daysync.logLines()).toContainEqual(
      expect.objectContaining({ endpoint: 'receiver', code: 'WEBHOOK_ENDPOINT_GONE', level: 50 }),
    );
  });

  it('survives a kill between the end of its batch and its sending', async () => {
    const receiver = await WebhookReceiver.start();
    const folder = await scratchFolder();
    // The first transaction would claim the delivery of the ended batch.
    const fault = { DAYSYNC_FAULT: 'webhook:before_commit@1=kill' };
    const daysync = await startDaysync(
      await withWebhooks([receiver.endpoint()], { folder, env: fault }),
    );
    const { task_id } = await daysync.startBatch(day(1));
    expect(await daysync.died()).toBeNull();
    expect(receiver.received).toEqual([]);
    const again = await startWithWebhooks([receiver.endpoint()], { folder });
    expect(await again.progress(task_id)).toMatchObject({ status: 'completed' });
    const [delivery] = await receiver.come(1);
    expect(delivery).toMatchObject({ type: 'batch.completed', body: { data: { task_id } } });
    expect(await triedWebhooks(again)).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  });

  it('is sent again if a kill left it in flight', async () => {
    const receiver = await WebhookReceiver.start();
    const folder = await scratchFolder();
    // The first transaction claims it; the second would save that it was delivered.
    const fault = { DAYSYNC_FAULT: 'webhook:before_commit@2=kill' };
    const daysync = await startDaysync(
      await withWebhooks([receiver.endpoint()], { folder, env: fault }),
    );
    await daysync.startBatch(day(1));
    expect(await daysync.died()).toBeNull();
    expect(receiver.received).toHaveLength(1);
    const again = await startWithWebhooks([receiver.endpoint()], { folder });
    const [first, second] = await receiver.come(2);
    expect(second?.id).toBe(first?.id);
    expect(await triedWebhooks(again)).toMatchObject([{ state: 'delivered' }]);
  });
});

describe('an endpoint', () => {
  it('gets a signed test message once, and its answer is told', async () => {
    const receiver = await WebhookReceiver.start();
    const daysync = await startWithWebhooks([
      receiver.endpoint(),
      receiver.endpoint({ name: 'away', url: 'http://127.0.0.1:9/hook' }),
    ]);
    const sent = await daysync.post('webhooks/endpoints/receiver/test', null);
    const [message] = await receiver.come(1);
    expect(message).toMatchObject({ isSigned: true, type: 'test' });
    expect(sent).toMatchObject({
      status: 200,
      body: { data: { endpoint: 'receiver', delivered: true, error: null, id: message?.id } },
    });
    const away = await daysync.post('webhooks/endpoints/away/test', null);
    expect(away).toMatchObject({
      body: { data: { delivered: false, status: null, error: { code: 'WEBHOOK_UNREACHABLE' } } },
    });
    expect(await daysync.post('webhooks/endpoints/other/test', null)).toMatchObject({
      ...{ status: 404, body: { code: 'ENDPOINT_NOT_FOUND' } },
    });
    expect(await listWebhookDeliveries(daysync)).toMatchObject({ total: 0 });
  });
});
