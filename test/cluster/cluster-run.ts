// A cluster that runs one range repeatedly. It checks the database against the invariants, at the end of each batch
// also the requests to the source and the target, and every poll in between.
import { setTimeout as sleep } from 'node:timers/promises';
import { EMPTY_DATABASE, type DatabaseState } from '../crash/database-state.js';
import {
  checkDurable,
  checkEnd,
  compare,
  violation,
  type UndisturbedRun,
  type Violation,
} from '../crash/invariants.js';
import type { Random } from '../crash/random.js';
import { TABLE, undisturbedRun } from '../crash/undisturbed-run.js';
import type { Answer, DaysyncProcess } from '../daysync-process.js';
import type { DatasetYaml } from '../scratch.js';
import { JSON_TYPE } from '../token-program.js';
import type { BatchDay, DateRange, Progress, WirePage } from '../wire.js';
import { checkAsks, type Redelivery } from './asks.js';
import { Cluster } from './cluster.js';
import type { ClusterNode } from './cluster-node.js';
import { DayCounter } from './day-counter.js';
import { Disturbances } from './disturbances.js';
import {
  Observer,
  POLL_LIMITS,
  type BadAnswer,
  type BatchPoller,
  type PollLimits,
} from './observer.js';
import { readPostgres, type PostgresState } from './postgres-state.js';
import type { PollViolation } from './shown-progress.js';

/** A batch without progress for so long has stopped. */
const STANDS_STILL_MS = 90_000;
const MOST_VIOLATIONS = 20;
const MOST_OUTPUT = 2_000;
const ASK_AGAIN_MS = 50;

export interface ClusterRunOptions {
  readonly range: DateRange;
  readonly random: Random;
  readonly api: number;
  readonly workers: number;
  readonly concurrency: number;
  /** The duration of a day in the source, in milliseconds: from the first, below the second. */
  readonly dayMs: readonly [number, number];
  readonly others?: readonly DatasetYaml[];
  /** @default those of {@link POLL_LIMITS} */
  readonly limits?: PollLimits;
}

export type AnyViolation = Violation | PollViolation | BadAnswer;

export class ClusterRun {
  batches = 0;
  days = 0;
  readonly redeliveries: Redelivery[] = [];
  readonly observer: Observer;
  readonly disturbances: Disturbances;
  private readonly found: Violation[] = [];
  private watched: BatchPoller | undefined;
  private state: DatabaseState = EMPTY_DATABASE;
  private targetBefore: DatabaseState['target'] = new Map();

  private constructor(
    readonly cluster: Cluster,
    readonly counter: DayCounter,
    /** The same range in one process on SQLite. */
    readonly undisturbed: UndisturbedRun,
    private readonly options: ClusterRunOptions,
  ) {
    this.observer = new Observer(cluster.api, options.random, options.limits ?? POLL_LIMITS);
    this.disturbances = new Disturbances(cluster, counter, this.observer);
  }

  static async open(options: ClusterRunOptions): Promise<ClusterRun> {
    const { random, dayMs, concurrency, api, workers, others = [] } = options;
    const counter = await DayCounter.start(() => random.between(...dayMs));
    const datasets = [counter.dataset({ concurrency }), ...others];
    const [cluster, undisturbed] = await Promise.all([
      Cluster.start({ api, workers, datasets }),
      undisturbedRun(options.range),
    ]);
    return new ClusterRun(cluster, counter, undisturbed, options);
  }

  get violations(): readonly AnyViolation[] {
    const deaths = this.cluster.deaths.map(({ node, code, output }) =>
      violation(
        'death',
        `${node} to run on`,
        `exit code ${code ?? 'none'}: ${output.slice(-MOST_OUTPUT)}`,
      ),
    );
    const overlaps = this.counter.overlaps.map(({ day, pids }) =>
      violation('two runners', `one process inside ${day}`, pids.join(' and ')),
    );
    return [...this.found, ...this.observer.violations, ...deaths, ...overlaps].slice(
      0,
      MOST_VIOLATIONS,
    );
  }

  get watch(): BatchPoller {
    if (this.watched === undefined) throw new Error('expected a batch that runs, got none');
    return this.watched;
  }

