import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  applyDecorators,
  Injectable,
  SetMetadata,
  UseGuards,
  type DynamicModule,
  type ExecutionContext,
  type Provider,
} from '@nestjs/common';
import {
  getOptionsToken,
  getStorageToken,
  ThrottlerGuard,
  ThrottlerModule,
  ThrottlerStorageService,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import { callerOf, countedAs } from './caller.js';
import { Problem } from './problem.js';

/** What is limited: calls of one name are counted together. */
export type LimitName = 'starts' | 'logins';

type CallLimits = Readonly<Record<LimitName, number>>;

const A_MINUTE_MS = 60_000;
const LIMIT_NAME = Symbol('LIMIT_NAME');

/**
 * Limits calls to so many a minute for each identity, or address of a caller without one: with 429 `RATE_LIMITED`, and
 * what is left in the fields `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
 */
@Injectable()
export class CallLimitGuard extends ThrottlerGuard {
  protected override async handleRequest(call: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, blockDuration } = call;
    const http = context.switchToHttp();
    const name = call.throttler.name ?? '';
    const { totalHits, timeToExpire, isBlocked, timeToBlockExpire } =
      await this.storageService.increment(
        `${name} ${countedAs(callerOf(http.getRequest<IncomingMessage>()))}`,
        ttl,
        limit,
        blockDuration,
        name,
      );
    const left = Math.max(0, limit - totalHits);
    const seconds = isBlocked ? timeToBlockExpire : timeToExpire;
    const response = http.getResponse<ServerResponse>();
    response.setHeader('RateLimit-Policy', `"${name}";q=${limit};w=${ttl / 1_000}`);
    response.setHeader('RateLimit', `"${name}";r=${left};t=${seconds}`);
    if (!isBlocked) return true;
    const detail = `expected at most ${limit} ${name} a minute of one caller`;
    throw new Problem('RATE_LIMITED', detail, { limit }, seconds);
  }
}

/** Counts the calls of a handler under a name. */
export function Limited(name: LimitName): MethodDecorator {
  return applyDecorators(SetMetadata(LIMIT_NAME, name), UseGuards(CallLimitGuard));
}

/** @param limits how many calls a minute are let by; 0: all of them */
export function callLimits(limits: CallLimits): DynamicModule {
  return ThrottlerModule.forRoot(limitOptions(limits));
}

/** The same in a module of its own: that of Nest's throttler is global, and an app may have one. */
export function callLimitProviders(limits: CallLimits): Provider[] {
  return [
    { provide: getOptionsToken(), useValue: limitOptions(limits) },
    { provide: getStorageToken(), useClass: ThrottlerStorageService },
  ];
}

function limitOptions(limits: CallLimits): ThrottlerModuleOptions {
  return {
    throttlers: Object.entries(limits).map(([name, limit]) => ({
      name,
      limit,
      ttl: A_MINUTE_MS,
      // Who is over the limit waits for the oldest call to be a minute ago, and no longer.
      blockDuration: 0,
      skipIf: (context: ExecutionContext) =>
        limit === 0 || Reflect.getMetadata(LIMIT_NAME, context.getHandler()) !== name,
    })),
  };
}
