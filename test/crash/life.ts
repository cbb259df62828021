// One life of the process, from its start to the signal that ends it.
import { setTimeout as sleep } from 'node:timers/promises';
import { launchDaysync, type DaysyncProcess, type StartOptions } from '../daysync-process.js';

/** How long a request of a process that is dying may be ahead of the news of its death. */
const DEATH_MS = 5_000;
/** Who waits for a kill longer than this waits for a fault point that is never reached. */
const KILL_MS = 30_000;

export class Life {
  /** When the API first answered; undefined before. */
  answeredAt: number | undefined;
  /** How long after that the batch of the life before first went on; undefined before, and where there was none. */
  resumedMs: number | undefined;
  /** It has brought something further. */
  wentOn = false;
  /** It was asked to stop. */
  stopping = false;

  private constructor(
    readonly daysync: DaysyncProcess,
    readonly concurrency: number,
  ) {}

  static async launch(concurrency: number, options: StartOptions): Promise<Life> {
    return new Life(await launchDaysync(options), concurrency);
  }

  /** Waits until the API answers. Whether it did: the program may die before. */
  async answers(): Promise<boolean> {
    const answered = await this.ask(async () => {
      await this.daysync.ready();
      return true;
    });
    if (answered === undefined) return false;
    this.answeredAt = performance.now();
    return true;
  }

  /** Asks it to stop, as the system does, and waits for nothing. */
  stop(): void {
    this.stopping = true;
    this.daysync.signal('SIGTERM');
  }

  /** What a call gives; undefined if the program died over it. */
  async ask<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      const late = sleep(DEATH_MS, 'late' as const, { ref: false });
      if ((await Promise.race([this.daysync.died(), late])) === 'late') throw error;
      return undefined;
    }
  }

  /** The batch of the life before has gone on. Gives how long that took, the first time. */
  resumed(): number | undefined {
    if (this.resumedMs !== undefined || this.answeredAt === undefined) return undefined;
    this.wentOn = true;
    this.resumedMs = performance.now() - this.answeredAt;
    return this.resumedMs;
  }

  /**
   * Waits until it is killed, and ends it if nothing kills it. Whether it was killed as it should be.
   * @throws if it ends in another way
   */
  async killed(): Promise<boolean> {
    const living = sleep(KILL_MS, 'living' as const, { ref: false });
    const end = await Promise.race([this.daysync.died(), living]);
    if (end === 'living') await this.daysync.kill();
    // One that is killed has no exit code.
    if (end === 'living' || end === null) return end === null;
    const { stdout, stderr } = this.daysync.output;
    throw new Error(`expected a kill, got the exit code ${end}:\n${stdout}${stderr}`);
  }
}
