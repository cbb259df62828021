import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { Client, type Notification } from 'pg';
import type { DatabaseEvent, PostgresTransaction } from '../database.js';
import {
  breakIfSilent,
  connectionOf,
  PROCESS_LOCK_CLASS,
  type PostgresAddress,
} from './postgres-connection.js';
import type { Schema } from '../schema.js';

const CHANNEL = 'daysync_event';
/** The limit of PostgreSQL is 8,000 bytes. */
const MOST_BYTES = 7_900;
const RECONNECT_MS = 500;
/** How often the connection is probed. */
const PROBE_MS = 5_000;
/** A connection that is silent for so long is broken off. Longer than the time between two probes. */
const SILENT_MS = 15_000;

/** Publishes an event with the commit. All processes receive events in the same order. */
export async function publishEvent(db: Transaction<Schema>, event: DatabaseEvent): Promise<void> {
  for (const part of inParts(event)) {
    await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(part)})`.execute(db);
  }
}

/** The event, or several of the same kind if it is too large for one notification. */
function inParts(event: DatabaseEvent): readonly DatabaseEvent[] {
  if (Buffer.byteLength(JSON.stringify(event)) <= MOST_BYTES) return [event];
  switch (event.kind) {
    case 'batches_forgotten':
      return halvesOf(event.batch_ids).flatMap((batch_ids) => inParts({ ...event, batch_ids }));
    case 'sessions_ended':
      return halvesOf(event.ids).flatMap((ids) => inParts({ ...event, ids }));
    case 'batch_changed':
    case 'lanes_free':
    case 'session_begun':
    case 'datasets_changed':
    case 'reconnected':
      throw new RangeError(`expected an event of ${MOST_BYTES} bytes at most, got ${event.kind}`);
  }
}

function halvesOf(list: readonly string[]): readonly (readonly string[])[] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

/** Whether the process of this name is dead: its lock is free, and stays free until the end of the transaction. */
export async function isProcessGone({ db }: PostgresTransaction, name: string): Promise<boolean> {
  const { rows } = await sql<{ gone: boolean }>`
    select pg_try_advisory_xact_lock_shared(${PROCESS_LOCK_CLASS}::int, ${lockKeyOf(name)}::int) as gone
  `.execute(db);
  return rows[0]?.gone === true;
}

function lockKeyOf(processName: string): number {
  return createHash('sha256').update(processName).digest().readInt32BE();
}

export interface PostgresEventsOptions {
  readonly address: PostgresAddress;
  readonly applicationName: string;
  /** It locks this name: by that, others see that this process is alive. */
  readonly processName: string;
}

/**
 * Receives the events of all processes, on a connection of its own, which it replaces when it breaks. The same connection
 * has the lock on the name of this process.
 */
export class PostgresEvents {
  private readonly eventListeners: ((event: DatabaseEvent) => void)[] = [];
  private readonly connectedListeners: (() => Promise<void>)[] = [];
  private readonly lostListeners: ((error: unknown) => void)[] = [];
  private readonly unreadableListeners: ((error: unknown) => void)[] = [];
  private client: Client | undefined;
  private probing: NodeJS.Timeout | undefined;
  private reconnecting: NodeJS.Timeout | undefined;
  private locking: NodeJS.Timeout | undefined;
  private readonly started = Promise.withResolvers<undefined>();
  private stopped = false;
  private listening = false;
  private wasLost = false;

  constructor(private readonly options: PostgresEventsOptions) {}

  get processName(): string {
    return this.options.processName;
  }

  get isConnected(): boolean {
    return this.listening;
  }

  /** Called in the order of the commits. */
  onEvent(listener: (event: DatabaseEvent) => void): void {
    this.eventListeners.push(listener);
  }

  /** Connected, for the first time or again. Events published before that are lost. */
  onConnected(listener: () => Promise<void>): void {
    this.connectedListeners.push(listener);
  }

  /** The connection broke, or could not be opened. It reconnects by itself. */
  onLost(listener: (error: unknown) => void): void {
    this.lostListeners.push(listener);
  }

  /** Another program has sent a notification on the same channel. */
  onUnreadable(listener: (error: unknown) => void): void {
    this.unreadableListeners.push(listener);
  }

  /** Connects, and resolves when all listeners of `onConnected` are done. It tries until then. */
  async start(): Promise<void> {
    void this.connect();
    this.probing = setInterval(() => {
      this.probe();
    }, PROBE_MS).unref();
    await this.started.promise;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.started.resolve(undefined);
    clearInterval(this.probing);
    clearTimeout(this.reconnecting);
    clearTimeout(this.locking);
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const { address, applicationName } = this.options;
    const client = new Client(connectionOf(address, `${applicationName} events`));
    client.on('error', (error) => {
      this.lose(client, error);
    });
    client.on('end', () => {
      this.lose(client, new Error('the connection has ended'));
    });
    client.on('notification', (message) => {
      this.receive(message);
    });
    this.client = client;
    try {
      await client.connect();
      breakIfSilent(client, SILENT_MS);
      await client.query(`listen ${CHANNEL}`);
      await this.lockName(client);
      if (this.client !== client) return;
      this.listening = true;
      for (const listener of this.connectedListeners) await listener();
      this.started.resolve(undefined);
      if (this.wasLost) this.deliver({ kind: 'reconnected' });
      this.wasLost = false;
    } catch (error) {
      this.lose(client, error);
    }
  }

  /** The lock may still belong to the broken connection, until the server drops that. */
  private async lockName(client: Client): Promise<void> {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1::int, $2::int) as locked',
      [PROCESS_LOCK_CLASS, lockKeyOf(this.options.processName)],
    );
    if (rows[0]?.locked === true || this.client !== client) return;
    this.locking = setTimeout(() => {
      this.lockName(client).catch((error: unknown) => {
        this.lose(client, error);
      });
    }, RECONNECT_MS);
  }

  private receive({ channel, payload }: Notification): void {
    if (channel !== CHANNEL || payload === undefined) return;
    let event: DatabaseEvent;
    try {
      event = JSON.parse(payload) as DatabaseEvent;
    } catch (error) {
      for (const listener of this.unreadableListeners) listener(error);
      return;
    }
    this.deliver(event);
  }

  private deliver(event: DatabaseEvent): void {
    for (const listener of this.eventListeners) listener(event);
  }

  private lose(client: Client, error: unknown): void {
    if (this.client !== client || this.stopped) return;
    this.client = undefined;
    this.listening = false;
    this.wasLost = true;
    clearTimeout(this.locking);
    for (const listener of this.lostListeners) listener(error);
    client.end().catch(() => undefined);
    this.reconnecting = setTimeout(() => void this.connect(), RECONNECT_MS);
  }

  /** Without probes, a network that falls silent would go undetected. */
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
