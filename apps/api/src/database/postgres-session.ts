import { createHash } from 'node:crypto';
import { Kysely, type PostgresPoolClient } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Pool, PoolClient } from 'pg';
import { NulFreePostgresDialect } from './postgres-dialect.js';
import { classifyPostgresFailure } from './postgres-failure.js';
import type { Schema } from './schema.js';

/** The statements that stay prepared on a connection; others are parsed each time. */
const MOST_STATEMENTS = 300;
/** A statement with more values than that is one for many rows: it hardly comes again with as many. */
const MOST_VALUES = 100;

/** The names under which statements are prepared, by their texts: the same on every connection. */
const names = new LRUCache<string, string>({ max: 2 * MOST_STATEMENTS });

/** What Kysely writes through one connection. */
const sessions = new WeakMap<PoolClient, Kysely<Schema>>();

/** Kysely on one connection, which whoever took it from the pool gives back; its statements stay prepared. */
export function sessionOf(client: PoolClient): Kysely<Schema> {
  let session = sessions.get(client);
  if (session === undefined) {
    const own = preparing(client);
    const pool = {
      options: {},
      connect: () => Promise.resolve(own),
      end: () => Promise.resolve(),
    };
    session = new Kysely<Schema>({ dialect: new NulFreePostgresDialect({ pool }) });
    sessions.set(client, session);
  }
  return session;
}

/** Kysely over a pool; what is wrong with the database is told as {@link DatabaseUnavailableError}. */
export function readerOf(pool: Pool): Kysely<Schema> {
  const readers = {
    options: {},
    connect: async (): Promise<PostgresPoolClient> => {
      const client = await unlessAway(pool.connect());
      const query = (text: string, values: readonly unknown[]): Promise<unknown> =>
        unlessAway(client.query(text, [...values]));
      return {
        query: query as PostgresPoolClient['query'],
        release: () => {
          client.release();
        },
      };
    },
    end: () => pool.end(),
  };
  return new Kysely<Schema>({ dialect: new NulFreePostgresDialect({ pool: readers }) });
}

async function unlessAway<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw classifyPostgresFailure(error);
  }
}

function preparing(client: PoolClient): PostgresPoolClient {
  const prepared = new Set<string>();
  // Kysely's other form is for cursors, which are read beside sessions.
  const query = (text: string, values: readonly unknown[]): Promise<unknown> => {
    if (values.length === 0 || values.length > MOST_VALUES) return client.query(text, [...values]);
    const name = nameOf(text);
    if (prepared.size < MOST_STATEMENTS) prepared.add(name);
    return client.query({ text, values: [...values], ...(prepared.has(name) ? { name } : {}) });
  };
  return { query: query as PostgresPoolClient['query'], release: () => undefined };
}

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    names.set(text, name);
  }
  return name;
}
