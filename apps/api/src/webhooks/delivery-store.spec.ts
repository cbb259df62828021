import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { toInstant } from '../config/clock.js';
import type { DeliveryAttempt } from './attempt.js';
import { addressHashOf } from './endpoint-register.js';
import { AT, makeEndpoint, ScratchOutbox } from './webhook.fixture.js';
import { DeliveryStore, type ClaimedDelivery } from './delivery-store.js';

const NOW = Date.parse(AT) + 1_000;
const LEASE = 30_000;
const ASKED = { nowMs: NOW, addressHash: addressHashOf(makeEndpoint().url) };
const REFUSED: DeliveryAttempt = {
  ...{ kind: 'failed', status: 500, code: 'WEBHOOK_REFUSED', text: 'no', retryAfterMs: null },
};
const DELIVERED: DeliveryAttempt = { kind: 'delivered', status: 200 };

const scratch = migratedDatabases();

describe.each(DIALECTS)('deliveries on %s', (dialect) => {
  let outbox: ScratchOutbox;
  let store: DeliveryStore;
  beforeAll(async () => {
    outbox = await ScratchOutbox.open(await scratch(dialect));
    store = new DeliveryStore(outbox.database);
  });
  afterAll(() => outbox.close());
  beforeEach(() => outbox.reset(makeEndpoint()));

  const claim = (most = 10, nowMs = NOW): Promise<ClaimedDelivery[]> =>
    store.claim(new Map([['ops', most]]), { now: () => nowMs, leaseMs: LEASE, except: [] });
  async function claimOne(nowMs = NOW): Promise<ClaimedDelivery> {
    const [claimed] = await claim(1, nowMs);
    if (claimed === undefined) throw new Error('expected a delivery that is due, got none');
    return claimed;
  }

  it('are due at once, and claimed by no other process while they are tried', async () => {
    await outbox.happen();
    expect(await store.due(NOW)).toEqual([{ endpoint: 'ops', since: AT }]);
    const claimed = await claimOne();
    expect(claimed).toMatchObject({ attempts: 1, endpoint: 'ops', event: 'completed' });
    expect(await store.due(NOW)).toEqual([]);
    expect(await claim()).toEqual([]);
    expect(await store.due(NOW + LEASE)).toHaveLength(1);
  });

  it('are claimed once each, however many processes claim side by side', async () => {
    for (let count = 0; count < 20; count += 1) await outbox.happen();
    const claims = await Promise.all([claim(8), claim(8), claim(8), claim(8)]);
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    ids.push(...(await claim(20)).map(({ id }) => id));
    expect(new Set(ids).size).toBe(20);
  });

  it('have their lease from their claim on, however long the writer was waited for', async () => {
    await outbox.happen();
    let nowMs = NOW;
    const begun = Promise.withResolvers<undefined>();
    const held = Promise.withResolvers<undefined>();
    // Who writes on SQLite has it alone; PostgreSQL lets others write beside it.
    const writing = outbox.write(() => {
      begun.resolve(undefined);
      return held.promise;
    });
    await begun.promise;
    const options = { now: () => nowMs, leaseMs: LEASE, except: [] };
    const claiming = store.claim(new Map([['ops', 1]]), options);
    if (dialect === 'sqlite') nowMs += 20_000;
    held.resolve(undefined);
    await writing;
    const [claimed] = await claiming;
    expect(claimed?.claimed_until).toBe(toInstant(nowMs + LEASE));
  });

  it('do not wait for ever where the clock was set back', async () => {
    await outbox.happen();
    await store.settle(await claimOne(), REFUSED, { state: 'pending', inMs: 5_000 }, ASKED);
    expect(await store.due(NOW - 100 * 86_400_000)).toHaveLength(1);
  });

  it('cost no attempt where they are given back', async () => {
    await outbox.happen();
    const lost = await claimOne();
    await store.release([lost]);
    expect(await outbox.delivery()).toMatchObject({ attempts: 0, claimed_until: null });
    await claimOne(NOW + LEASE);
    await store.release([lost]);
    expect(await outbox.delivery()).toMatchObject({ attempts: 1 });
    await store.releaseAll();
    expect(await store.due(NOW)).toHaveLength(1);
  });

  it('are given up without an attempt if they are old enough', async () => {
    await outbox.happen();
    const error = { code: 'WEBHOOK_ENDPOINT_UNKNOWN', text: 'unknown' } as const;
    expect(await store.fail('ops', error, { before: AT, nowMs: NOW })).toBe(0);
    expect(await store.fail('ops', error, { before: toInstant(NOW), nowMs: NOW })).toBe(1);
    expect(await outbox.delivery()).toMatchObject({ state: 'failed', attempts: 0 });
  });

  it('to a new address are not silenced by what the old one says late', async () => {
    await outbox.happen();
    const asked = await claimOne();
    const moved = makeEndpoint({ url: 'http://127.0.0.1:9/moved' });
    await outbox.register([moved]);
    const gone: DeliveryAttempt = { ...REFUSED, code: 'WEBHOOK_ENDPOINT_GONE', status: 410 };
    expect(await store.settle(asked, gone, { state: 'failed' }, ASKED)).toBe(true);
    expect(await store.gone()).toEqual([]);
  });

  it('that wait are due at once when they are asked for, with the attempts that they have left', async () => {
    await outbox.happen();
    await store.settle(await claimOne(), REFUSED, { state: 'pending', inMs: 5_000 }, ASKED);
    expect(await store.redeliver((await outbox.delivery()).id)).toMatchObject({ attempts: 1 });
    expect(await claimOne()).toMatchObject({ attempts: 2 });
    expect(await store.redeliver('msg_none')).toBeUndefined();
  });

  it('that end while they are asked for have all their attempts again', async () => {
    await outbox.happen();
    const { id } = await claimOne();
    const begun = Promise.withResolvers<undefined>();
    const held = Promise.withResolvers<undefined>();
    const ending = outbox.write(async (db) => {
      await db.updateTable('webhook_delivery').set({ state: 'failed', attempts: 10 }).execute();
      begun.resolve(undefined);
      await held.promise;
    });
    await begun.promise;
    const asking = store.redeliver(id);
    // On PostgreSQL it has read by then, or waits for who writes.
    await sleep(200);
    held.resolve(undefined);
    await ending;
    expect(await asking).toMatchObject({ state: 'pending', attempts: 0 });
  });

  it('are listed, the newest first, filtered and by pages', async () => {
    await outbox.happen('completed', { task_id: 'a' });
    await outbox.happen('failed', { task_id: 'b' });
    await store.settle(await claimOne(), DELIVERED, { state: 'delivered' }, ASKED);
    const page = { limit: 10, offset: 0 };
    expect(await store.list(page)).toMatchObject({ total: 2 });
    expect((await store.list({ ...page, limit: 1, offset: 1 })).items).toHaveLength(1);
    const counts: number[] = [];
    for (const filter of [
      { state: 'delivered' as const },
      { batchId: 'b' },
      { endpoint: 'ops' },
      { endpoint: 'chat' },
    ]) {
      counts.push((await store.list({ ...page, ...filter })).total);
    }
    expect(counts).toEqual([1, 1, 2, 0]);
  });
});
