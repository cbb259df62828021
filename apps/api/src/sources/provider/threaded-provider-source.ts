import type { CalendarDay } from '@daysync/progress';
import type { TargetColumn } from '../../targets/target.js';
import type { DaySource, RowChunk } from '../day-source.js';
import type { ProviderModuleConfig } from './provider-config.js';
import { ProviderThread } from './provider-thread-handle.js';

/** A thread that had no day to fetch for so long ends, with its provider and its memory. */
const IDLE_MS = 30_000;

/**
 * The rows of a day from a module of the user's own, which runs in threads: one for each day that is being fetched, used
 * again for the next. Whatever its code does, a day ends at its timeout, and nothing but that day.
 */
export class ThreadedProviderSource implements DaySource {
  /** All that have not ended. */
  private readonly threads = new Set<ProviderThread>();
  /** Those without a day, and when each ends. The last one is used first. */
  private readonly idle: { readonly thread: ProviderThread; readonly end: NodeJS.Timeout }[] = [];
  private readonly closing = new AbortController();

  constructor(
    private readonly config: ProviderModuleConfig,
    private readonly columns: readonly TargetColumn[],
  ) {}

  /**
   * @throws {SourceError} as a {@link ProviderSource} and a {@link ColumnReader} do; passing, `PROVIDER_CRASHED`, if the
   * provider ends its thread
   */
  async *fetchDay(day: CalendarDay, signal: AbortSignal): AsyncGenerator<RowChunk> {
    signal.throwIfAborted();
    this.closing.signal.throwIfAborted();
    const thread = this.takeThread();
    try {
      yield* thread.fetchDay(day, signal);
    } finally {
      if (thread.isFree && !this.closing.signal.aborted) this.keep(thread);
      else void thread.close();
    }
  }

  async close(): Promise<void> {
    this.closing.abort();
    for (const { end } of this.idle.splice(0)) clearTimeout(end);
    const problems = await Promise.all(Array.from(this.threads, (thread) => thread.close()));
    const problem = problems.find((each) => each !== null);
    if (problem !== undefined) throw new Error(`${this.config.writtenModule}: ${problem}`);
  }

  private takeThread(): ProviderThread {
    for (let last = this.idle.pop(); last !== undefined; last = this.idle.pop()) {
      clearTimeout(last.end);
      if (last.thread.isFree) return last.thread;
    }
    const { config, columns } = this;
    const thread = new ProviderThread({ config, columns }, (ended) => this.threads.delete(ended));
    this.threads.add(thread);
    return thread;
  }

  private keep(thread: ProviderThread): void {
    const end = setTimeout(() => {
      const index = this.idle.findIndex((each) => each.thread === thread);
      this.idle.splice(index, 1);
      void thread.close();
    }, IDLE_MS).unref();
    this.idle.push({ thread, end });
  }
}
