// Polls every API node for one batch by one clock, and checks each answer.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../crash/random.js';
import type { Answer, DaysyncProcess } from '../daysync-process.js';
import type { Progress } from '../wire.js';
import type { ClusterNode } from './cluster-node.js';
import {
  MOST_BEHIND_MS,
  ObservedBatch,
  type Excuse,
  type PollViolation,
} from './shown-progress.js';

const PERIOD_MS = [40, 80] as const;
/** In milliseconds. */
export interface PollLimits {
  /** How far nodes may be apart. */
  readonly behind: number;
  readonly answer: number;
  /** How long nodes may be further apart after the database has started, or connections were cut. */
  readonly catchUp: number;
  /** The time between two polls of a node, from and to. @default 40 to 80 ms */
  readonly everyMs?: readonly [number, number];
}
export const POLL_LIMITS: PollLimits = { behind: MOST_BEHIND_MS, answer: 5_000, catchUp: 5_000 };

/** A node answered without a progress. */
export interface BadAnswer {
  readonly kind: 'answer';
  readonly expected: string;
  readonly received: string;
  readonly node: string;
}

export class Observer {
  readonly violations: (PollViolation | BadAnswer)[] = [];
  polls = 0;
  /** Answers without a progress while the database was stopped or starting. */
  unanswered = 0;
  worstBehindMs = 0;
  worstExcusedMs = 0;
  worstCatchUpMs = 0;
  private readonly excuses: Excuse[] = [];

  constructor(
    private readonly nodes: readonly ClusterNode[],
    private readonly random: Random,
    readonly limits: PollLimits,
  ) {}

  /** Nodes may be further apart while `work` disturbs the database, and a while after. */
  async excused<T>(work: () => Promise<T>): Promise<T> {
    const excuse: Excuse = { from: performance.now(), until: Infinity };
    this.excuses.push(excuse);
    try {
      return await work();
    } finally {
      excuse.until = performance.now() + this.limits.catchUp;
    }
  }

  watch(taskId: string): BatchPoller {
    return new BatchPoller(taskId, this.nodes, this, this.random, this.excuses);
  }

  get isExcused(): boolean {
    const now = performance.now();
    return this.excuses.some(({ until }) => until >= now);
  }
}

export class BatchPoller {
  readonly shown: ObservedBatch;
  readonly last = new Map<string, Progress>();
  private isOver = false;
  private readonly polling: Promise<unknown>;

  constructor(
    readonly taskId: string,
    private readonly nodes: readonly ClusterNode[],
    private readonly observer: Observer,
    private readonly random: Random,
    excuses: readonly Excuse[],
  ) {
    this.shown = new ObservedBatch(excuses, observer.limits.behind);
    this.polling = Promise.all(nodes.map((node) => this.pollNode(node)));
  }

  /** Waits until some node, or every node that is up, shows a state. @returns false after the time limit */
  async until(
    is: (progress: Progress) => boolean,
    { everywhere = false, withinMs }: { everywhere?: boolean; withinMs: number },
  ): Promise<boolean> {
    const latest = performance.now() + withinMs;
    for (;;) {
      const up = this.nodes.filter(({ isUp }) => isUp).map(({ name }) => this.last.get(name));
      const showing = up.filter((progress) => progress !== undefined && is(progress));
      if (everywhere ? showing.length === up.length && up.length > 0 : showing.length > 0)
        return true;
      if (performance.now() > latest) return false;
      await sleep(PERIOD_MS[0] / 2);
    }
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.polling;
    const { observer, shown } = this;
    observer.worstBehindMs = Math.max(observer.worstBehindMs, shown.worstBehindMs);
    observer.worstExcusedMs = Math.max(observer.worstExcusedMs, shown.worstExcusedMs);
    observer.worstCatchUpMs = Math.max(observer.worstCatchUpMs, shown.worstCatchUpMs);
  }

  private async pollNode(node: ClusterNode): Promise<void> {
    while (!this.isOver) {
      if (node.upSince !== undefined) {
        this.shown.joined(node.name, node.upSince);
        await this.poll(node);
      }
      await sleep(this.random.between(...(this.observer.limits.everyMs ?? PERIOD_MS)));
    }
  }

  private async poll(node: ClusterNode): Promise<void> {
    const askedAt = performance.now();
    const wasExcused = this.observer.isExcused;
    const answer = await node.ask((daysync) => this.ask(daysync));
    const answeredAt = performance.now();
    // The process ended meanwhile.
    if (answer === undefined) return;
    this.observer.polls += 1;
    if (answer.status !== 200) {
      if (wasExcused && answer.status >= 500) {
        this.observer.unanswered += 1;
        return;
      }
      const received = `${answer.status} after ${(answeredAt - askedAt).toFixed(0)} ms: ${JSON.stringify(answer.body)}`;
      const bad = { kind: 'answer', expected: '200', received, node: node.name } as const;
      this.observer.violations.push(bad);
      return;
    }
    const { data: progress } = answer.body as { readonly data: Progress };
    this.last.set(node.name, progress);
    const poll = { node: node.name, askedAt, answeredAt, progress };
    this.observer.violations.push(...this.shown.note(poll));
  }

  private async ask(daysync: DaysyncProcess): Promise<Answer> {
    const { answer } = this.observer.limits;
    const { signal } =
      answer === Infinity ? new AbortController() : { signal: AbortSignal.timeout(answer) };
    const path = `sync/batch/progress/${this.taskId}`;
    try {
      return await daysync.api(path, { signal });
    } catch (error) {
      // Like the timeout of a proxy.
      if (signal.aborted) return { status: 504, headers: new Headers(), body: 'no answer' };
      throw error;
    }
  }
}
