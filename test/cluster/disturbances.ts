// Disturbs a cluster, and records which processes lost their days in flight.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunnerLoss } from './asks.js';
import type { Cluster } from './cluster.js';
import type { ClusterNode } from './cluster-node.js';
import { cutConnections } from './connections.js';
import type { DayCounter } from './day-counter.js';
import type { Observer } from './observer.js';
import { readRunning, type RunningDay } from './postgres-state.js';

/** Requests that a process sent before its end, or before it knows of a loss, arrive within this time. */
const AFTERMATH_MS = 1_000;

export class Disturbances {
  kills = 0;
  apiKills = 0;
  halts = 0;
  cuts = 0;
  stops = 0;
  losses: RunnerLoss[] = [];
  private taskId = '';
  /** Days that were the only one in flight when their worker was lost. */
  private alone = new Set<string>();
  private readonly gone = new Set<string>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly cluster: Cluster,
    private readonly counter: DayCounter,
    private readonly observer: Observer,
  ) {}

  /** A new batch begins: earlier losses do not concern it unless they last. */
  begin(taskId: string): void {
    this.taskId = taskId;
    this.losses = this.losses.filter(({ until }) => until >= performance.now());
    this.alone = new Set();
  }

  /** Uses the database without a disturbance at the same time. */
  apart<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  /**
   * Kills a worker, unless it is spared.
   * @returns its days in flight; undefined if it was spared
   */
  async kill(worker: ClusterNode): Promise<readonly string[] | undefined> {
    const inFlight = await this.stand(worker);
    if (inFlight === undefined) return undefined;
    for (const { process } of inFlight) this.gone.add(process);
    const from = performance.now();
    const pid = await worker.kill();
    this.losses.push({ how: 'killed', pid, from, until: performance.now() + AFTERMATH_MS });
    this.kills += 1;
    return inFlight.map(({ day }) => day);
  }

  /**
   * Halts a worker for so long that others may get its days, then continues it, unless it is spared.
   * @param lasts gets its days in flight; the halt ends when this resolves
   * @returns whether it was halted
   */
  async halt(
    worker: ClusterNode,
    lasts: (days: readonly string[]) => Promise<unknown>,
  ): Promise<boolean> {
    const inFlight = await this.stand(worker);
    if (inFlight === undefined) return false;
    const { pid } = worker;
    const loss: RunnerLoss = { how: 'halted', pid, from: performance.now(), until: Infinity };
    this.losses.push(loss);
    this.counter.forget(pid);
    this.halts += 1;
    await lasts(inFlight.map(({ day }) => day));
    worker.continue();
    await sleep(AFTERMATH_MS);
    this.counter.remember(pid);
    loss.until = performance.now();
    return true;
  }

  /** Stops a worker. @returns its exit code */
  async stop(worker: ClusterNode): Promise<number | null> {
    const { pid } = worker;
    const from = performance.now();
    const code = await worker.stop();
    this.losses.push({ how: 'stopped', pid, from, until: performance.now() });
    return code;
  }

  async restartApi(node: ClusterNode, downMs: number): Promise<void> {
    await node.kill();
    this.apiKills += 1;
    await sleep(downMs);
    await node.start();
  }

  /** Cuts all connections to the database. @returns their number */
  async cut(): Promise<number> {
    return this.disturb('connections cut', () => {
      this.cuts += 1;
      return cutConnections(this.cluster.postgres);
    });
  }

  async stopDatabase(how: 'fast' | 'immediate', downMs: number): Promise<void> {
    const { postgres } = this.cluster;
    await this.disturb('database away', async () => {
      this.stops += 1;
      await postgres.stop(how);
      await sleep(downMs);
      await postgres.start();
    });
  }

  private disturb<T>(how: RunnerLoss['how'], work: () => Promise<T>): Promise<T> {
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
   * Halts a worker, unless its only day in flight was alone in flight at an earlier loss: such a day counts as the cause
   * and fails, which another test covers.
   * @returns its days in flight
   */
  private async stand(worker: ClusterNode): Promise<readonly RunningDay[] | undefined> {
    const { cluster, taskId } = this;
    await worker.halt();
    const running = await this.apart(() => readRunning(cluster.postgres.url(), taskId));
    const inFlight = running.filter(
      ({ process }) => process.startsWith(`${worker.name}/`) && !this.gone.has(process),
    );
    const [lone] = inFlight.length === 1 ? inFlight : [];
    if ((lone !== undefined && this.alone.has(lone.day)) || taskId !== this.taskId) {
      worker.continue();
      return undefined;
    }
    if (lone !== undefined) this.alone.add(lone.day);
    return inFlight;
  }
}
