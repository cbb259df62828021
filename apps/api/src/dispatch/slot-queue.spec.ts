import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sql } from 'kysely';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import type { PostgresTransaction } from '../database/database.js';
import { PostgresDatabase } from '../database/postgres-database.js';
import { LEASE_MS, SlotQueue, type HeldSlot, type Slot } from './slot-queue.js';

const SLOT: Slot = { taskId: 'a', number: 0 };

const make = scratchPostgres();
let database: PostgresDatabase;
/** Those of two processes. */
let queue: SlotQueue;
let other: SlotQueue;
describeWithPostgres('the slots of batches', () => {
  beforeAll(async () => {
    const url = await make();
    database = await PostgresDatabase.open({ url, connections: 6, applicationName: 'spec' });
    [queue, other] = (await Promise.all(
      ['one', 'two'].map((nodeName) => SlotQueue.open({ url, nodeName })),
    )) as [SlotQueue, SlotQueue];
  });
  afterAll(async () => {
    await Promise.all([queue.close(), other.close()]);
    await database.close();
  });
  beforeEach(() => sql`delete from pgboss.job`.execute(database.read));

  function transact<T>(work: (transaction: PostgresTransaction) => Promise<T>): Promise<T> {
    return database.write('turn', work);
  }

  const offer = (slot: Slot, startAfter: Date | null = null): Promise<void> =>
    transact((transaction) => queue.offer(transaction, slot, startAfter));
  const take = (by = queue): Promise<HeldSlot | null> =>
    transact((transaction) => by.take(transaction));

  async function taken(by = queue): Promise<HeldSlot> {
    const slot = await take(by);
    if (slot === null) throw new Error('expected a slot, got none');
    return slot;
  }

  /** The last signs of life are so many seconds ago. */
  async function age(seconds: number, ...slots: readonly HeldSlot[]): Promise<void> {
    const ids = slots.map(({ attempt }) => attempt.id);
    await sql`update pgboss.job set heartbeat_on = now() - ${seconds} * interval '1 second'
      where id = any(${ids}::uuid[])`.execute(database.read);
    await sql`update pgboss.queue set monitor_claim_on = null, monitor_on = null`.execute(
      database.read,
    );
  }

  it('are taken once, the one first that was free first', async () => {
    await offer({ taskId: 'b', number: 1 });
    await offer(SLOT);
    const slots = await Promise.all([take(), take(other), take()]);
    expect(slots.filter((slot) => slot === null)).toHaveLength(1);
    await sql`delete from pgboss.job`.execute(database.read);
    await offer({ taskId: 'b', number: 1 });
    await offer(SLOT);
    expect(await taken()).toMatchObject({ taskId: 'b', number: 1, redelivered: false });
    expect(await taken(other)).toMatchObject({ taskId: 'a', number: 0, redelivered: false });
  });

  it('are not there twice, whether they are free or held', async () => {
    await offer(SLOT);
    await offer(SLOT);
    const held = await taken();
    await offer(SLOT);
    expect(await take()).toBeNull();
    // The one who ends it offers it anew, in the same transaction.
    await transact(async (transaction) => {
      expect(await queue.end(transaction, held)).toBe(true);
      await queue.offer(transaction, SLOT, null);
    });
    expect((await taken(other)).attempt.id).not.toBe(held.attempt.id);
    expect(await take()).toBeNull();
  });

  it('are never held by two, however many offer and take them at once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => offer(SLOT)));
    const slots = await Promise.all(
      Array.from({ length: 10 }, (_, index) => take(index % 2 === 0 ? queue : other)),
    );
    expect(slots.filter((slot) => slot !== null)).toHaveLength(1);
  });

  it('are offered and taken with the transaction, or not at all', async () => {
    const undone = new Error('undone');
    await expect(
      transact(async (transaction) => {
        await queue.offer(transaction, SLOT, null);
        throw undone;
      }),
    ).rejects.toBe(undone);
    expect(await take()).toBeNull();
    await offer(SLOT);
    await expect(
      transact(async (transaction) => {
        expect(await queue.take(transaction)).not.toBeNull();
        throw undone;
      }),
    ).rejects.toBe(undone);
    expect(await taken()).toMatchObject({ redelivered: false });
  });

  it('come free at the moment that they are offered for', async () => {
    await offer(SLOT, new Date(Date.now() + 60_000));
    expect(await take()).toBeNull();
    await offer({ ...SLOT, number: 1 }, new Date(Date.now() - 1));
    expect(await taken()).toMatchObject({ number: 1 });
  });

  it('are free again when their holder gives no sign of life for longer than a lease', async () => {
    await offer(SLOT);
    const held = await taken();
    await age(LEASE_MS / 1_000 - 2, held);
    await other.freeLost();
    expect(await take(other)).toBeNull();
    await age(LEASE_MS / 1_000 + 1, held);
    await other.freeLost();
    const next = await taken(other);
    expect(next).toMatchObject({ taskId: 'a', number: 0, redelivered: true });
    // The fence: of the one before, nothing counts any more.
    expect(await queue.keep([held])).toEqual([]);
    expect(await transact((transaction) => queue.keepIn(transaction, [held]))).toEqual([]);
    expect(await transact((transaction) => queue.end(transaction, held))).toBe(false);
    expect(await other.keep([next])).toEqual([next]);
    expect(await transact((transaction) => other.keepIn(transaction, [next]))).toEqual([next]);
    expect(await transact((transaction) => other.end(transaction, next))).toBe(true);
    expect(await transact((transaction) => other.end(transaction, next))).toBe(false);
  });

  it('stay with a holder who gives signs of life, alone or inside a transaction', async () => {
    await offer(SLOT);
    const held = await taken();
    await age(60, held);
    expect(await queue.keep([held])).toEqual([held]);
    await other.freeLost();
    expect(await take(other)).toBeNull();
    await age(60, held);
    expect(await transact((transaction) => queue.keepIn(transaction, [held]))).toEqual([held]);
    await other.freeLost();
    expect(await take(other)).toBeNull();
  });

  it('come back as often as their holders are lost', async () => {
    await offer(SLOT);
    for (let losses = 0; losses < 5; losses += 1) {
      const held = await taken();
      expect(held.redelivered).toBe(losses > 0);
      await age(60, held);
      await queue.freeLost();
    }
  });

  it('tell whether somebody lives who holds one of some', async () => {
    await offer(SLOT);
    await offer({ ...SLOT, number: 1 });
    const slots = [await taken(), await taken()];
    const jobs = slots.map(({ attempt }) => attempt.id);
    const isAlive = (ids: readonly string[]): Promise<boolean> =>
      transact((transaction) => queue.isAlive(transaction, ids));
    expect(await isAlive(jobs)).toBe(true);
    await age(6, ...slots);
    expect(await isAlive(jobs)).toBe(false);
    await queue.keep(slots.slice(1));
    expect(await isAlive(jobs)).toBe(true);
    expect(await isAlive(jobs.slice(0, 1))).toBe(false);
    expect(await isAlive([])).toBe(false);
  });

  it('stand beside the turns of batches: asked for by many, and taken by one, all at once', async () => {
    const takeTurns = (by: SlotQueue): Promise<boolean> =>
      database.write('turn', (transaction) => by.takeAdmissions(transaction));
    expect(await takeTurns(queue)).toBe(false);
    for (let asked = 0; asked < 3; asked += 1) {
      await database.write('turn', ({ db }) => queue.askAdmission(db));
    }
    expect(await takeTurns(other)).toBe(true);
    expect(await takeTurns(queue)).toBe(false);
    await database.write('turn', ({ db }) => queue.askAdmissionLater(db));
    expect(await takeTurns(queue)).toBe(false);
  });
});
