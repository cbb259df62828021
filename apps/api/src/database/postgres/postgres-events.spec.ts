import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { sql } from 'kysely';
import { migratedPostgres } from '../../../../../test/migrated-databases.js';
import { describeWithPostgres } from '../../../../../test/postgres.js';
import type { DatabaseEvent } from '../database.js';
import { PostgresDatabase } from './postgres-database.js';
import { isProcessGone, PostgresEvents } from './postgres-events.js';

const make = migratedPostgres();
let url: string;
let database: PostgresDatabase;
let events: PostgresEvents;
/** What was heard, in its order. */
let heard: string[];
/** Holds up what is done once it is connected. */
let connected: () => Promise<void>;

describeWithPostgres('what processes publish', () => {
  beforeAll(async () => {
    url = await make();
    database = await PostgresDatabase.open({
      address: url,
      connections: 6,
      applicationName: 'database',
    });
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    heard = [];
    connected = () => Promise.resolve();
    events = listenerOf('spec', heard);
    await events.start();
  });
  afterEach(() => events.stop());

  function listenerOf(processName: string, into: string[]): PostgresEvents {
    const made = new PostgresEvents({ address: url, applicationName: processName, processName });
    made.onEvent((event) => into.push(nameOf(event)));
    made.onConnected(async () => {
      await connected();
      into.push('connected');
    });
    made.onLost(() => into.push('lost'));
    made.onUnreadable(() => into.push('unreadable'));
    return made;
  }

  function nameOf(event: DatabaseEvent): string {
    return 'id' in event ? event.id : event.kind;
  }

  const begun = (id: string): DatabaseEvent => ({ kind: 'session_begun', id });
  const publish = (...published: readonly DatabaseEvent[]): Promise<void> =>
    database.write('session', async (transaction) => {
      for (const one of published) await transaction.publish(one);
    });

  /** Waits until so much was heard. */
  async function hears(count: number): Promise<readonly string[]> {
    while (heard.length < count) await sleep(5);
    return heard;
  }

  /** Cuts the connection that hears. */
  async function cut(): Promise<void> {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'spec events' and datname = current_database()`.execute(
      database.read,
    );
  }

  it('is heard with its commit, and not if that is undone', async () => {
    const undone = new Error('undone');
    await expect(
      database.write('session', async (transaction) => {
        await transaction.publish(begun('undone'));
        throw undone;
      }),
    ).rejects.toBe(undone);
    await publish(begun('a'), begun('b'));
    expect(await hears(3)).toEqual(['connected', 'a', 'b']);
  });

  it('is received in the order of the commits, by all processes in the same', async () => {
    const all: string[] = [];
    const other = listenerOf('other', all);
    await other.start();
    await Promise.all(Array.from({ length: 50 }, (_, n) => publish(begun(`${n}`), begun(`${n}+`))));
    const [, ...order] = await hears(101);
    while (all.length < 101) await sleep(5);
    expect(all.slice(1)).toEqual(order);
    for (let n = 0; n < 50; n += 1) expect(order[order.indexOf(`${n}`) + 1]).toBe(`${n}+`);
    await other.stop();
  });

  it('is heard in parts where it is too large for one', async () => {
    const sent: DatabaseEvent[] = [];
    events.onEvent((event) => sent.push(event));
    const ids = Array.from({ length: 500 }, (_, n) => `${n}`.padStart(36, 'x'));
    await publish({ kind: 'batches_forgotten', batch_ids: ids }, { kind: 'sessions_ended', ids });
    while (sent.length < 8) await sleep(5);
    const all = (kind: string): string[] =>
      sent
        .filter((event) => event.kind === kind)
        .flatMap((event) => {
          if (event.kind === 'batches_forgotten') return event.batch_ids;
          return event.kind === 'sessions_ended' ? event.ids : [];
        });
    expect([all('batches_forgotten'), all('sessions_ended')]).toEqual([ids, ids]);
    const large = publish(begun('x'.repeat(8_000)));
    await expect(large).rejects.toThrow(RangeError);
  });

  it('is heard by those who have asked the database for it', async () => {
    const asked: string[] = [];
    database.onEvent((event) => asked.push(nameOf(event)));
    await database.events.start();
    await publish(begun('a'));
    while (asked.length === 0) await sleep(5);
    expect(asked).toEqual(['a']);
  });

  it('is no event where another program has sent it', async () => {
    await sql`select pg_notify('daysync_event', 'hello')`.execute(database.read);
    expect(await hears(2)).toEqual(['connected', 'unreadable']);
  });

  it('is received again after a connection broke, with an event to read again', async () => {
    expect(events.isConnected).toBe(true);
    await cut();
    await hears(2);
    expect(events.isConnected).toBe(false);
    await publish(begun('missed'));
    await hears(4);
    expect(events.isConnected).toBe(true);
    await publish(begun('heard'));
    expect(await hears(5)).toEqual(['connected', 'lost', 'connected', 'reconnected', 'heard']);
  });

  /** What is to be read when it is connected can't be read the first time. */
  function failOnce(): void {
    connected = () => {
      connected = () => Promise.resolve();
      return Promise.reject(new Error('away again'));
    };
  }

  it('is taken up anew where the first look after a break fails', async () => {
    failOnce();
    await cut();
    await hears(5);
    await publish(begun('heard'));
    expect(await hears(6)).toEqual([
      ...['connected', 'lost', 'lost', 'connected', 'reconnected', 'heard'],
    ]);
  });

  it('is heard once a start is done, however long that takes', async () => {
    await events.stop();
    heard = [];
    failOnce();
    events = listenerOf('spec', heard);
    await events.start();
    expect(heard).toEqual(['lost', 'connected', 'reconnected']);
    expect(events.isConnected).toBe(true);
  });

  it('is not heard after a stop, which ends all tries as well', async () => {
    await cut();
    await hears(2);
    await events.stop();
    await sleep(700);
    await publish(begun('late'));
    expect(heard).toEqual(['connected', 'lost']);
    const { rows } = await sql`select 1 from pg_stat_activity
      where application_name = 'spec events' and datname = current_database()`.execute(
      database.read,
    );
    expect(rows).toEqual([]);
  });

  const isGone = (name: string): Promise<boolean> =>
    database.write('recover', (transaction) => isProcessGone(transaction, name));

  it('comes from processes that are there as long as they listen', async () => {
    expect([await isGone('spec'), await isGone('another')]).toEqual([false, true]);
    await cut();
    await hears(2);
    expect(await isGone('spec')).toBe(true);
    await hears(3);
    expect(await isGone('spec')).toBe(false);
    await events.stop();
    while (!(await isGone('spec'))) await sleep(5);
  });

  it('is heard while the connection of before still holds the name', async () => {
    await events.stop();
    const before = listenerOf('spec', []);
    await before.start();
    heard = [];
    events = listenerOf('spec', heard);
    await events.start();
    await publish(begun('a'));
    expect(await hears(2)).toEqual(['connected', 'a']);
    await before.stop();
    // Taken without a new connection, a little later.
    while (await isGone('spec')) await sleep(5);
    expect(heard).toEqual(['connected', 'a']);
  });
});
