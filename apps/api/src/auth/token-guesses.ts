import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { secretHash } from '../config/auth-tokens.js';
import { CLOCK, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { callerNetwork } from '../config/network.js';
import { CallerRateLimiter } from '../http/pipeline/caller-rate-limiter.js';
import { rateLimited } from '../http/pipeline/rate-limit.guard.js';

const A_MINUTE_MS = 60_000;
/** With more wrong tokens than this, the oldest are forgotten. */
const MOST_COUNTED = 10_000;

/**
 * Slows down callers with wrong bearer tokens: after `LIMIT_LOGINS` different ones in a minute from one network, the next
 * wrong ones get 429 instead of 401. A right token always passes, so that no caller locks out its neighbours. This shows a
 * right guess, which does no harm: a token has at least 32 characters, too many to be guessed at any speed.
 */
@Injectable()
export class TokenGuesses {
  private readonly wrong: CallerRateLimiter;
  /** When a wrong token of a network was counted. A program that repeats one makes no further guess by that. */
  private readonly countedAt = new LRUCache<string, number>({ max: MOST_COUNTED });

  constructor(
    @Inject(APP_CONFIG) { limitLogins }: Pick<AppConfig, 'limitLogins'>,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'monotonic'>,
  ) {
    this.wrong = new CallerRateLimiter(limitLogins, A_MINUTE_MS);
  }

  /**
   * Counts a wrong token, once a minute.
   * @param authorization the header that has it
   * @throws {Problem} `RATE_LIMITED` after too many
   */
  countWrong(address: string, authorization: string): void {
    const { limit } = this.wrong;
    if (limit === 0) return;
    const network = callerNetwork(address);
    const guess = `${network} ${secretHash(authorization)}`;
    const now = this.clock.monotonic();
    if (now - (this.countedAt.get(guess) ?? -Infinity) < A_MINUTE_MS) return;
    const waitMs = this.wrong.take(network, now);
    if (waitMs > 0) throw rateLimited('wrong tokens a minute', limit, waitMs);
    this.countedAt.set(guess, now);
  }
}
