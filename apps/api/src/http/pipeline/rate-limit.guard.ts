import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  applyDecorators,
  Inject,
  Injectable,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { CLOCK, type Clock } from '../../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../../config/environment.js';
import { CallerRateLimiter } from './caller-rate-limiter.js';
import { callerOf, countedAs } from './caller.js';
import { Problem } from '../problems/problem.js';

/** Handlers with the same name share a limit. */
type LimitName = 'starts' | 'logins';

const A_MINUTE_MS = 60_000;
const LIMIT_NAME = Symbol('LIMIT_NAME');

/**
 * Limits the calls of each token, or of each address without one, per minute. It answers 429 `RATE_LIMITED`, and sends
 * `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly limiters: Readonly<Record<LimitName, CallerRateLimiter>>;

  constructor(
    @Inject(APP_CONFIG) { limitLogins, limitStarts }: AppConfig,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'monotonic'>,
  ) {
    this.limiters = {
      starts: new CallerRateLimiter(limitStarts, A_MINUTE_MS),
      logins: new CallerRateLimiter(limitLogins, A_MINUTE_MS),
    };
  }

  canActivate(context: ExecutionContext): boolean {
    const name = Reflect.getMetadata(LIMIT_NAME, context.getHandler()) as LimitName;
    const limiter = this.limiters[name];
    if (limiter.limit === 0) return true;
    const http = context.switchToHttp();
    const caller = countedAs(callerOf(http.getRequest<IncomingMessage>()));
    const now = this.clock.monotonic();
    const waitMs = limiter.take(caller, now);
    const { calls, oneMoreInMs } = limiter.left(caller, now);
    const response = http.getResponse<ServerResponse>();
    response.setHeader('RateLimit-Policy', `"${name}";q=${limiter.limit};w=${A_MINUTE_MS / 1_000}`);
    response.setHeader('RateLimit', `"${name}";r=${calls};t=${seconds(oneMoreInMs)}`);
    if (waitMs > 0) throw rateLimited(`${name} a minute`, limiter.limit, waitMs);
    return true;
  }
}

/** Applies the limit of this name to a handler. */
export function Limited(name: LimitName): MethodDecorator {
  return applyDecorators(SetMetadata(LIMIT_NAME, name), UseGuards(RateLimitGuard));
}

/**
 * The answer to a caller over a limit.
 * @param calls what is limited, and its window of time
 */
export function rateLimited(calls: string, limit: number, waitMs: number): Problem {
  const detail = `expected at most ${limit} ${calls} of one caller`;
  return new Problem('RATE_LIMITED', detail, { limit }, seconds(waitMs));
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}
