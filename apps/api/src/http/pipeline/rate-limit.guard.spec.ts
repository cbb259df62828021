import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { Controller, type ExecutionContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CLOCK } from '../../config/clock.js';
import { APP_CONFIG } from '../../config/environment.js';
import { RateLimitGuard, Limited } from './rate-limit.guard.js';
import type { Caller } from './caller.js';
import { Problem } from '../problems/problem.js';

type Identity = Caller['identity'];

@Controller()
class Calls {
  @Limited('starts')
  start(): string {
    return 'started';
  }
  @Limited('starts')
  retry(): string {
    return 'started again';
  }
  @Limited('logins')
  login(): string {
    return 'in';
  }
}

/** What a call was answered: the status 200 or the code, and its headers. */
interface Answered {
  readonly code: string;
  readonly policy: unknown;
  readonly left: unknown;
  readonly retryAfter: unknown;
}

describe('RateLimitGuard', () => {
  let guard: RateLimitGuard;
  let now: number;
  beforeEach(() => {
    now = 12_345.678;
  });

  async function limit(starts: number, logins: number): Promise<void> {
    const app = await Test.createTestingModule({
      controllers: [Calls],
      providers: [
        RateLimitGuard,
        { provide: APP_CONFIG, useValue: { limitStarts: starts, limitLogins: logins } },
        { provide: CLOCK, useValue: { monotonic: () => now } },
      ],
    }).compile();
    guard = app.get(RateLimitGuard);
  }

  function call(name: keyof Calls, address = '127.0.0.1', identity: Identity = null): Answered {
    const request = new IncomingMessage(new Socket());
    request.caller = { identity, scheme: 'http', address, maySee: () => true };
    const response = new ServerResponse(request);
    const context = {
      getHandler: () => Calls.prototype[name],
      getClass: () => Calls,
      switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }),
    } as unknown as ExecutionContext;
    let refused: Problem | undefined;
    try {
      expect(guard.canActivate(context)).toBe(true);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused = error;
    }
    return {
      code: refused?.code ?? 'ok',
      policy: response.getHeader('RateLimit-Policy'),
      left: response.getHeader('RateLimit'),
      retryAfter: refused?.retryAfterSeconds ?? null,
    };
  }

  it('sends the calls that are left, and when to try again', async () => {
    await limit(2, 1);
    expect(call('start')).toEqual({
      code: 'ok',
      policy: '"starts";q=2;w=60',
      left: '"starts";r=1;t=30',
      retryAfter: null,
    });
    now += 20_000;
    expect(call('start')).toMatchObject({ code: 'ok', left: '"starts";r=0;t=10' });
    expect(call('start')).toMatchObject({
      code: 'RATE_LIMITED',
      left: '"starts";r=0;t=10',
      retryAfter: 10,
    });
    now += 10_000;
    expect(call('start')).toMatchObject({ code: 'ok', left: '"starts";r=0;t=30' });
    // One that was refused has cost nothing.
    expect(call('start')).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 30 });
    now += 60_000;
    expect(call('start')).toMatchObject({ code: 'ok', left: '"starts";r=1;t=30' });
  });

  it('counts calls of one name together, and each name and caller alone', async () => {
    await limit(1, 1);
    expect(call('start')).toMatchObject({ code: 'ok' });
    expect(call('retry')).toMatchObject({ code: 'RATE_LIMITED' });
    expect(call('login')).toMatchObject({ code: 'ok', policy: '"logins";q=1;w=60' });
    expect(call('retry', '10.0.0.1')).toMatchObject({ code: 'ok' });
    const ada = { name: 'ada', role: 'operator' } as const;
    expect(call('start', '127.0.0.1', ada)).toMatchObject({ code: 'ok' });
    expect(call('start', '10.0.0.1', ada)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('lets everything by with a limit of 0, and sends no field', async () => {
    await limit(0, 1);
    for (let time = 0; time < 100; time += 1) {
      expect(call('start')).toMatchObject({ code: 'ok', policy: undefined });
    }
  });
});
