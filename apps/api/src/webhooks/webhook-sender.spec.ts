import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { startHttpServer, urlOf } from '../../../../test/http-server.js';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import { Metrics } from '../metrics/metrics.js';
import { RETRY_DELAYS_MS } from './attempt.js';
import { ConfiguredEndpoints } from './configured-endpoints.js';
import { WebhookSender, STOP_MS } from './webhook-sender.js';
import { DeliveryStore } from './delivery-store.js';
import { standingClock } from '../runner/installation.fixture.js';
import { AT, makeEndpoint, ScratchOutbox } from './webhook.fixture.js';

const A_DAY_MS = 86_400_000;

/** A stop waits so long for what is under way, however busy the machine is. */
const PATIENT = { grace: 150_000, latest: 150_000 };
/** A stop that meets what hangs. */
const SHORT = { ...PATIENT, grace: 200 };
let stopMs: typeof STOP_MS;

class Delivery extends WebhookSender {
  protected override readonly stopMs = stopMs;
}
const scratch = migratedDatabases();

describe.each(DIALECTS)('the delivery on %s', (dialect) => {
  let outbox: ScratchOutbox;
  let url: string;
  let clock: ReturnType<typeof standingClock>;
  let metrics: Metrics;
  let answering: (response: ServerResponse) => void;
  /** What came: the id, and when. */
  let came: { readonly id: string; readonly atMs: number }[];
  /** The paths that were asked for. */
  let paths: (string | undefined)[];
  let deliveries: WebhookSender[];

  beforeAll(async () => {
    outbox = await ScratchOutbox.open(await scratch(dialect));
    const server = await startHttpServer((request, response) => {
      came.push({ id: String(request.headers['webhook-id']), atMs: clock.ms });
      paths.push(request.url);
      answering(response);
    });
    url = `${urlOf(server)}/`;
  });
  afterAll(() => outbox.close());
  beforeEach(async () => {
    stopMs = PATIENT;
    clock = standingClock();
    came = [];
    paths = [];
    deliveries = [];
    answering = (response) => response.end();
    metrics = new Metrics([]);
    await outbox.reset(makeEndpoint({ url }));
  });
  afterEach(async () => {
    for (const delivery of deliveries) await delivery.onApplicationShutdown();
  });

  function start(...endpoints: readonly WebhookEndpoint[]): WebhookSender {
    return startWith(new ConfiguredEndpoints(endpoints));
  }
  function startWith(endpoints: ConfiguredEndpoints): WebhookSender {
    const store = new DeliveryStore(outbox.database);
    const delivery = new Delivery(
      ...([store, outbox.database, endpoints, clock] as const),
      ...([pino({ level: 'silent' }), metrics] as const),
    );
    deliveries.push(delivery);
    return delivery;
  }
  /** Lets the next attempt hang. @returns its response, once it has come */
  function holdNext(): Promise<ServerResponse> {
    const asked = Promise.withResolvers<ServerResponse>();
    answering = asked.resolve;
    return asked.promise;
  }
  async function poll(delivery: WebhookSender): Promise<void> {
    await delivery.poll();
    await delivery.settled();
  }
  async function counts(): Promise<Record<string, number>> {
    const { values } = await metrics.webhookDeliveries.get();
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels.outcome), value]));
  }

  it('sends what is there once, and no more', async () => {
    const delivery = start(makeEndpoint({ url }));
    await poll(delivery);
    expect(came).toEqual([]);
    await outbox.happen();
    await poll(delivery);
    await poll(delivery);
    expect(came).toHaveLength(1);
    expect(await outbox.delivery()).toMatchObject({ state: 'delivered', last_status: 200 });
    expect(await counts()).toEqual({ delivered: 1, retried: 0, failed: 0 });
  });

  it('tries ten times at the times of the rules, with one id, and then fails', async () => {
    answering = (response) => response.writeHead(500).end();
    const delivery = start(makeEndpoint({ url }));
    await outbox.happen();
    await poll(delivery);
    for (const delayMs of RETRY_DELAYS_MS) {
      clock.ms += delayMs - 1;
      const before = came.length;
      await poll(delivery);
      expect(came).toHaveLength(before);
      // Up to a tenth of the delay is chance.
      clock.ms += 1 + delayMs / 10;
      await poll(delivery);
      expect(came).toHaveLength(before + 1);
    }
    expect(new Set(came.map(({ id }) => id)).size).toBe(1);
    expect(await outbox.delivery()).toMatchObject({
      ...{ state: 'failed', attempts: 10, error_code: 'WEBHOOK_REFUSED', next_attempt_at: null },
    });
    expect(await counts()).toEqual({ delivered: 0, retried: 9, failed: 1 });
    clock.ms += 10 * A_DAY_MS;
    await poll(delivery);
    expect(came).toHaveLength(10);
  });

  it('lets no endpoint that hangs hold up another, and sends it few at a time', async () => {
    const held: ServerResponse[] = [];
    answering = (response) => held.push(response);
    const other = makeEndpoint({ name: 'dead', url: 'http://127.0.0.1:1/' });
    await outbox.reset(makeEndpoint({ url }), other);
    for (let count = 0; count < 10; count += 1) await outbox.happen();
    const delivery = start(makeEndpoint({ url }), other);
    await delivery.poll();
    while (held.length < 4) await sleep(10);
    await delivery.poll();
    expect(held).toHaveLength(4);
    const failed = (): Promise<unknown[]> =>
      outbox.database.read
        .selectFrom('webhook_delivery')
        .select('id')
        .where('error_code', '=', 'WEBHOOK_UNREACHABLE')
        .execute();
    while ((await failed()).length < 10) {
      await delivery.poll();
      await sleep(10);
    }
    for (const response of held) response.end();
    answering = (response) => response.end();
    for (let rounds = 0; rounds < 3; rounds += 1) await poll(delivery);
    expect(came).toHaveLength(10);
    expect(new Set(came.map(({ id }) => id)).size).toBe(10);
  });

  it('leaves an endpoint alone that is gone, until one of its deliveries is asked for', async () => {
    answering = (response) => response.writeHead(410).end();
    const delivery = start(makeEndpoint({ url }));
    await outbox.happen();
    await poll(delivery);
    await outbox.happen();
    await poll(delivery);
    expect(came).toHaveLength(1);
    const rows = await outbox.deliveries();
    expect(rows.map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(await counts()).toMatchObject({ failed: 2 });
    expect(await new DeliveryStore(outbox.database).gone()).toEqual(['ops']);
    answering = (response) => response.end();
    await new DeliveryStore(outbox.database).redeliver(rows[0]?.id ?? '');
    await poll(delivery);
    expect(came.at(-1)?.id).toBe(rows[0]?.id);
    expect((await outbox.deliveries())[0]).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  it('leaves what it does not know to others, for a day', async () => {
    await outbox.happen();
    const delivery = start(makeEndpoint({ name: 'chat', url }));
    clock.ms += A_DAY_MS - 1;
    await poll(delivery);
    expect(await outbox.delivery()).toMatchObject({ state: 'pending', attempts: 0 });
    clock.ms += 2;
    await poll(delivery);
    expect(await outbox.delivery()).toMatchObject({
      ...{ state: 'failed', error_code: 'WEBHOOK_ENDPOINT_UNKNOWN', created_at: AT },
    });
  });

  it('leaves what another process has tried within a day to it, however old it is', async () => {
    answering = (response) => response.writeHead(500).end();
    await outbox.happen();
    clock.ms += 2 * A_DAY_MS;
    await poll(start(makeEndpoint({ url })));
    const other = start(makeEndpoint({ name: 'chat', url }));
    clock.ms += A_DAY_MS - 1;
    await poll(other);
    expect(await outbox.delivery()).toMatchObject({ state: 'pending', attempts: 1 });
    clock.ms += 2;
    await poll(other);
    expect(await outbox.delivery()).toMatchObject({ error_code: 'WEBHOOK_ENDPOINT_UNKNOWN' });
  });

  it('follows a reload: an attempt under way ends as it began, later ones go to the new address', async () => {
    const asked = holdNext();
    const endpoints = new ConfiguredEndpoints([makeEndpoint({ url })]);
    const delivery = startWith(endpoints);
    await outbox.happen();
    await delivery.poll();
    const held = await asked;
    endpoints.replace([makeEndpoint({ url: `${url}moved` })]);
    held.end();
    await delivery.settled();
    expect(await outbox.delivery()).toMatchObject({ state: 'delivered' });

    await outbox.reset(makeEndpoint({ url: `${url}moved` }));
    answering = (response) => response.end();
    await outbox.happen();
    await poll(delivery);
    expect(paths).toEqual(['/', '/moved']);

    endpoints.replace([]);
    await outbox.happen();
    await poll(delivery);
    expect(came).toHaveLength(2);
  });

  it('tries nothing twice at a time, even where its lease is over', async () => {
    const asked = holdNext();
    const delivery = start(makeEndpoint({ url }));
    await outbox.happen();
    await delivery.poll();
    const held = await asked;
    clock.ms += 30_000;
    await delivery.poll();
    held.end();
    await delivery.settled();
    expect(came).toHaveLength(1);
    expect(await outbox.delivery()).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  it.each([
    ['delivered', 200],
    ['to be retried', 500],
    ['to an endpoint that is gone', 410],
  ])(
    'does not count an attempt whose lease another process has by now: %s',
    async (_, lateStatus) => {
      const held: ServerResponse[] = [];
      const asked = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
      answering = (response) => {
        held.push(response);
        asked[held.length - 1]?.resolve(undefined);
      };
      const [late, next] = [start(makeEndpoint({ url })), start(makeEndpoint({ url }))];
      await outbox.happen();
      await late.poll();
      await asked[0]?.promise;
      clock.ms += 30_000;
      await next.poll();
      await asked[1]?.promise;
      const claimed = await outbox.delivery();

      held[0]?.writeHead(lateStatus).end();
      await late.settled();
      expect(await outbox.delivery()).toEqual(claimed);
      expect(await counts()).toEqual({ delivered: 0, retried: 0, failed: 0 });
      expect(await new DeliveryStore(outbox.database).gone()).toEqual([]);

      held[1]?.writeHead(503).end();
      await next.settled();
      expect(await outbox.delivery()).toMatchObject({
        state: 'pending',
        attempts: 2,
        last_status: 503,
      });
      expect(await counts()).toEqual({ delivered: 0, retried: 1, failed: 0 });
    },
  );

  it('sends at a stop what was not polled yet, however much there is', async () => {
    const delivery = start(makeEndpoint({ url }));
    delivery.begin();
    delivery.onModuleDestroy();
    for (let count = 0; count < 9; count += 1) await outbox.happen();
    await delivery.onApplicationShutdown();
    expect(new Set(came.map(({ id }) => id)).size).toBe(9);
    expect((await outbox.deliveries()).map(({ state }) => state)).toEqual(
      Array<string>(9).fill('delivered'),
    );
  });

  it('lets no endpoint that hangs hold up a stop, which releases it and costs no attempt', async () => {
    const asked = holdNext();
    stopMs = SHORT;
    const delivery = start(makeEndpoint({ url }));
    for (let count = 0; count < 9; count += 1) await outbox.happen();
    await delivery.poll();
    await asked;
    await delivery.onApplicationShutdown();
    // In earnest it waits longer, and still ends within the 10 s of the whole stop.
    expect(STOP_MS).toEqual({ grace: 2_000, latest: 8_500 });
    // None has come to its own end.
    const rows = await outbox.deliveries();
    expect(rows.map(({ attempts, claimed_until }) => [attempts, claimed_until])).toEqual(
      Array<unknown>(9).fill([0, null]),
    );
    const before = came.length;
    await delivery.poll();
    expect(came).toHaveLength(before);
  });
});