  /**
   * Starts a batch at an API node, exactly once over all retries, and polls it at all nodes from then on.
   * @param nodes one of them is asked
   */
  async start(nodes: readonly ClusterNode[] = this.cluster.api): Promise<Progress> {
    const request = {
      method: 'POST',
      headers: { ...JSON_TYPE, 'idempotency-key': `"batch-${this.batches}"` },
      body: JSON.stringify({ ...this.options.range, dataset: TABLE, mode: 'all' }),
    };
    // Its days may be requested before the answer arrives.
    this.counter.begin();
    const answer = await this.ask(202, (daysync) => daysync.api('sync/batch', request), nodes);
    const { data: progress } = answer.body as { readonly data: Progress };
    this.targetBefore = this.state.target;
    this.state = { ...this.state, days: [] };
    this.disturbances.begin(progress.task_id);
    this.watched = this.observer.watch(progress.task_id);
    return progress;
  }

  async inspect({ shown }: BatchPoller = this.watch): Promise<PostgresState> {
    // Read first: what was shown has to be durable, and later changes do not matter.
    const { rev, finished } = shown;
    const { cluster, disturbances, targetBefore, undisturbed } = this;
    const now = await disturbances.apart(() => readPostgres(cluster.postgres.url(), TABLE));
    const shownBefore = { rev, finished, days: [] };
    const snapshot = { before: this.state, now, shown: shownBefore, targetBefore, undisturbed };
    this.note(...checkDurable(snapshot));
    if (now.running > 1) this.note(violation('outcomes', 'one batch to run', `${now.running}`));
    this.state = now;
    return now;
  }

  /** Waits for the end of the batch at all nodes, and checks everything about it. */
  async end(): Promise<void> {
    const { watch } = this;
    const ended = await this.comesToItsEnd(watch);
    await watch.stop();
    this.watched = undefined;
    if (!ended) return;
    const { taskId } = watch;
    const answer = await this.ask(200, (daysync) => daysync.api(`sync/batch/${taskId}/days`));
    const { data } = answer.body as { readonly data: WirePage<BatchDay> };
    this.checkUnchanged(taskId, await this.inspect(watch));
    this.note(...checkEnd(data.items, this.undisturbed));
    this.batches += 1;
    this.days += data.items.length;
  }

  private checkUnchanged(
    taskId: string,
    { batches, days, deadlocks, dump, records }: PostgresState,
  ): void {
    const last = batches.at(-1);
    const ended = `${last?.taskId ?? 'no batch'} ${last?.status ?? ''}`;
    const { losses } = this.disturbances;
    const { redeliveries, violations } = checkAsks(this.counter.asks, days, losses);
    this.redeliveries.push(...redeliveries);
    const ours = [...records].filter(([, { lastTaskId }]) => lastTaskId === taskId);
    this.note(
      ...compare('outcomes', `${taskId} completed`, ended),
      ...compare('deadlock', '0 deadlocks', `${deadlocks} deadlocks`),
      ...compare('half a day', `${days.length} records`, `${ours.length} records`),
      ...ours.flatMap(([day, { attempts }]) =>
        compare('attempts', `${day}: 1`, `${day}: ${attempts}`),
      ),
      ...violations,
    );
    if (dump === this.undisturbed.dump) return;
    this.note(violation('target', 'the text of the undisturbed run', 'another'));
  }

  /** Waits while the batch makes progress. @returns whether it ended */
  private async comesToItsEnd(watch: BatchPoller): Promise<boolean> {
    const hasEnded = ({ finished_at }: Progress): boolean => finished_at !== null;
    for (;;) {
      const { rev } = watch.shown;
      if (await watch.until(hasEnded, { everywhere: true, withinMs: STANDS_STILL_MS })) return true;
      if (watch.shown.rev > rev) continue;
      this.note(violation('resumed', `within ${STANDS_STILL_MS} ms`, `nothing after rev ${rev}`));
      return false;
    }
  }

  /** Asks one API node after another until one answers as expected, because nodes are killed and the database stops. */
  private async ask(
    status: number,
    call: (daysync: DaysyncProcess) => Promise<Answer>,
    nodes = this.cluster.api,
  ): Promise<Answer> {
    const latest = performance.now() + STANDS_STILL_MS;
    for (;;) {
      const up = nodes.filter(({ isUp }) => isUp);
      const answer = await this.options.random.oneOf(up)?.ask(call);
      if (answer?.status === status) return answer;
      if (performance.now() > latest || (answer !== undefined && answer.status < 500)) {
        throw new Error(`expected ${status}, got ${answer?.status ?? 'no answer'}`);
      }
      await sleep(ASK_AGAIN_MS);
    }
  }

  private note(...violations: readonly Violation[]): void {
    // An error of every day would be reported thousands of times.
    this.found.push(...violations.slice(0, MOST_VIOLATIONS - this.found.length));
  }
}
