// How long the tasks of a page take.
import type { Browser, Page } from 'playwright-core';

/** An event of a trace: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** The processor's time for it, in microseconds. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;

/**
 * The longest task of a page during `act`, in milliseconds. Only the time counts in which the page had the processor:
 * what else the machine does is not the page's.
 * @param browser a program of its own, because it traces all of its pages
 */
export async function longestTaskDuring(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<number> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  await act();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const pageThreads = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(threadOf),
  );
  const tasks = trace.traceEvents.filter(
    (event) =>
      event.ph === 'X' && event.name.endsWith('RunTask') && pageThreads.has(threadOf(event)),
  );
  if (tasks.length === 0) throw new Error('expected tasks of the page in the trace, got none');
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1_000;
}
