import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  Injectable,
  SetMetadata,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Problem } from '../problems/problem.js';
import { CallQueue, type CallAdmission, type CallQueueLimits } from './call-queue.js';
import { callerOf, countedAs } from './caller.js';
import { LongJson, longJson } from './sliced-json.js';

/** Handlers with the same name share a queue. */
type ReadName = 'reads' | 'exports' | 'scrapes' | 'tests';

/**
 * A console opens a page with two or three of these reads, and a hundred consoles may have one token: they wait for a
 * moment, and never meet the end of the queue.
 */
const READS: CallQueueLimits = {
  running: 3,
  runningOfCaller: 2,
  waiting: 400,
  waitingOfCaller: 200,
  waitMs: 30_000,
};

const LIMITS: Readonly<Record<ReadName, CallQueueLimits>> = {
  reads: READS,
  // One runs until its file is sent, however slowly the caller reads.
  exports: { ...READS, waiting: 40, waitingOfCaller: 20 },
  // Apart, so that a scrape of the metrics waits for no other read.
  scrapes: { ...READS, running: 2, runningOfCaller: 1, waiting: 40, waitingOfCaller: 20 },
  // They wait for a source.
  tests: { ...READS, running: 2, runningOfCaller: 1, waiting: 10, waitingOfCaller: 5 },
};

const RETRY_SECONDS = 2;
const READ_NAME = Symbol('READ_NAME');

/** Marks a handler as a read that takes much time or memory: {@link ExpensiveReads} queues its calls. */
export function ExpensiveRead(name: ReadName): MethodDecorator {
  return SetMetadata(READ_NAME, name);
}

/**
 * Lets a few expensive reads run at a time, of each caller and in all. Others wait in a queue, and get 503 `BUSY` behind
 * its end. A long answer is written as JSON here, in slices: in one piece, that of a hundred years of days takes 40 ms. Its read
 * is over, and the next one begins, when it is sent or its caller has left. It comes before the interceptor of the envelope.
 */
@Injectable()
export class ExpensiveReads implements NestInterceptor {
  private readonly queues: Readonly<Record<ReadName, CallQueue>> = {
    reads: new CallQueue(LIMITS.reads),
    exports: new CallQueue(LIMITS.exports),
    scrapes: new CallQueue(LIMITS.scrapes),
    tests: new CallQueue(LIMITS.tests),
  };

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const name = Reflect.getMetadata(READ_NAME, context.getHandler()) as ReadName | undefined;
    if (name === undefined) return next.handle();
    const http = context.switchToHttp();
    const response = http.getResponse<ServerResponse>();
    const caller = countedAs(callerOf(http.getRequest<IncomingMessage>()));
    return from(this.read(name, caller, response, next));
  }

  private async read(
    name: ReadName,
    caller: string,
    response: ServerResponse,
    next: CallHandler,
  ): Promise<unknown> {
    const admission = await this.admit(name, caller, response);
    if (admission.kind === 'left') return undefined;
    if (admission.kind === 'busy') throw busy(name, admission);
    let isSending = false;
    try {
      const answer: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      const json = response.headersSent ? null : await longJson(answer);
      if (json === null) return answer;
      // Its `close` event may be over.
      isSending = !response.destroyed;
      if (isSending) response.once('close', admission.release);
      return new LongJson(json);
    } finally {
      if (!isSending) admission.release();
    }
  }

  private async admit(
    name: ReadName,
    caller: string,
    response: ServerResponse,
  ): Promise<CallAdmission> {
    // Its `close` event is over.
    if (response.destroyed) return { kind: 'left' };
    const left = new AbortController();
    const leave = (): void => {
      left.abort();
    };
    response.once('close', leave);
    try {
      return await this.queues[name].enter(caller, left.signal);
    } finally {
      response.removeListener('close', leave);
    }
  }
}

function busy(name: ReadName, { full, limit }: Extract<CallAdmission, { kind: 'busy' }>): Problem {
  const detail =
    full === null
      ? `expected a place among ${limit} ${name} at a time (${LIMITS[name].runningOfCaller} of one caller) within ${LIMITS[name].waitMs / 1_000} s, got none`
      : `expected at most ${limit} ${name} to wait${full === 'caller' ? ' of one caller' : ''}, got more`;
  return new Problem('BUSY', detail, { limit }, RETRY_SECONDS);
}
