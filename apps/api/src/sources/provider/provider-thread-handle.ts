import { AsyncLocalStorage } from 'node:async_hooks';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CalendarDay } from '@daysync/progress';
import { unlessAborted } from '../abort.js';
import { SourceError, type RowChunk, type SourceRow } from '../day-source.js';
import { thrownText } from './provider-failure.js';
import type { ThreadAnswer, ThreadData, ThreadRequest } from './provider-thread.js';

/** The program beside this file, with the same extension: `.js` when compiled, `.mjs` beside the bundle. */
const PROGRAM = new URL(`provider-thread${path.extname(import.meta.url)}`, import.meta.url);
/** One that needs more would take it from the process: buffers do not count. */
const MOST_HEAP_MB = 1_024;
/** How long a provider may take to clean up and to close. After that its thread is ended, whatever it does. */
const CLOSE_MS = 2_000;

const NO_VALUES = Object.freeze({});

type DayAnswer = Exclude<ThreadAnswer, { readonly kind: 'rejection' | 'closed' }>;

/** A thread with a provider, as seen from the main thread. It fetches a day at a time. */
export class ProviderThread {
  private readonly worker: Worker;
  /** Answers that nobody has read yet. */
  private readonly answers: DayAnswer[] = [];
  private waiting: PromiseWithResolvers<DayAnswer> | undefined;
  private closed: PromiseWithResolvers<string | null> | undefined;
  private crash: unknown;
  private isFetching = false;
  private isOver = false;
  /** Errors without a handler belong to the dataset that has started the thread. */
  private readonly inContext = AsyncLocalStorage.snapshot();

  /** @param exited called when the thread has ended, for whatever reason */
  constructor(data: ThreadData, exited: (thread: ProviderThread) => void) {
    this.worker = new Worker(PROGRAM, {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    });
    this.worker.unref();
    this.worker.on('message', (answer: ThreadAnswer) => {
      this.take(answer);
    });
    this.worker.on('error', (error) => {
      this.crash = error;
    });
    this.worker.on('exit', (code) => {
      // No day has its error.
      if (this.isFree) this.report(this.crash ?? endOf(code));
      this.isOver = true;
      this.crash ??= endOf(code);
      this.waiting?.reject(this.crashError());
      this.closed?.resolve(null);
      exited(this);
    });
  }

  /** Whether it can fetch another day. */
  get isFree(): boolean {
    return !this.isFetching && !this.isOver && this.closed === undefined;
  }

  /**
   * The rows of a day, converted.
   * @throws {SourceError} passing, `PROVIDER_CRASHED`; and what the provider's failure means
   * @throws the signal's reason, when it aborts
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    this.isFetching = true;
    this.worker.ref();
    this.ask({ kind: 'fetch', day });
    let count = 0;
    for (;;) {
      const answer = await unlessAborted(this.next(), signal);
      if (answer.kind === 'rows') {
        yield chunkOf(answer, count);
        count += answer.count;
        this.ask({ kind: 'taken' });
        continue;
      }
      this.isFetching = false;
      this.worker.unref();
      if (answer.kind === 'end') return;
      throw errorOf(answer);
    }
  }

  /**
   * Ends the day that is being fetched, closes the provider and ends the thread. It takes two seconds at most.
   * @returns what the provider's `close` failed with, or null
   */
  async close(): Promise<string | null> {
    if (this.isOver) return null;
    if (this.closed === undefined) {
      this.closed = Promise.withResolvers();
      this.ask({ kind: 'close' });
      const expected = `expected the provider to close within ${CLOSE_MS} ms, and it did not`;
      setTimeout(() => {
        this.closed?.resolve(expected);
        void this.worker.terminate();
      }, CLOSE_MS).unref();
    }
    return this.closed.promise;
  }

  private take(answer: ThreadAnswer): void {
    switch (answer.kind) {
      case 'rejection':
        this.report(errorWithStack(answer.stack));
        return;
      case 'closed':
        this.closed?.resolve(answer.problem);
        return;
      default:
        if (this.waiting === undefined) this.answers.push(answer);
        else this.waiting.resolve(answer);
        this.waiting = undefined;
    }
  }

  private next(): Promise<DayAnswer> {
    const answer = this.answers.shift();
    if (answer !== undefined) return Promise.resolve(answer);
    if (this.isOver) return Promise.reject(this.crashError());
    this.waiting = Promise.withResolvers();
    return this.waiting.promise;
  }

  private ask(request: ThreadRequest): void {
    this.worker.postMessage(request);
  }

  private crashError(): SourceError {
    const text = `expected the provider to let its thread run, got ${thrownText(this.crash)}`;
    return new SourceError('passing', 'PROVIDER_CRASHED', text, {}, { cause: this.crash });
  }

  /** As a rejection without a handler, which the program logs. */
  private report(error: unknown): void {
    this.inContext(() => void Promise.reject(error as Error));
  }
}

function endOf(code: number): Error {
  return new Error(`the end of its thread with the exit code ${code}`);
}

function chunkOf(
  { count, columns }: Extract<DayAnswer, { readonly kind: 'rows' }>,
  before: number,
): RowChunk {
  return Array.from({ length: count }, (_, index): SourceRow => {
    const converted = columns.map((values) => values[index] ?? null);
    return { row: before + index + 1, values: NO_VALUES, converted };
  });
}

function errorOf(answer: Extract<DayAnswer, { readonly kind: 'failed' | 'broken' }>): Error {
  if (answer.kind === 'broken') return errorWithStack(answer.stack);
  const { kind, code, message, place, retryAfterMs } = answer.error;
  const options = retryAfterMs === null ? {} : { retryAfterMs };
  return new SourceError(kind, code, message, place, options);
}

function errorWithStack(stack: string): Error {
  return Object.assign(new Error(stack), { stack });
}
