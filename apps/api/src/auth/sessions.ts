import type { CookieOptions } from 'express';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { secretHash, type AuthToken } from '../config/auth-tokens.js';
import { Database, type WriteTransaction, type DatabaseEvent } from '../database/database.js';
import { LOGGER } from '../logging/logger.js';
import { Tokens } from './tokens.js';

const NAME = 'daysync_session';
const ONE = new RegExp(`(?:^|; *)${NAME}=(?<secret>[A-Za-z0-9_-]{43})(?:;|$)`);

/** How long a session lasts, unless it is ended before. */
export const SESSION_MS = 12 * 3_600_000;

/** The secret of the session that a `Cookie` header names; null for none. */
export function sessionSecretOf(header: string): string | null {
  return ONE.exec(header)?.groups?.['secret'] ?? null;
}

/** Name and attributes of the cookie: no script reads it, and no other site's page sends it. */
export const SESSION_COOKIE = {
  name: NAME,
  /** @param secure whether the browser comes by TLS, and may send the cookie in no other way */
  attributes: (secure: boolean): CookieOptions => ({
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure,
  }),
};

/** As long as a token's hash: nobody guesses it. */
const SECRET_BYTES = 32;
const MOST_FOUND = 1_000;
const MOST_ENDED = 1_000;
const RELOAD_MS = 500;

/** Somebody who has logged in. */
export interface LoginSession {
  /** The token that it was begun with: what that allows, it allows. */
  readonly token: AuthToken;
  /** The hash of its secret. */
  readonly id: string;
  /** Until when it lasts, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * The sessions of the console. The database keeps them by the hash of their secret, for the next start of the program;
 * in between all are in memory, so that a request with a session reads nothing.
 */
@Injectable()
export class Sessions implements OnApplicationBootstrap, OnApplicationShutdown {
  /** By the hash of their secret. */
  private readonly sessions = new Map<string, LoginSession>();
  /** Those that were found last, by their secret: of a page that polls, nothing is hashed. */
  private readonly found = new LRUCache<string, LoginSession>({ max: MOST_FOUND });
  /** The hashes of those that were ended here last: the database may still have them. */
  private readonly ended = new LRUCache<string, true>({ max: MOST_ENDED });
  /** Those that were found last and are nobody's any more. */
  private over: readonly string[] = [];
  private stopped = false;
  private reading: Promise<void> = Promise.resolve();
  private nextReading: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly tokens: Tokens,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'steady'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {
    database.onEvent((event) => {
      this.hear(event);
    });
  }

  /** Knows the sessions that the last process left, and ends those whose token is gone or another one. */
  async onApplicationBootstrap(): Promise<void> {
    await this.reload();
    // A process that needs no tokens knows nothing of those of others.
    if (this.over.length > 0 && this.tokens.areNeeded) {
      await this.database.write('session', (transaction) => forget(transaction, this.over));
    }
  }

  onApplicationShutdown(): void {
    this.stopped = true;
  }

  /** These were ended by another process. */
  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.sessions.delete(id);
      this.ended.set(id, true);
    }
  }

  /** Reads all sessions anew: another process may have begun some, or ended them. */
  reload(): Promise<void> {
    // One reading after the other: of two side by side, what the older has seen could come last.
    this.nextReading ??= this.reading
      .catch(() => undefined)
      .then(() => {
        this.nextReading = null;
        this.reading = this.read();
        return this.reading;
      });
    return this.nextReading;
  }

  private async read(): Promise<void> {
    const before = new Set(this.sessions.keys());
    const rows = await this.database.read.selectFrom('session').selectAll().execute();
    const over: string[] = [];
    // What was begun meanwhile may be in none of the rows, and what was ended in one of them.
    for (const id of before) this.sessions.delete(id);
    for (const { secret_hash, token_name, token_hash, expires_at } of rows) {
      if (this.ended.has(secret_hash)) continue;
      const token = this.tokens.known(token_name, token_hash);
      const expiresAt = Date.parse(expires_at);
      if (token === null || expiresAt <= this.clock.steady()) over.push(secret_hash);
      else this.sessions.set(secret_hash, { id: secret_hash, token, expiresAt });
    }
    this.over = over;
  }

  /**
   * Begins a session; durable when this resolves.
   * @returns its secret, of which the database has the hash alone, and the session
   */
  async begin(
    token: AuthToken,
  ): Promise<{ readonly secret: string; readonly session: LoginSession }> {
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const now = this.clock.steady();
    const session = { id: secretHash(secret), token, expiresAt: now + SESSION_MS };
    const over = [...this.sessions.values()].flatMap(({ id, expiresAt }) =>
      expiresAt <= now ? id : [],
    );
    await this.database.write('session', async (transaction) => {
      await forget(transaction, over);
      await transaction.db
        .insertInto('session')
        .values({
          secret_hash: session.id,
          token_name: token.name,
          token_hash: token.hash.toString('hex'),
          created_at: toInstant(now),
          expires_at: toInstant(session.expiresAt),
        })
        .execute();
      transaction.afterCommit(() => {
        for (const id of over) this.sessions.delete(id);
        this.sessions.set(session.id, session);
      });
      await transaction.publish({ kind: 'session_begun', id: session.id });
    });
    return { secret, session };
  }

  /** The session of a secret, as long as it goes on. */
  find(secret: string): LoginSession | null {
    const session = this.found.get(secret) ?? this.sessions.get(secretHash(secret));
    if (session === undefined || !this.goesOn(session)) return null;
    this.found.set(secret, session);
    return session;
  }

  /** Whether a session has neither been ended nor expired. */
  goesOn(session: LoginSession): boolean {
    return this.sessions.has(session.id) && session.expiresAt > this.clock.steady();
  }

  /**
   * Ends a session at once, and for the next start of the program when this resolves.
   * @throws {DatabaseUnavailableError} if that is not written: then it has to be ended again
   */
  async end(secret: string): Promise<void> {
    const hash = secretHash(secret);
    if (this.sessions.delete(hash)) this.ended.set(hash, true);
    this.found.delete(secret);
    // Also what is not in memory any more: an end before this one may not have been written. What the database never
    // had waits for no writer: anybody may send that, as often as they like.
    if (!(await this.isKept(hash))) return;
    this.ended.set(hash, true);
    await this.database.write('session', async (transaction) => {
      await forget(transaction, [hash]);
      await transaction.publish({ kind: 'sessions_ended', ids: [hash] });
    });
  }

  private async isKept(hash: string): Promise<boolean> {
    const kept = await this.database.read
      .selectFrom('session')
      .select('secret_hash')
      .where('secret_hash', '=', hash)
      .executeTakeFirst();
    return kept !== undefined;
  }

  private hear(event: DatabaseEvent): void {
    if (event.kind === 'sessions_ended') this.forget(event.ids);
    const isNew = event.kind === 'session_begun' && !this.sessions.has(event.id);
    if (isNew || event.kind === 'reconnected') this.reloadSoon();
  }

  private reloadSoon(): void {
    this.reload().catch(async (error: unknown) => {
      this.logger.warn({ err: error }, '读取会话失败，稍后重试');
      await sleep(RELOAD_MS, undefined, { ref: false });
      if (!this.stopped) this.reloadSoon();
    });
  }
}

async function forget({ db }: WriteTransaction, hashes: readonly string[]): Promise<void> {
  if (hashes.length === 0) return;
  await db.deleteFrom('session').where('secret_hash', 'in', hashes).execute();
}
