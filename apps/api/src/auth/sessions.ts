import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CookieOptions } from 'express';
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

export const SESSION_MS = 12 * 3_600_000;

/** The secret of the session in a `Cookie` header. */
export function sessionSecretOf(header: string): string | null {
  return ONE.exec(header)?.groups?.['secret'] ?? null;
}

/** No script can read the cookie, and no page of another site sends it. */
export const SESSION_COOKIE = {
  name: NAME,
  /** @param secure whether the browser may send the cookie over TLS only */
  attributes: (secure: boolean): CookieOptions => ({
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure,
  }),
};

/** As long as the hash of a token, so that it cannot be guessed. */
const SECRET_BYTES = 32;
const MOST_FOUND = 1_000;
const MOST_ENDED = 1_000;
const RELOAD_MS = 500;

export interface LoginSession {
  /** The token of the login, whose role the session has. */
  readonly token: AuthToken;
  /** The hash of its secret. */
  readonly id: string;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * The sessions of the console. The database stores them by the hash of their secret, for the next start of the program.
 * All of them are in memory as well, so that a request with a session does not query the database.
 */
@Injectable()
export class Sessions implements OnApplicationBootstrap, OnApplicationShutdown {
  /** By the hash of their secret. */
  private readonly sessions = new Map<string, LoginSession>();
  /** Recently used sessions by their secret, so that polls do not hash it. */
  private readonly found = new LRUCache<string, LoginSession>({ max: MOST_FOUND });
  /** The hashes of sessions that ended recently in this process: the database may still have them. */
  private readonly ended = new LRUCache<string, true>({ max: MOST_ENDED });
  /** Sessions that the last read found expired or without their token. */
  private expired: readonly string[] = [];
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
      this.receive(event);
    });
  }

  /** Loads the sessions of the last process, and ends those whose token was removed or replaced. */
  async onApplicationBootstrap(): Promise<void> {
    await this.reload();
    // A process without tokens must not end the sessions of the others.
    if (this.expired.length > 0 && this.tokens.areRequired) {
      await this.database.write('session', (transaction) => forget(transaction, this.expired));
    }
  }

  onApplicationShutdown(): void {
    this.stopped = true;
  }

  /** Another process has ended these. */
  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.sessions.delete(id);
      this.ended.set(id, true);
    }
  }

  /** Reads all sessions again: another process may have started or ended some. */
  reload(): Promise<void> {
    // Reads run one after another: of two at once, the older result could be applied last.
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
    const expired: string[] = [];
    // A session that started meanwhile may be missing in the rows, and one that ended may still be in them.
    for (const id of before) this.sessions.delete(id);
    for (const { secret_hash, token_name, token_hash, expires_at } of rows) {
      if (this.ended.has(secret_hash)) continue;
      const token = this.tokens.known(token_name, token_hash);
      const expiresAt = Date.parse(expires_at);
      if (token === null || expiresAt <= this.clock.steady()) expired.push(secret_hash);
      else this.sessions.set(secret_hash, { id: secret_hash, token, expiresAt });
    }
    this.expired = expired;
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
    const expired = [...this.sessions.values()].flatMap(({ id, expiresAt }) =>
      expiresAt <= now ? id : [],
    );
    await this.database.write('session', async (transaction) => {
      await forget(transaction, expired);
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
        for (const id of expired) this.sessions.delete(id);
        this.sessions.set(session.id, session);
      });
      await transaction.publish({ kind: 'session_begun', id: session.id });
    });
    return { secret, session };
  }

  /** The active session of a secret. */
  find(secret: string): LoginSession | null {
    const session = this.found.get(secret) ?? this.sessions.get(secretHash(secret));
    if (session === undefined || !this.isActive(session)) return null;
    this.found.set(secret, session);
    return session;
  }

  /** Whether a session has neither ended nor expired. */
  isActive(session: LoginSession): boolean {
    return this.sessions.has(session.id) && session.expiresAt > this.clock.steady();
  }

  /**
   * Ends a session at once; durable when this resolves.
   * @throws {DatabaseUnavailableError} if the database has not stored that: the caller has to end it again
   */
  async end(secret: string): Promise<void> {
    const hash = secretHash(secret);
    if (this.sessions.delete(hash)) this.ended.set(hash, true);
    this.found.delete(secret);
    // Also a session that is no longer in memory: an earlier end may not have been written. A secret that the database
    // does not have needs no write, since anyone can send any number of those.
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

  private receive(event: DatabaseEvent): void {
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
