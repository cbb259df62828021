// A node of a cluster over many lives of its process: killed, stopped, halted, and started again under its name.
import { halt, unlessDead } from '../crash/life.js';
import { launchDaysync, type DaysyncProcess, type StartOptions } from '../daysync-process.js';

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

  halt(): Promise<void> {
    return halt(this.daysync);
  }

  continue(): void {
    this.daysync.signal('SIGCONT');
  }

  /** The result of a call; undefined if the process ended meanwhile. */
  async ask<T>(call: (daysync: DaysyncProcess) => Promise<T>): Promise<T | undefined> {
    const { process } = this;
    if (process === undefined) return undefined;
    return unlessDead(process, () => call(process)).catch((error: unknown) => {
      if (this.process === process) throw error;
      return undefined;
    });
  }

  private detach(): DaysyncProcess {
    const { daysync } = this;
    this.process = this.upSince = undefined;
    return daysync;
  }
}
