import { describe, expect, it } from 'vitest';
import { WEBHOOK_SECRET, WebhookReceiver } from '../webhook-receiver.js';
import { day, startWithWebhooks, triedWebhooks, type Webhook } from './webhook-program.js';

describe('a delivery', () => {
  it('is retried by the rules, with the same id and a new timestamp', async () => {
    const receiver = await WebhookReceiver.start((response, _delivery, times) => {
      response.writeHead(times === 0 ? 500 : 204).end('no');
    });
    const daysync = await startWithWebhooks([receiver.endpoint()]);
    await daysync.sync(day(1));
    const [first, second] = await receiver.come(2);
    if (first === undefined || second === undefined) throw new Error('expected two attempts');
    expect(second.id).toBe(first.id);
    expect(second.body).toEqual(first.body);
    expect([first.isSigned, second.isSigned]).toEqual([true, true]);
    expect(second.at - first.at).toBeGreaterThanOrEqual(5_000);
    expect(second.timestamp - first.timestamp).toBeGreaterThanOrEqual(4);
    // The receiver has the second one before its outcome is written.
    expect(await triedWebhooks(daysync, 3)).toMatchObject([{ state: 'delivered', attempts: 2 }]);
    const { body } = await daysync.call('/metrics');
    expect(body).toMatch(/^daysync_webhook_deliveries_total\{outcome="retried".*\} 1$/m);
    expect(body).toMatch(/^daysync_webhook_deliveries_total\{outcome="delivered".*\} 1$/m);
  });

  it('is sent to receivers that lie, hang, break off and redirect, and each is handled by the rules', async () => {
    const stray = await WebhookReceiver.start();
    const receivers = {
      breaks: await WebhookReceiver.start((response) => void response.destroy()),
      busy: await WebhookReceiver.start((response) => {
        response.writeHead(429, { 'retry-after': '3600' }).end();
      }),
      gone: await WebhookReceiver.start((response) => void response.writeHead(410).end()),
      hangs: await WebhookReceiver.start(() => undefined),
      huge: await WebhookReceiver.start((response) => {
        response.writeHead(200);
        response.write(Buffer.alloc(50_000_000), () => response.destroy());
      }),
      redirects: await WebhookReceiver.start((response) => {
        response.writeHead(302, { location: stray.url }).end();
      }),
    };
    const endpoints = Object.entries(receivers).map(([name, receiver]) =>
      receiver.endpoint({ name }),
    );
    const daysync = await startWithWebhooks([
      ...endpoints,
      receivers.gone.endpoint({
        name: 'internal',
        url: 'https://localhost/',
        allow_private: false,
      }),
    ]);
    const asked = Date.now();
    await daysync.sync(day(1));
    // Only the first attempts: the second ones follow within seconds.
    const deliveries = await triedWebhooks(daysync);
    const of = (name: string): Webhook | undefined =>
      deliveries.find(({ endpoint }) => endpoint === name);
    expect(of('breaks')).toMatchObject({
      ...{ state: 'pending', last_status: null, error: { code: 'WEBHOOK_UNREACHABLE' } },
    });
    expect(of('busy')).toMatchObject({ state: 'pending', last_status: 429, attempts: 1 });
    expect(Date.parse(of('busy')?.next_attempt_at ?? '') - asked).toBeGreaterThan(3_590_000);
    expect(of('gone')).toMatchObject({
      ...{ state: 'failed', last_status: 410, error: { code: 'WEBHOOK_ENDPOINT_GONE' } },
    });
    expect(of('hangs')).toMatchObject({
      ...{ state: 'pending', attempts: 1, error: { code: 'WEBHOOK_TIMEOUT' } },
    });
    expect(of('huge')).toMatchObject({ state: 'delivered', last_status: 200 });
    expect(of('redirects')).toMatchObject({
      ...{ state: 'pending', last_status: 302, error: { code: 'WEBHOOK_REFUSED' } },
    });
    expect(of('internal')).toMatchObject({
      ...{ state: 'failed', attempts: 1, error: { code: 'WEBHOOK_BLOCKED' } },
    });
    expect(receivers.busy.received).toHaveLength(1);
    expect(stray.received).toEqual([]);
    await daysync.stop();
    const lines = await daysync.logLines();
    expect(JSON.stringify(lines)).not.toContain(WEBHOOK_SECRET);
    expect(lines).toContainEqual(
      expect.objectContaining({ endpoint: 'gone', code: 'WEBHOOK_ENDPOINT_GONE', level: 50 }),
    );
  });
});
