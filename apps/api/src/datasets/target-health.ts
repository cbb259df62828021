import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { Database } from '../database/database.js';
import { LOGGER } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { TargetUnavailableError } from '../targets/day-target.js';
import { OpenTargets } from '../targets/open-targets.js';
import { rememberPlace } from '../targets/target-place.js';
import { TargetRefusedError } from '../targets/target-rows.js';
import { readTargetState } from '../targets/target-version.js';
import type { WithTarget } from '../targets/target.js';

const CHECK_MS = 30_000;

type Dataset = WithTarget & { readonly name: string };

/** Whether a target elsewhere could be reached when it was last asked. */
export interface Health {
  readonly checkedAt: string;
  /** Why it could not be reached; null if it could. */
  readonly error: { readonly code: string; readonly text: string } | null;
}

/** Asks the targets elsewhere whether they are there. A table that was dropped there makes its days missing here. */
@Injectable()
export class TargetHealth {
  private readonly stopping = new AbortController();
  private readonly known = new Map<string, Health>();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly open: OpenTargets,
    metrics: Metrics,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {
    metrics.addReader(() => {
      metrics.targetUp.reset();
      for (const [dataset, { error }] of this.known) {
        metrics.targetUp.set({ dataset }, error === null ? 1 : 0);
      }
    });
  }

  /** @param datasets those of the datasets file, as it is at each check */
  start(datasets: () => readonly Dataset[]): void {
    this.loop = this.run(datasets);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** Null for a table of Daysync's own database, and for a target that was not asked yet. */
  of({ name, target }: Dataset): Health | null {
    return target.place === undefined ? null : (this.known.get(name) ?? null);
  }

  /** Asks all targets, side by side. It never throws. */
  async checkAll(datasets: readonly Dataset[]): Promise<void> {
    const elsewhere = datasets.filter(({ target }) => target.place !== undefined);
    const names = new Set(elsewhere.map(({ name }) => name));
    for (const name of this.known.keys()) if (!names.has(name)) this.known.delete(name);
    await Promise.all(elsewhere.map((dataset) => this.check(dataset)));
  }

  private async check(dataset: Dataset): Promise<void> {
    const checkedAt = toInstant(this.clock.now());
    const error = await this.failureOf(dataset);
    if (error !== null && this.known.get(dataset.name)?.error == null) {
      this.logger.warn({ dataset: dataset.name, error }, '目标暂不可用');
    }
    this.known.set(dataset.name, { checkedAt, error });
  }

  private async failureOf(dataset: Dataset): Promise<Health['error']> {
    try {
      await this.askKey(dataset);
      return null;
    } catch (error) {
      if (error instanceof TargetUnavailableError) return { code: error.code, text: error.message };
      if (error instanceof TargetRefusedError)
        return { code: 'TARGET_REFUSED', text: error.message };
      this.logger.warn({ dataset: dataset.name, err: error }, 'a target was not checked');
      return { code: 'INTERNAL', text: 'an unexpected error: see the log' };
    }
  }

  private async askKey(dataset: Dataset): Promise<void> {
    const { name, target } = dataset;
    const { dialect, read } = this.database;
    // Before the target is asked: a lane may prepare it meanwhile, and store a newer key.
    const { key: before } = await readTargetState(read, dialect, dataset);
    const key = await this.open.use(target, (open) => open.readKey());
    if (key === before) return;
    await this.database.write('targets', ({ db }) => rememberPlace(db, name, target, key, before));
  }

  private async run(datasets: () => readonly Dataset[]): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.checkAll(datasets());
      await sleep(CHECK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
