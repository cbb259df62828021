import { sql, type Transaction } from 'kysely';
import { Client, type Notification } from 'pg';
import type { News } from './news.js';
import { connectionOf } from './postgres-database.js';
import type { Schema } from './schema.js';

/** By which the processes of an installation tell each other what they have committed. */
const NEWS = 'daysync_news';
/** By which they say that there is work. */
const WORK = 'daysync_work';
/** PostgreSQL takes less than 8,000 bytes. */
const MOST_BYTES = 7_900;
const RECONNECT_MS = 500;
/** A connection that says nothing for so long is asked whether it is there. */
const PROBE_MS = 5_000;

/** Told what comes in. */
export interface NewsReader {
  /** In the order of the commits. */
  readonly news: (news: News) => void;
  readonly work: () => void;
  /** The connection is there, first or again: what was told before it was not heard. */
  readonly connected: () => Promise<void>;
  /** The connection is gone, and none comes about for now. */
  readonly lost: (error: unknown) => void;
  /** Somebody else has told something on the same channel. */
  readonly unreadable: (error: unknown) => void;
}

/** Tells news inside the transaction that makes it: it is heard with the commit, by everybody and in one order. */
export async function tellNews(db: Transaction<Schema>, news: News): Promise<void> {
  await notify(db, NEWS, payloadOf(news));
}

/** Says inside a transaction that there is work once it has committed. */
export async function tellWork(db: Transaction<Schema>): Promise<void> {
  await notify(db, WORK, '');
}

/** What is too large to be told is read by who hears of it. */
function payloadOf(news: News): string {
  const payload = JSON.stringify(news);
  if (Buffer.byteLength(payload) <= MOST_BYTES || !('task_id' in news)) return payload;
  const written: News = { kind: 'batch_written', task_id: news.task_id, waits: false };
  return JSON.stringify(written);
}

async function notify(db: Transaction<Schema>, channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(db);
}

export interface NewsFeedOptions {
  readonly url: string;
  readonly applicationName: string;
}

/** Hears what the processes of an installation tell each other (`LISTEN`), and connects again where it must. */
export class NewsFeed {
  private client: Client | undefined;
  private probing: NodeJS.Timeout | undefined;
  private reconnecting: NodeJS.Timeout | undefined;
  private readonly hearing = Promise.withResolvers<undefined>();
  private stopped = false;
  private listening = false;

  constructor(
    private readonly options: NewsFeedOptions,
    private readonly reader: NewsReader,
  ) {}

  /** Whether it hears. */
  get isConnected(): boolean {
    return this.listening;
  }

  /** Resolves when it hears, and what came before is known; tries until then. */
  async start(): Promise<void> {
    void this.connect();
    await this.hearing.promise;
    if (this.stopped) return;
    this.probing = setInterval(() => {
      this.probe();
    }, PROBE_MS).unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.hearing.resolve(undefined);
    clearInterval(this.probing);
    clearTimeout(this.reconnecting);
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const { url, applicationName } = this.options;
    const client = new Client(connectionOf(url, applicationName));
    client.on('error', (error) => {
      this.lose(client, error);
    });
    client.on('end', () => {
      this.lose(client, new Error('the connection has ended'));
    });
    client.on('notification', (message) => {
      this.hear(message);
    });
    this.client = client;
    try {
      await client.connect();
      await client.query(`listen ${NEWS}; listen ${WORK}`);
      this.listening = true;
      await this.reader.connected();
      this.hearing.resolve(undefined);
    } catch (error) {
      this.lose(client, error);
    }
  }

  private hear({ channel, payload }: Notification): void {
    if (channel === WORK) this.reader.work();
    else if (channel === NEWS && payload !== undefined) {
      let news: News;
      try {
        news = JSON.parse(payload) as News;
      } catch (error) {
        this.reader.unreadable(error);
        return;
      }
      this.reader.news(news);
    }
  }

  private lose(client: Client, error: unknown): void {
    if (this.client !== client || this.stopped) return;
    this.client = undefined;
    this.listening = false;
    this.reader.lost(error);
    client.end().catch(() => undefined);
    this.reconnecting = setTimeout(() => void this.connect(), RECONNECT_MS);
  }

  /** A network that has fallen silent says nothing by itself. */
  private probe(): void {
    const { client } = this;
    if (client === undefined || !this.listening) return;
    const late = setTimeout(() => {
      this.lose(client, new Error('the connection does not answer'));
    }, PROBE_MS / 2).unref();
    client.query('select 1').then(
      () => {
        clearTimeout(late);
      },
      () => {
        clearTimeout(late);
      },
    );
  }
}
