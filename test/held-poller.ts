// Polls a program the whole time, and measures how long its event loop was busy with something else.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DaysyncProcess } from './daysync-process.js';

const EVERY_MS = 10;
/** A poll that takes longer is not explained by a busy machine alone. */
const QUICK_MS = 50;

export interface SlowestPoll {
  polls: number;
  ms: number;
  /**
   * How long the program's main thread computed meanwhile. That is what it owes to the poll: on a busy machine the rest
   * of the time belongs to other programs.
   */
  heldMs: number;
}

/** Polls until `done`. The caller must not compute for long meanwhile. */
export async function pollUntil(
  daysync: DaysyncProcess,
  done: () => boolean,
  slowest: SlowestPoll = { polls: 0, ms: 0, heldMs: 0 },
): Promise<SlowestPoll> {
  while (!done()) {
    const computed = await computedMs(daysync);
    const begun = performance.now();
    const response = await fetch(`${daysync.url}/health/live`);
    await response.arrayBuffer();
    const ms = performance.now() - begun;
    const held = ms < QUICK_MS ? ms : Math.min(ms, (await computedMs(daysync)) - computed);
    slowest.polls += 1;
    slowest.ms = Math.max(slowest.ms, ms);
    slowest.heldMs = Math.max(slowest.heldMs, held);
    await sleep(EVERY_MS);
  }
  return slowest;
}

/** How long the program's main thread has computed since its start, from Linux' /proc. */
async function computedMs({ pid }: DaysyncProcess): Promise<number> {
  const [nanoseconds] = (await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8')).split(' ');
  return Number(nanoseconds) / 1e6;
}
