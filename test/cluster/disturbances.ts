// What happens to a cluster, and whom it costs what they had in flight.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Loss } from './asks.js';
import type { Cluster } from './cluster.js';
import type { ClusterNode } from './cluster-node.js';
import { cutConnections } from './connections.js';
import type { DayCounter } from './day-counter.js';
import type { Observer } from './observer.js';
import { readRunning, type RunningDay } from './postgres-state.js';

/** What a process had sent before it ended, or sends before it knows of it, comes within this. */
const AFTERMATH_MS = 1_000;

export class Disturbances {
  kills = 0;
  apiKills = 0;
  halts = 0;
  cuts = 0;
  stops = 0;
  losses: Loss[] = [];
  private taskId = '';
  /** Days that were alone in flight when their worker was lost. */
  private alone = new Set<string>();
  /** What the processes called themselves that were killed. */
  private readonly gone = new Set<string>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly cluster: Cluster,
    private readonly counter: DayCounter,
    private readonly observer: Observer,
  ) {}

  /** Another batch begins: what was lost of the last one concerns it no more, unless it lasts. */
  begin(taskId: string): void {
    this.taskId = taskId;
    this.losses = this.losses.filter(({ until }) => until >= performance.now());
    this.alone = new Set();
  }

  /** Does something with the database while nobody disturbs it. */
  apart<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  /**
   * Kills a worker where it stands, unless it is spared.
   * @returns what it had in flight; undefined if it was spared
   */
  async kill(worker: ClusterNode): Promise<readonly string[] | undefined> {
    const held = await this.stand(worker);
    if (held === undefined) return undefined;
    for (const { process } of held) this.gone.add(process);
    const from = performance.now();
    const pid = await worker.kill();
    this.losses.push({ how: 'killed', pid, from, until: performance.now() + AFTERMATH_MS });
    this.kills += 1;
    return held.map(({ day }) => day);
  }

  /**
   * Has a worker stand still for so long that others may get its days, and go on, unless it is spared.
   * @param lasts is told what it has in flight; it stands still until this resolves
   * @returns whether it stood still
   */
  async halt(
    worker: ClusterNode,
    lasts: (held: readonly string[]) => Promise<unknown>,
  ): Promise<boolean> {
    const held = await this.stand(worker);
    if (held === undefined) return false;
    const { pid } = worker;
    const loss: Loss = { how: 'halted', pid, from: performance.now(), until: Infinity };
    this.losses.push(loss);
    this.counter.forget(pid);
    this.halts += 1;
    await lasts(held.map(({ day }) => day));
    worker.continue();
    await sleep(AFTERMATH_MS);
    this.counter.remember(pid);
    loss.until = performance.now();
    return true;
  }

  /** Asks a worker to stop; its exit code. */
  async stop(worker: ClusterNode): Promise<number | null> {
    const { pid } = worker;
    const from = performance.now();
    const code = await worker.stop();
    this.losses.push({ how: 'stopped', pid, from, until: performance.now() });
    return code;
  }

  /** Kills an API node and starts it again. */
  async restartApi(node: ClusterNode, downMs: number): Promise<void> {
    await node.kill();
    this.apiKills += 1;
    await sleep(downMs);
    await node.start();
  }

  /** Cuts all connections to the database; how many those were. */
  async cut(): Promise<number> {
    return this.disturb('connections cut', () => {
      this.cuts += 1;
      return cutConnections(this.cluster.postgres);
    });
  }

  /** Stops the database, and starts it again. */
  async stopDatabase(how: 'fast' | 'immediate', downMs: number): Promise<void> {
    const { postgres } = this.cluster;
    await this.disturb('database away', async () => {
      this.stops += 1;
      await postgres.stop(how);
      await sleep(downMs);
      await postgres.start();
    });
  }

  private disturb<T>(how: Loss['how'], work: () => Promise<T>): Promise<T> {
    return this.apart(() =>
      this.observer.excused(async () => {
        const from = performance.now();
        const done = await work();
        this.losses.push({ how, pid: undefined, from, until: performance.now() + AFTERMATH_MS });
        return done;
      }),
    );
  }

  /**
   * Has a worker stand still, unless what it has in flight is one day that was alone in flight at a loss before: such a
   * day is taken for one that kills its process, and fails as it should, which has a test of its own.
   * @returns what it has in flight
   */
  private async stand(worker: ClusterNode): Promise<readonly RunningDay[] | undefined> {
    const { cluster, taskId } = this;
    await worker.halt();
    const running = await this.apart(() => readRunning(cluster.postgres.url(), taskId));
    const held = running.filter(
      ({ process }) => process.startsWith(`${worker.name}/`) && !this.gone.has(process),
    );
    const [lone] = held.length === 1 ? held : [];
    if ((lone !== undefined && this.alone.has(lone.day)) || taskId !== this.taskId) {
      worker.continue();
      return undefined;
    }
    if (lone !== undefined) this.alone.add(lone.day);
    return held;
  }
}
