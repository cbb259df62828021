import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { AuthToken } from '../config/auth-tokens.js';
import { CLOCK, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { callerNetwork } from '../config/network.js';
import { CallerRateLimiter } from '../http/pipeline/caller-rate-limiter.js';
import { rateLimited } from '../http/pipeline/rate-limit.guard.js';

const A_MINUTE_MS = 60_000;
/** With more pairs than this, the oldest are forgotten. */
const MOST_ACCEPTED = 10_000;

/**
 * Slows down guesses of bearer tokens. After `LIMIT_LOGINS` wrong ones in a minute, no token is accepted from there, not
 * even a right one: the answer must not show which it was. A token that was accepted from there before stays valid, so that
 * one program with a wrong token does not stop its neighbours.
 */
@Injectable()
export class TokenGuesses {
  private readonly wrong: CallerRateLimiter;
  /** The networks and names of tokens that were accepted. */
  private readonly accepted = new LRUCache<string, true>({ max: MOST_ACCEPTED });

  constructor(
    @Inject(APP_CONFIG) { limitLogins }: Pick<AppConfig, 'limitLogins'>,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'monotonic'>,
  ) {
    this.wrong = new CallerRateLimiter(limitLogins, A_MINUTE_MS);
  }

  /**
   * Counts a wrong token, and lets a right one pass.
   * @param token the token that a request names; null for a wrong one
   * @throws {Problem} `RATE_LIMITED` while no token is accepted from there
   */
  check(address: string, token: Pick<AuthToken, 'name'> | null): void {
    const { limit } = this.wrong;
    if (limit === 0) return;
    const network = callerNetwork(address);
    const pair = `${network} ${token?.name ?? ''}`;
    if (token !== null && this.accepted.has(pair)) return;
    const now = this.clock.monotonic();
    const waitMs = token === null ? this.wrong.take(network, now) : this.wrong.wait(network, now);
    if (waitMs > 0) throw rateLimited('wrong tokens a minute', limit, waitMs);
    if (token !== null) this.accepted.set(pair, true);
  }
}
