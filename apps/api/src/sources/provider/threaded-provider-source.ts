import type { CalendarDay } from '@daysync/progress';
import { unlessAborted } from '../../config/abort.js';
import type { DaySource, RowChunk } from '../day-source.js';
import type { RowReading } from '../rows/row-reader.js';
import type { ProviderModuleConfig } from './provider-config.js';
import { ProviderThread, type StrayReport } from './provider-thread-handle.js';

/** A thread that had no day to fetch for so long ends: it has 13 MB, and a start takes 0.1 s of processor time. */
const IDLE_MS = 5_000;
/** Threads of a dataset, with those that can't be ended because a call blocks them outside of JavaScript. */
const MOST_THREADS = 64;

/**
 * The rows of a day from a module of the user's own, which runs in threads: one for each day that is being fetched, used
 * again once nothing of its last day runs in it. A day ends at its timeout, whatever its code does.
 */
export class ThreadedProviderSource implements DaySource {
  /** All that have not ended. */
  private readonly threads = new Set<ProviderThread>();
  /** Those without a day, and when each ends. The last one is used first. */
  private readonly idle: { readonly thread: ProviderThread; readonly end: NodeJS.Timeout }[] = [];
  private readonly closing = new AbortController();

  /** @param stray receives what concerns no day */
  constructor(
    private readonly config: ProviderModuleConfig,
    private readonly reading: RowReading,
    private readonly stray: StrayReport,
  ) {}

  /**
   * @throws {SourceError} as a {@link ProviderSource} and a {@link ColumnReader} do; passing, `PROVIDER_CRASHED`, if the
   * provider ends its thread
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    const thread = await this.takeThread(signal);
    try {
      yield* thread.fetchDay(day, signal);
    } finally {
      if (thread.isFree && !this.closing.signal.aborted) this.keep(thread);
      else void this.end(thread);
    }
  }

  async close(): Promise<void> {
    this.closing.abort();
    for (const { end } of this.idle.splice(0)) clearTimeout(end);
    const problems = await Promise.all(Array.from(this.threads, (thread) => thread.close()));
    const problem = problems.find((each) => each !== null);
    if (problem !== undefined) throw new Error(`${this.config.writtenModule}: ${problem}`);
  }

  private async takeThread(signal: AbortSignal): Promise<ProviderThread> {
    while (this.threads.size >= MOST_THREADS && this.idle.length === 0) {
      const ends = Array.from(this.threads, (thread) => thread.ended);
      await unlessAborted(Promise.race(ends), signal);
    }
    signal.throwIfAborted();
    this.closing.signal.throwIfAborted();
    for (let last = this.idle.pop(); last !== undefined; last = this.idle.pop()) {
      clearTimeout(last.end);
      if (last.thread.isFree) return last.thread;
    }
    const { config, reading } = this;
    const thread = new ProviderThread({ config, reading }, this.stray);
    this.threads.add(thread);
    void thread.ended.then(() => this.threads.delete(thread));
    return thread;
  }

  private keep(thread: ProviderThread): void {
    const end = setTimeout(() => {
      const index = this.idle.findIndex((each) => each.thread === thread);
      this.idle.splice(index, 1);
      void this.end(thread);
    }, IDLE_MS).unref();
    this.idle.push({ thread, end });
  }

  private async end(thread: ProviderThread): Promise<void> {
    const problem = await thread.close();
    if (problem !== null && !this.closing.signal.aborted) {
      this.stray('a provider did not close', new Error(problem));
    }
  }
}
