import { type Statement, withoutNul } from '../prepared-statement.js';
import { createHash } from 'node:crypto';
import {
  Kysely,
  type PostgresPoolClient,
  PostgresDialect,
  PostgresQueryCompiler,
  type QueryCompiler,
} from 'kysely';
import { LRUCache } from 'lru-cache';
import type { PoolClient, QueryResult } from 'pg';
import { classifyPostgresFailure } from './postgres-failure.js';
import type { Schema } from '../schema.js';

/** How many statements stay prepared on a connection; others are parsed each time. */
const MOST_STATEMENTS = 300;
/** A statement with more values writes many rows: it hardly comes again with the same number. */
const MOST_VALUES = 100;

/** The names of prepared statements by their texts: the same on every connection. */
const names = new LRUCache<string, string>({ max: 2 * MOST_STATEMENTS });

/** Kysely for each connection. */
const sessions = new WeakMap<PoolClient, Kysely<Schema>>();
/** The names of the statements that stay prepared on a connection. */
const prepared = new WeakMap<PoolClient, Set<string>>();

/** Kysely on one connection; its statements stay prepared. The caller releases the connection. */
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

/**
 * Kysely on a pool, for reading.
 * @param classify what an error becomes, by default a {@link DatabaseUnavailableError} where the database is away
 */
export function readerOf(
  pool: { connect(): Promise<PoolClient> },
  classify: (error: unknown) => unknown = classifyPostgresFailure,
): Kysely<Schema> {
  const readers = {
    options: {},
    connect: async (): Promise<PostgresPoolClient> => {
      // The pool reads the files that an address names, and throws where they are missing.
      const client = await unlessAway((async () => pool.connect())(), classify);
      const query = (text: string, values: readonly unknown[]): Promise<unknown> =>
        unlessAway(client.query(text, [...values]), classify);
      return {
        query: query as PostgresPoolClient['query'],
        release: () => {
          client.release();
        },
      };
    },
    // The pool belongs to the caller.
    end: () => Promise.resolve(),
  };
  return new Kysely<Schema>({ dialect: new NulFreePostgresDialect({ pool: readers }) });
}

/** @throws {DatabaseUnavailableError} where the database is away */
export async function unlessAway<T>(
  work: Promise<T>,
  classify: (error: unknown) => unknown = classifyPostgresFailure,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw classify(error);
  }
}

function preparing(client: PoolClient): PostgresPoolClient {
  // Kysely's other form of a query is for cursors, which sessions do not use.
  const query = (sql: string, parameters: readonly unknown[]): Promise<unknown> =>
    runOn(client, { sql, parameters });
  return { query: query as PostgresPoolClient['query'], release: () => undefined };
}

function runOn(
  client: PoolClient,
  { sql: text, parameters }: Statement,
): Promise<QueryResult<Record<string, unknown>>> {
  const values = [...parameters];
  const name = preparedName(client, text, parameters);
  return name === null ? client.query(text, values) : client.query({ name, text, values });
}

/** The name of a statement that stays prepared on a connection; null for one that does not. */
export function preparedName(
  client: PoolClient,
  text: string,
  { length }: readonly unknown[],
): string | null {
  if (length === 0 || length > MOST_VALUES) return null;
  const name = nameOf(text);
  let names = prepared.get(client);
  if (names === undefined) {
    names = new Set();
    prepared.set(client, names);
  }
  if (names.size < MOST_STATEMENTS) names.add(name);
  return names.has(name) ? name : null;
}

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    names.set(text, name);
  }
  return name;
}

/** PostgreSQL has no NUL in a text: U+FFFD replaces it, in stored values and in conditions alike. */
class NulFreePostgresDialect extends PostgresDialect {
  override createQueryCompiler(): QueryCompiler {
    return new NulFreeCompiler();
  }
}

class NulFreeCompiler extends PostgresQueryCompiler {
  protected override appendValue(parameter: unknown): void {
    super.appendValue(typeof parameter === 'string' ? withoutNul(parameter) : parameter);
  }
}
