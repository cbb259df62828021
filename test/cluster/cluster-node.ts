// A node of a cluster over many lives of its process: killed, stopped, halted, and started again under its name.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchDaysync, type DaysyncProcess, type StartOptions } from '../daysync-process.js';

/** How long the exit event may come after a failed request. */
const DEATH_MS = 5_000;

export type NodeRole = 'api' | 'worker';

/** A process that has ended by itself. */
export interface Death {
  readonly node: string;
  readonly code: number | null;
  readonly output: string;
}

export class ClusterNode {
  /** The first answer of its process, by `performance.now`; undefined before, and without a process. */
  upSince: number | undefined;
  isHalted = false;
  private process: DaysyncProcess | undefined;
  private port = 0;

  constructor(
    readonly name: string,
    readonly role: NodeRole,
    private readonly options: StartOptions,
    private readonly died: (death: Death) => void,
  ) {}

  get daysync(): DaysyncProcess {
    if (this.process === undefined)
      throw new Error(`expected ${this.name} to run, and it does not`);
    return this.process;
  }

  get pid(): number {
    return this.daysync.pid;
  }

  get isUp(): boolean {
    return this.upSince !== undefined;
  }

  /** Starts it, always in the same folder, and waits until it answers. */
  async start(): Promise<void> {
    const daysync = await launchDaysync({ ...this.options, port: this.port });
    this.process = daysync;
    void daysync.died().then((code) => {
      // Whoever ends it detaches it first.
      if (this.process !== daysync) return;
      this.process = this.upSince = undefined;
      const { stdout, stderr } = daysync.output;
      this.died({ node: this.name, code, output: stdout + stderr });
    });
    await daysync.ready();
    this.port = Number(new URL(daysync.url).port);
    this.upSince = performance.now();
  }

  /** Kills it. @returns its process id */
  async kill(): Promise<number> {
    const daysync = this.detach();
    await daysync.kill();
    return daysync.pid;
  }

  /** Stops it by a signal. @returns its exit code */
  async stop(): Promise<number | null> {
    return this.detach().stop();
  }

  async halt(): Promise<void> {
    this.isHalted = true;
    this.daysync.signal('SIGSTOP');
    const file = `/proc/${this.pid}/stat`;
    // The state is the first field after the name in parentheses.
    while (existsSync(file) && !/\) [TZX]/.test(readFileSync(file, 'utf8'))) await sleep(1);
  }

  continue(): void {
    this.daysync.signal('SIGCONT');
    this.isHalted = false;
  }

  /** The result of a call; undefined if the process ended meanwhile. */
  async ask<T>(call: (daysync: DaysyncProcess) => Promise<T>): Promise<T | undefined> {
    const { process } = this;
    if (process === undefined) return undefined;
    try {
      return await call(process);
    } catch (error) {
      const late = sleep(DEATH_MS, 'late' as const, { ref: false });
      if (this.process !== process) return undefined;
      if ((await Promise.race([process.died(), late])) === 'late') throw error;
      return undefined;
    }
  }

  private detach(): DaysyncProcess {
    const { daysync } = this;
    this.process = this.upSince = undefined;
    this.isHalted = false;
    return daysync;
  }
}
