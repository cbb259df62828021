import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Controller, type ExecutionContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CallLimitGuard, callLimits, Limited } from './call-limit.js';

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

describe('CallLimitGuard', () => {
  let guard: CallLimitGuard;
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function limit(starts: number, logins: number): Promise<void> {
    const app = await Test.createTestingModule({
      imports: [callLimits({ starts, logins })],
      controllers: [Calls],
      providers: [CallLimitGuard],
    }).compile();
    guard = app.get(CallLimitGuard);
    await guard.onModuleInit();
  }

  async function call(name: keyof Calls, address = '127.0.0.1'): Promise<Answered> {
    const request = new IncomingMessage(new Socket());
    request.caller = { identity: null, scheme: 'http', address, maySee: () => true };
    const response = new ServerResponse(request);
    const context = {
      getHandler: () => Calls.prototype[name],
      getClass: () => Calls,
      switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }),
    } as unknown as ExecutionContext;
    const refused = await guard.canActivate(context).then(
      () => ({ code: 'ok', retryAfterSeconds: null }),
      (error: unknown) => error as { code: string; retryAfterSeconds: number },
    );
    return {
      code: refused.code,
      policy: response.getHeader('RateLimit-Policy'),
      left: response.getHeader('RateLimit'),
      retryAfter: refused.retryAfterSeconds,
    };
  }

  it('says what is left, and when to come back', async () => {
    await limit(2, 1);
    expect(await call('start')).toEqual({
      code: 'ok',
      policy: '"starts";q=2;w=60',
      left: '"starts";r=1;t=60',
      retryAfter: null,
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await call('start')).toMatchObject({ code: 'ok', left: '"starts";r=0;t=40' });
    expect(await call('start')).toMatchObject({
      code: 'RATE_LIMITED',
      left: '"starts";r=0;t=40',
      retryAfter: 40,
    });
    await vi.advanceTimersByTimeAsync(40_001);
    expect(await call('start')).toMatchObject({ code: 'ok' });
    // The second call is a minute ago only after 20 seconds more.
    expect(await call('start')).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 20 });
  });

  it('counts calls of one name together, and each name and caller alone', async () => {
    await limit(1, 1);
    expect(await call('start')).toMatchObject({ code: 'ok' });
    expect(await call('retry')).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await call('login')).toMatchObject({ code: 'ok', policy: '"logins";q=1;w=60' });
    expect(await call('retry', '10.0.0.1')).toMatchObject({ code: 'ok' });
  });

  it('lets everything by where the limit is 0, and says nothing of it', async () => {
    await limit(0, 1);
    for (let time = 0; time < 100; time += 1) {
      expect(await call('start')).toMatchObject({ code: 'ok', policy: undefined });
    }
  });
});
