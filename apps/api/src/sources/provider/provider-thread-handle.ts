import path from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { CalendarDay } from '@daysync/progress';
import { unlessAborted } from '../../config/abort.js';
import { badRow, SourceError, type RowChunk, type SourceRow } from '../day-source.js';
import { thrownText } from './provider-failure.js';
import type { ThreadAnswer, ThreadData, ThreadRequest } from './provider-thread.js';

/** The program beside this file, with the same extension: `.js` when compiled, `.mjs` beside the bundle. */
const PROGRAM = new URL(`provider-thread${path.extname(import.meta.url)}`, import.meta.url);
/** A thread with more objects and texts ends. Buffers are not counted, and one large allocation can end the process. */
const MOST_HEAP_MB = 1_024;
/** How long a provider may take to clean up and to close. After that its thread is ended. */
const CLOSE_MS = 2_000;
/** Converted rows have no values of the source. */
const NO_VALUES = Object.freeze({});

/** Receives what concerns no day: the log. */
export type StrayReport = (what: string, error: unknown) => void;

type DayAnswer = Exclude<ThreadAnswer, { readonly kind: 'rejection' | 'closed' }>;

/** A thread with a provider, as seen from the main thread. It fetches a day at a time. */
export class ProviderThread {
  private readonly worker: Worker;
  private readonly port: MessagePort;
  /** Answers that nobody has read yet. */
  private readonly answers: DayAnswer[] = [];
  private waiting: PromiseWithResolvers<DayAnswer> | undefined;
  private readonly exit = Promise.withResolvers<void>();
  private state: 'free' | 'fetching' | 'closing' | 'ended' = 'free';
  private crash: unknown;
  private closeProblem: string | null = null;

  constructor(
    data: Omit<ThreadData, 'port'>,
    private readonly stray: StrayReport,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.worker = new Worker(PROGRAM, {
      workerData: { ...data, port: port2 } satisfies ThreadData,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    });
    port1.on('message', (answer: ThreadAnswer) => {
      this.take(answer);
    });
    this.worker.on('error', (error) => {
      this.crash = error;
    });
    this.worker.on('exit', (code) => {
      this.end(code);
    });
    this.keepProcess(false);
  }

  /** Whether it can fetch another day: nothing of a former one is left in it. */
  get isFree(): boolean {
    return this.state === 'free';
  }

  /** Resolves when the thread has ended, for whatever reason. */
  get ended(): Promise<void> {
    return this.exit.promise;
  }

  /**
   * The rows of a day, converted. The thread is free afterwards only if nothing of the day runs in it any more.
   * @throws {SourceError} passing, `PROVIDER_CRASHED`; and what the provider's failure means
   * @throws the signal's reason, when it aborts
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    this.state = 'fetching';
    this.keepProcess(true);
    this.ask({ kind: 'fetch', day });
    let count = 0;
    for (;;) {
      const answer = await unlessAborted(this.next(), signal);
      switch (answer.kind) {
        case 'rows':
          yield chunkOf(answer, count);
          count += answer.count;
          this.ask({ kind: 'taken', bytes: answer.bytes });
          break;
        case 'end':
          this.free();
          return;
        case 'failed':
          if (answer.isOver) this.free();
          throw sourceErrorOf(answer.error);
        case 'broken':
          throw errorOf(answer.text);
      }
    }
  }

  /**
   * Ends the day that is being fetched, closes the provider and ends the thread. It takes two seconds at most, unless the
   * thread is in a call that blocks outside of JavaScript: nothing interrupts that.
   * @returns what the provider's `close` failed with, or null
   */
  async close(): Promise<string | null> {
    if (this.state !== 'closing' && this.state !== 'ended') {
      const hasDay = this.state === 'fetching';
      this.state = 'closing';
      this.keepProcess(true);
      this.ask({ kind: 'close' });
      const timer = setTimeout(() => {
        // A day that is over may have left anything behind.
        if (!hasDay) {
          this.closeProblem ??= `expected the provider to close within ${CLOSE_MS} ms, and it did not`;
        }
        void this.worker.terminate();
        // The call that blocks may last for hours.
        this.keepProcess(false);
      }, CLOSE_MS);
      void this.ended.then(() => {
        clearTimeout(timer);
      });
    }
    await this.ended;
    return this.closeProblem;
  }

  private free(): void {
    this.state = 'free';
    this.keepProcess(false);
  }

  private take(answer: ThreadAnswer): void {
    switch (answer.kind) {
      case 'rejection':
        this.stray('unhandled rejection', errorOf(answer.text));
        return;
      case 'closed':
        this.closeProblem = answer.problem;
        return;
      default:
        if (this.waiting === undefined) this.answers.push(answer);
        else this.waiting.resolve(answer);
        this.waiting = undefined;
    }
  }

  private end(code: number): void {
    const { crash = new Error(`the end of its thread with the exit code ${code}`), state } = this;
    this.state = 'ended';
    this.crash = crash;
    if (state === 'free') this.stray('a thread of a provider ended between two days', crash);
    this.waiting?.reject(this.crashError());
    this.port.close();
    this.exit.resolve();
  }

  private next(): Promise<DayAnswer> {
    const answer = this.answers.shift();
    if (answer !== undefined) return Promise.resolve(answer);
    if (this.state === 'ended') return Promise.reject(this.crashError());
    this.waiting = Promise.withResolvers();
    return this.waiting.promise;
  }

  private ask(request: ThreadRequest): void {
    this.port.postMessage(request);
  }

  private crashError(): SourceError {
    const text = `expected the provider to let its thread run, got ${thrownText(this.crash)}`;
    return new SourceError('passing', 'PROVIDER_CRASHED', text, {}, { cause: this.crash });
  }

  /** Whether the process waits for the thread before it ends by itself. */
  private keepProcess(isKept: boolean): void {
    for (const each of [this.worker, this.port]) {
      if (isKept) each.ref();
      else each.unref();
    }
  }
}

function chunkOf(
  { bad, count, columns }: Extract<DayAnswer, { readonly kind: 'rows' }>,
  before: number,
): RowChunk {
  const rows = Array.from({ length: count }, (_, index): SourceRow => {
    const converted = columns.map((values) => values[index] ?? null);
    return { row: before + index + 1, values: NO_VALUES, converted };
  });
  for (const { error, index, text } of bad) {
    // With a filter there may have been more rows before it.
    rows[index] = badRow(error.place.row ?? before + index + 1, {
      failure: () => sourceErrorOf(error),
      text: () => text,
    });
  }
  return rows;
}

function sourceErrorOf({
  kind,
  code,
  message,
  place,
  retryAfterMs,
}: Extract<DayAnswer, { readonly kind: 'failed' }>['error']): SourceError {
  const options = retryAfterMs === null ? {} : { retryAfterMs };
  return new SourceError(kind, code, message, place, options);
}

/** An error of the thread, by its text. */
function errorOf(text: string): Error {
  return Object.assign(new Error(text), { stack: text });
}
