import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { sql } from 'kysely';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { NewsFeed, tellNews, tellWork } from './news-feed.js';
import type { News } from './news.js';
import { PostgresDatabase } from './postgres-database.js';

const make = scratchPostgres();
let url: string;
let database: PostgresDatabase;
let feed: NewsFeed;
/** What was heard, in its order. */
let heard: string[];
/** Holds up what is done once it is connected. */
let connected: () => Promise<void>;

describeWithPostgres('what processes tell each other', () => {
  beforeAll(async () => {
    url = await make();
    database = await PostgresDatabase.open({ url, connections: 6, applicationName: 'spec' });
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    heard = [];
    connected = () => Promise.resolve();
    feed = open();
    await feed.start();
  });
  afterEach(() => feed.stop());

  function open(): NewsFeed {
    return new NewsFeed(
      { url, applicationName: 'spec feed' },
      {
        news: (news) => heard.push(nameOf(news)),
        work: () => heard.push('work'),
        connected: async () => {
          await connected();
          heard.push('connected');
        },
        lost: () => heard.push('lost'),
        unreadable: () => heard.push('unreadable'),
      },
    );
  }

  function nameOf(news: News): string {
    switch (news.kind) {
      case 'session_begun':
        return news.id;
      case 'batch_written':
        return `written ${news.task_id} ${news.waits}`;
      case 'batch_moved':
        return `moved ${news.task_id} ${news.rev}`;
      case 'batches_forgotten':
      case 'sessions_ended':
        return news.kind;
      default: {
        const unknown: never = news;
        return unknown;
      }
    }
  }

  const told = (id: string): News => ({ kind: 'session_begun', id });
  const tell = (...news: readonly News[]): Promise<void> =>
    database.write('session', async ({ db }) => {
      for (const one of news) await tellNews(db, one);
    });

  /** Waits until so much was heard. */
  async function hears(count: number): Promise<readonly string[]> {
    while (heard.length < count) await sleep(5);
    return heard;
  }

  /** Cuts the connection that hears. */
  async function cut(): Promise<void> {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'spec feed' and datname = current_database()`.execute(database.read);
  }

  it('is heard with its commit, and not if that is undone', async () => {
    const undone = new Error('undone');
    await expect(
      database.write('session', async ({ db }) => {
        await tellNews(db, told('undone'));
        throw undone;
      }),
    ).rejects.toBe(undone);
    await tell(told('a'), told('b'));
    expect(await hears(3)).toEqual(['connected', 'a', 'b']);
  });

  it('is heard in the order of the commits, by everybody in one', async () => {
    const all: string[] = [];
    const other = new NewsFeed(
      { url, applicationName: 'spec other' },
      {
        news: (news) => all.push(nameOf(news)),
        work: () => undefined,
        connected: () => Promise.resolve(),
        lost: () => undefined,
        unreadable: () => undefined,
      },
    );
    await other.start();
    await Promise.all(Array.from({ length: 50 }, (_, n) => tell(told(`${n}`), told(`${n}+`))));
    const [, ...order] = await hears(101);
    while (all.length < 100) await sleep(5);
    expect(all).toEqual(order);
    for (let n = 0; n < 50; n += 1) expect(order[order.indexOf(`${n}`) + 1]).toBe(`${n}+`);
    await other.stop();
  });

  it('says that there is work', async () => {
    await database.write('start', ({ db }) => tellWork(db));
    expect(await hears(2)).toEqual(['connected', 'work']);
  });

  it('has to be read where it is too large to be told', async () => {
    const event = { type: 'day_started', day: calendarDay('2025-10-01') } as const;
    const moved = (count: number): News => ({
      kind: 'batch_moved',
      task_id: 'a',
      rev: 7,
      change: {
        at: '2025-10-17T16:00:00.000Z',
        events: Array.from({ length: count }, () => event),
      },
      tried_ms: [],
    });
    await tell(moved(3));
    await tell(moved(3_000));
    expect(await hears(3)).toEqual(['connected', 'moved a 7', 'written a false']);
  });

  it('is heard again after a connection that broke, and who hears is told what to read', async () => {
    expect(feed.isConnected).toBe(true);
    await cut();
    await hears(2);
    expect(feed.isConnected).toBe(false);
    await tell(told('missed'));
    await hears(3);
    expect(feed.isConnected).toBe(true);
    await tell(told('heard'));
    expect(await hears(4)).toEqual(['connected', 'lost', 'connected', 'heard']);
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
    await hears(4);
    await tell(told('heard'));
    expect(await hears(5)).toEqual(['connected', 'lost', 'lost', 'connected', 'heard']);
  });

  it('is heard once a start is done, however long that takes', async () => {
    await feed.stop();
    heard = [];
    failOnce();
    feed = open();
    await feed.start();
    expect(heard).toEqual(['lost', 'connected']);
    expect(feed.isConnected).toBe(true);
  });

  it('is not heard after a stop, which ends all tries as well', async () => {
    await cut();
    await hears(2);
    await feed.stop();
    await sleep(700);
    await tell(told('late'));
    expect(heard).toEqual(['connected', 'lost']);
    const { rows } = await sql`select 1 from pg_stat_activity
      where application_name = 'spec feed' and datname = current_database()`.execute(database.read);
    expect(rows).toEqual([]);
  });
});
