// One life of the process, from its start to the signal that ends it.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { queryRows } from '../database-queries.js';
import { launchDaysync, type DaysyncProcess, type StartOptions } from '../daysync-process.js';

/** How long a failed request may precede the exit event of its process. */
const DEATH_MS = 5_000;
/** A kill that has not come within this time waits for a fault point that is never reached. */
const KILL_MS = 30_000;
const POLL_MS = 5;
/** How long to wait for a halted process on a system without /proc. */
const HALT_MS = 10;

export class Life {
  /** The time of the first answer; undefined before. */
  answeredAt: number | undefined;
  /** The time from then until the previous batch continued; undefined before, and without such a batch. */
  resumedMs: number | undefined;
  wentOn = false;
  stopping = false;

  private constructor(
    readonly daysync: DaysyncProcess,
    readonly concurrency: number,
  ) {}

  static async launch(concurrency: number, options: StartOptions): Promise<Life> {
    return new Life(await launchDaysync(options), concurrency);
  }

  /** Waits until the API answers. @returns false if the program died before */
  async answers(): Promise<boolean> {
    const answered = await this.ask(async () => {
      await this.daysync.ready();
      return true;
    });
    if (answered === undefined) return false;
    this.answeredAt = performance.now();
    return true;
  }

  stop(): void {
    this.stopping = true;
    this.daysync.signal('SIGTERM');
  }

  /** The result of a call; undefined if the program died meanwhile. */
  ask<T>(call: () => Promise<T>): Promise<T | undefined> {
    return unlessDead(this.daysync, call);
  }

  /**
   * Kills the process, but not with one day alone in flight: at the second time such a day would count as the cause.
   * @param database of the program
   */
  async kill(database: string): Promise<void> {
    for (;;) {
      await halt(this.daysync);
      if ((await daysInFlight(database)).length !== 1) break;
      this.daysync.signal('SIGCONT');
      await sleep(POLL_MS);
    }
    await this.daysync.kill();
  }

  /** Notes that the previous batch has continued. @returns the time until then, on the first call */
  resumed(): number | undefined {
    if (this.resumedMs !== undefined || this.answeredAt === undefined) return undefined;
    this.wentOn = true;
    this.resumedMs = performance.now() - this.answeredAt;
    return this.resumedMs;
  }

  /**
   * Waits for the kill, and ends the process if it does not come. @returns whether it came
   * @throws if the process ends in another way
   */
  async killed(): Promise<boolean> {
    const living = sleep(KILL_MS, 'living' as const, { ref: false });
    const end = await Promise.race([this.daysync.died(), living]);
    if (end === 'living') await this.daysync.kill();
    // A killed process has no exit code.
    if (end === 'living' || end === null) return end === null;
    const { stdout, stderr } = this.daysync.output;
    throw new Error(`expected a kill, got the exit code ${end}:\n${stdout}${stderr}`);
  }
}

/** The result of a call; undefined if the process died meanwhile. */
export async function unlessDead<T>(
  daysync: DaysyncProcess,
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    const late = sleep(DEATH_MS, 'late' as const, { ref: false });
    if ((await Promise.race([daysync.died(), late])) === 'late') throw error;
    return undefined;
  }
}

/** Halts a process, and waits until it stands still. */
export async function halt(daysync: DaysyncProcess): Promise<void> {
  daysync.signal('SIGSTOP');
  const file = `/proc/${daysync.pid}/stat`;
  if (!existsSync(file)) await sleep(HALT_MS);
  // The state is the first field after the name in parentheses.
  while (existsSync(file) && !/\) [TZX]/.test(readFileSync(file, 'utf8'))) await sleep(1);
}

/** The days in flight, now or at a kill. */
export async function daysInFlight(database: string): Promise<readonly string[]> {
  const running = await queryRows(database, `select day from batch_day where state = 'running'`);
  return running.map((row) => String(row['day']));
}
