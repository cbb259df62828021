// The checks of every poll of every node. Pure: polls go in, violations come out.
import { type BatchStatus } from '@daysync/progress';
import type { Progress } from '../wire.js';

/** An answer of a node, with times of one clock in milliseconds. */
export interface Poll {
  readonly node: string;
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly progress: Progress;
}

export interface PollViolation {
  readonly kind: 'sum' | 'percent' | 'went back' | 'state' | 'another picture' | 'behind';
  readonly expected: string;
  readonly received: string;
  readonly poll: Poll;
}

/** A time in which nodes may be further apart: the database is stopped, or nodes reconnect. */
export interface Excuse {
  readonly from: number;
  /** Infinity while it lasts. */
  until: number;
}

/** How far nodes may be apart, in milliseconds. */
export const MOST_BEHIND_MS = 500;

const MOVES: Readonly<Record<BatchStatus, readonly BatchStatus[]>> = {
  queued: ['running', 'paused', 'cancelling', 'failed'],
  running: ['paused', 'cancelling', 'completed', 'failed'],
  paused: ['queued', 'cancelling', 'failed'],
  cancelling: ['cancelled'],
  cancelled: [],
  completed: [],
  failed: [],
};

/** The progress of one batch that all nodes have shown so far. */
export class ObservedBatch {
  /** The longest time that a node was behind another, in milliseconds, from the other's answer to its own request. */
  worstBehindMs = 0;
  /** The same time with an excuse. */
  worstExcusedMs = 0;
  /** The longest time until a node showed what another one showed, including the time between polls. */
  worstCatchUpMs = 0;
  private readonly last = new Map<string, Progress>();
  private readonly pictures = new Map<number, Poll>();
  /** Those that had a higher `rev` than any before. */
  private readonly firsts: { readonly rev: number; readonly at: number }[] = [];
  /** How many of these each node has shown. */
  private readonly had = new Map<string, number>();
  /** The time of each node's start, if it started later. */
  private readonly upSince = new Map<string, number>();

  constructor(
    private readonly excuses: readonly Excuse[],
    private readonly mostBehindMs = MOST_BEHIND_MS,
  ) {}

  /** The highest `rev` that any node has shown. */
  get rev(): number {
    return this.firsts.at(-1)?.rev ?? 0;
  }

  get finished(): number {
    return Math.max(0, ...[...this.last.values()].map(({ finished }) => finished));
  }

  /** A node has started: it does not have to show what was shown before. */
  joined(node: string, at: number): void {
    this.upSince.set(node, at);
  }

  note(poll: Poll): PollViolation[] {
    const found = [
      ...checkSums(poll),
      ...this.checkForward(poll),
      ...this.checkPicture(poll),
      ...this.checkBehind(poll),
    ];
    this.last.set(poll.node, poll.progress);
    return found;
  }

  /** No counter goes back on a node, and its status changes only as possible. */
  private checkForward(poll: Poll): PollViolation[] {
    const { progress } = poll;
    const last = this.last.get(poll.node);
    if (last === undefined) return [];
    const found: PollViolation[] = [];
    for (const counter of ['rev', 'finished'] as const) {
      if (progress[counter] >= last[counter]) continue;
      const expected = `${counter} ≥ ${last[counter]}`;
      found.push({ kind: 'went back', expected, received: `${progress[counter]}`, poll });
    }
    if (!leadsTo(last.status, progress.status)) {
      const expected = `a state that ${last.status} leads to`;
      found.push({ kind: 'state', expected, received: progress.status, poll });
    }
    return found;
  }

  /** A `rev` is one committed state on every node. */
  private checkPicture(poll: Poll): PollViolation[] {
    const { rev } = poll.progress;
    const first = this.pictures.get(rev);
    if (first === undefined) {
      this.pictures.set(rev, poll);
      return [];
    }
    const [expected, received] = [pictureOf(first.progress), pictureOf(poll.progress)];
    return expected === received
      ? []
      : [{ kind: 'another picture', expected: `${expected}, as ${first.node}`, received, poll }];
  }

  private checkBehind(poll: Poll): PollViolation[] {
    const { askedAt, answeredAt, node, progress } = poll;
    const had = this.had.get(node) ?? 0;
    let has = had;
    while ((this.firsts[has]?.rev ?? Infinity) <= progress.rev) has += 1;
    this.had.set(node, has);
    const caughtUp = this.firsts[had];
    if (has > had && caughtUp !== undefined && this.excusedUntil(caughtUp.at) === undefined) {
      const since = Math.max(caughtUp.at, this.upSince.get(node) ?? 0);
      this.worstCatchUpMs = Math.max(this.worstCatchUpMs, answeredAt - since);
    }
    if (progress.rev > this.rev) {
      this.firsts.push({ rev: progress.rev, at: answeredAt });
      this.had.set(node, this.firsts.length);
    }
    const missing = this.firsts[has];
    if (missing === undefined || missing.rev <= progress.rev) return [];
    const excused = this.excusedUntil(missing.at, askedAt);
    if (excused !== undefined) {
      this.worstExcusedMs = Math.max(this.worstExcusedMs, askedAt - missing.at);
    }
    const behind = askedAt - Math.max(missing.at, excused ?? 0);
    if (excused === undefined) this.worstBehindMs = Math.max(this.worstBehindMs, behind);
    if (behind <= this.mostBehindMs) return [];
    const expected = `rev ≥ ${missing.rev}, shown elsewhere ${behind.toFixed(0)} ms before`;
    return [{ kind: 'behind', expected, received: `rev ${progress.rev}`, poll }];
  }

  /** The end of the last excuse between two times. */
  private excusedUntil(from: number, until = from): number | undefined {
    const excuses = this.excuses.filter((excuse) => excuse.from <= until && excuse.until >= from);
    return excuses.length === 0 ? undefined : Math.max(...excuses.map((excuse) => excuse.until));
  }
}

/** Whether a batch can change from one state to another, directly or not. */
function leadsTo(from: BatchStatus, to: BatchStatus): boolean {
  const reached = new Set([from]);
  for (const status of reached) for (const next of MOVES[status]) reached.add(next);
  return reached.has(to);
}

function checkSums(poll: Poll): PollViolation[] {
  const { success, failed, skipped, finished, running, current, total, percent } = poll.progress;
  const received = JSON.stringify({ success, failed, skipped, finished, running, current, total });
  const sums: [boolean, string][] = [
    [success + failed + skipped === finished, 'success + failed + skipped = finished'],
    [finished + running === current, 'finished + running = current'],
    [current <= total, 'current ≤ total'],
  ];
  const found: PollViolation[] = sums
    .filter(([holds]) => !holds)
    .map(([, expected]) => ({ kind: 'sum', expected, received, poll }));
  const right = current === total ? 100 : Math.min(99, Math.round((100 * current) / total));
  if (percent !== right) {
    found.push({ kind: 'percent', expected: `${right}`, received: `${percent}`, poll });
  }
  return found;
}

function pictureOf(progress: Progress): string {
  const { rev, status, success, failed, skipped, running, current_date } = progress;
  return `rev ${rev}: ${status}, ${success}/${failed}/${skipped}, ${running} running, ${current_date ?? 'no day'}`;
}
