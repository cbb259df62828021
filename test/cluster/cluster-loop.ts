// Runs batches on a cluster and disturbs it, until the number of killed workers is reached and the last batch has
// ended.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../crash/random.js';
import type { ClusterNode } from './cluster-node.js';
import type { ClusterRun } from './cluster-run.js';

/** Between two disturbances, in milliseconds. */
const BETWEEN_MS = [300, 3_000] as const;
const RESTART_MS = [0, 2_000] as const;
const AWAY_MS = [1_000, 5_000] as const;
const LONG_AWAY_MS = 30_000;
/** Longer than a lease lasts. */
const HALT_MS = 20_000;
/** Every so many disturbances the database stops; one of those stops is long. */
const STOP_EVERY = 10;
const LONG_STOP = 2;
const CUT_EVERY = 5;
const API_KILL = 0.08;
const HALT = 0.08;
/** At least two, because rows of a synced day must be replaced, not added to. */
const LEAST_BATCHES = 2;

export interface DisturbOptions {
  readonly kills: number;
  readonly random: Random;
  /** Gets a text about each disturbance. */
  readonly report: (line: string) => void;
}

/** Ends early at the first violation. */
export async function disturbAtRandom(run: ClusterRun, options: DisturbOptions): Promise<void> {
  const loop = new Loop(run, options);
  const disturbing = loop.disturb();
  await Promise.all([disturbing, loop.drive()]);
}

class Loop {
  private isDisturbed = true;
  private disturbances = 0;
  /** The workers that are halted or being restarted. */
  private readonly away = new Set<Promise<void>>();
  private readonly busy = new Set<ClusterNode>();

  constructor(
    private readonly run: ClusterRun,
    private readonly options: DisturbOptions,
  ) {}

  private get goesOn(): boolean {
    return this.run.violations.length === 0;
  }

  /** Runs batches until there were enough. */
  async drive(): Promise<void> {
    const { run } = this;
    while (this.goesOn && (this.isDisturbed || run.batches < LEAST_BATCHES)) {
      await run.start();
      await run.end();
      this.options.report(`batch ${run.batches} has ended`);
    }
  }

  async disturb(): Promise<void> {
    const { kills, random } = this.options;
    const { disturbances } = this.run;
    try {
      while (disturbances.kills < kills && this.goesOn) {
        await sleep(random.between(...BETWEEN_MS));
        this.disturbances += 1;
        const done = await this.disturbOnce();
        if (done !== undefined)
          this.options.report(`${disturbances.kills}/${kills} kills: ${done}`);
      }
      await Promise.all(this.away);
    } finally {
      this.isDisturbed = false;
    }
  }

  /** @returns a text about the disturbance, if there was one */
  private async disturbOnce(): Promise<string | undefined> {
    const { random } = this.options;
    if (this.disturbances % STOP_EVERY === 0) return this.stopDatabase();
    if (this.disturbances % CUT_EVERY === 0) return this.cut();
    if (random.chance(API_KILL)) return this.restartApi();
    const worker = random.oneOf(this.run.cluster.workers.filter((node) => !this.busy.has(node)));
    if (worker === undefined) return undefined;
    return random.chance(HALT) ? this.halt(worker) : this.kill(worker);
  }

  private async kill(worker: ClusterNode): Promise<string | undefined> {
    const days = await this.run.disturbances.kill(worker);
    if (days === undefined) return undefined;
    const downMs = this.options.random.between(...RESTART_MS);
    this.inBackground(worker, async () => {
      await sleep(downMs);
      await worker.start();
    });
    return `${worker.name} killed with ${days.join(' ') || 'nothing'} in flight, started again after ${downMs} ms`;
  }

  private halt(worker: ClusterNode): string {
    this.inBackground(worker, async () => {
      const stood = await this.run.disturbances.halt(worker, () => sleep(HALT_MS));
      this.options.report(`${worker.name} ${stood ? 'has continued' : 'was spared'}`);
    });
    return `${worker.name} is halted for ${HALT_MS} ms`;
  }

  private async restartApi(): Promise<string> {
    const { random } = this.options;
    const node = random.oneOf(this.run.cluster.api);
    if (node === undefined) throw new Error('expected an API node, got none');
    const downMs = random.between(...RESTART_MS);
    await this.run.disturbances.restartApi(node, downMs);
    return `${node.name} killed and started again after ${downMs} ms`;
  }

  private async cut(): Promise<string> {
    await this.booted();
    return `${await this.run.disturbances.cut()} connections cut`;
  }

  private async stopDatabase(): Promise<string> {
    const { random } = this.options;
    await this.booted();
    const { disturbances } = this.run;
    const how = random.oneOf<'fast' | 'immediate'>(['fast', 'immediate']);
    const downMs = disturbances.stops + 1 === LONG_STOP ? LONG_AWAY_MS : random.between(...AWAY_MS);
    await disturbances.stopDatabase(how, downMs);
    return `the database stopped (${how}) for ${downMs} ms`;
  }

  /** The boot without a database has its own tests. */
  private async booted(): Promise<void> {
    await Promise.all(this.away);
  }

  private inBackground(worker: ClusterNode, work: () => Promise<void>): void {
    this.busy.add(worker);
    const done = work().finally(() => {
      this.busy.delete(worker);
      this.away.delete(done);
    });
    this.away.add(done);
  }
}
