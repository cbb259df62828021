// One folder of Daysync over many lives of its process, and what is known of it. After each life, and after each
// batch, it looks at the database and at the calls of the source and holds both against the invariants.
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { scratchFolder } from '../scratch.js';
import { dumpTable } from '../target-table.js';
import type { DateRange, Progress } from '../wire.js';
import { CallLog, type Call } from './call-log.js';
import {
  EMPTY_DATABASE,
  readBatchDays,
  readDatabase,
  readInFlight,
  readLeftBehind,
  type DatabaseState,
  type StoredBatch,
  type StoredDay,
} from './database-state.js';
import {
  checkEnd,
  checkLook,
  compare,
  NOTHING_SHOWN,
  openCalls,
  violation,
  type Shown,
  type UndisturbedRun,
  type Violation,
} from './invariants.js';
import { Life } from './life.js';
import { countedStrikes, TABLE } from './undisturbed-run.js';

const POLL_MS = 10;
const MOST_VIOLATIONS = 20;

export interface CrashRunOptions {
  readonly range: DateRange;
  readonly undisturbed: UndisturbedRun;
  /** Holds back the days from this one on, until `holdFrom` says otherwise. */
  readonly heldFrom?: string;
}

export class CrashRun {
  kills = 0;
  batches = 0;
  /** Of all kills, the most days that were in flight at one and were fetched again. */
  mostRepeats = 0;
  readonly resumedMs: number[] = [];
  readonly violations: Violation[] = [];
  /** The last look at the database. */
  state: DatabaseState = EMPTY_DATABASE;
  /** The batch that runs; undefined before its start, and once its end was checked. */
  taskId: string | undefined;

  private shown: Shown = NOTHING_SHOWN;
  private targetBefore: DatabaseState['target'] = new Map();
  private knownBatches = 0;
  private starting = false;
  private fetches = 0;
  private repeats = 0;
  private readonly calls: CallLog;
  /** The days of each batch that has ended. */
  private readonly ended = new Map<string, readonly StoredDay[]>();
  /** Days that were alone in flight at a kill. */
  private readonly alone = new Set<string>();

  private constructor(
    readonly folder: string,
    private readonly options: CrashRunOptions,
  ) {
    this.calls = new CallLog(path.join(folder, 'calls.txt'));
  }

  static async open(options: CrashRunOptions): Promise<CrashRun> {
    const run = new CrashRun(await scratchFolder(), options);
    if (options.heldFrom !== undefined) run.holdFrom(options.heldFrom);
    return run;
  }

  get databaseFile(): string {
    return path.join(this.folder, 'data', 'daysync.db');
  }

  /**
   * Starts the program on the folder, and waits for nothing.
   * @param options `killAt`: the fault point at which it kills itself, such as `step:after_commit@3`; `edition`: another
   * one makes it another dataset
   */
  launch(
    concurrency: number,
    { killAt, ...source }: { killAt?: string; edition?: number } = {},
  ): Promise<Life> {
    const gate = this.options.heldFrom === undefined ? {} : { gate: this.gate };
    const dataset = countedStrikes({ calls: this.calls.file, ...gate, ...source }, { concurrency });
    return Life.launch(concurrency, {
      folder: this.folder,
      datasets: [dataset],
      env: killAt === undefined ? {} : { DAYSYNC_FAULT: `${killAt}=kill` },
    });
  }

  /** Asks for a batch. Undefined if the program died over it: then the next look tells whether it is there. */
  async start(life: Life, mode = 'all'): Promise<Progress | undefined> {
    this.starting = true;
    const progress = await life.ask(() => life.daysync.startBatch({ ...this.options.range, mode }));
    if (progress === undefined) return undefined;
    this.begun(progress.task_id);
    life.wentOn = true;
    return progress;
  }

  /** One poll. Undefined if the program died over it. */
  async poll(life: Life): Promise<Progress | undefined> {
    const { taskId } = this;
    if (taskId === undefined) throw new Error('expected a batch to poll, got none');
    const progress = await life.ask(() => life.daysync.progress(taskId));
    if (progress !== undefined) this.note(life, progress);
    return progress;
  }

  /** Polls until something is so, or the batch has ended. Undefined if the program died before. */
  async follow(
    life: Life,
    until: (progress: Progress) => boolean = () => false,
  ): Promise<Progress | undefined> {
    for (;;) {
      const progress = await this.poll(life);
      if (progress?.finished_at !== null || until(progress)) return progress;
      await sleep(POLL_MS);
    }
  }

  /** Pauses, resumes or cancels. Undefined if the program died over it. */
  async control(life: Life, verb: string): Promise<Progress | undefined> {
    const answer = await life.ask(() =>
      life.daysync.api(`sync/batch/${this.taskId ?? ''}/${verb}`, { method: 'POST' }),
    );
    if (answer === undefined) return undefined;
    const { data } = answer.body as { readonly data?: Progress };
    if (data === undefined) throw new Error(`expected ${verb}, got ${JSON.stringify(answer.body)}`);
    this.note(life, data);
    return data;
  }

  /** Has the API show every day: what it shows now can't be otherwise later. */
  async showDays(life: Life): Promise<void> {
    const { taskId } = this;
    if (taskId === undefined) return;
    const days = await life.ask(() => life.daysync.days(taskId));
    if (days === undefined) return;
    this.shown = {
      ...this.shown,
      days: days.filter(({ state }) => ['success', 'failed', 'skipped'].includes(state)),
    };
  }

  /** Waits for the end of a process that is killed, and looks at what it left. */
  async died(life: Life): Promise<void> {
    const killed = await life.killed();
    if (!killed)
      this.found(violation('kill', 'a kill at the fault point', 'a program that ran on'));
    this.kills += 1;
    const last = this.state;
    const calls = this.look(life, readLeftBehind(this.databaseFile, TABLE));
    if (this.batchIn(this.state)?.rev !== this.batchIn(last)?.rev) this.noteAlone();
    const open = openCalls({ now: this.state, calls });
    this.repeats += open.length;
    this.mostRepeats = Math.max(this.mostRepeats, open.length);
  }

  /**
   * What the process has in flight, as it stands still; undefined where that can't be read this instant. What an
   * earlier process left is not in flight, as long as this one has committed nothing.
   */
  inFlight(): readonly string[] | undefined {
    if (this.taskId === undefined) return [];
    const found = readInFlight(this.databaseFile, this.taskId);
    if (found === undefined) return undefined;
    return found.rev === this.batchIn(this.state)?.rev ? [] : found.days;
  }

  wasAlone(day: string): boolean {
    return this.alone.has(day);
  }

  /** Checks the batch that has completed: it must have ended as the undisturbed run did. */
  async checkEnd(life: Life): Promise<void> {
    const { taskId } = this;
    if (taskId === undefined) throw new Error('expected a batch that has ended, got none');
    const days = await life.ask(() => life.daysync.days(taskId));
    if (days === undefined) return;
    this.checkEndedAs(life, 'completed');
    this.found(
      ...checkEnd(days, this.options.undisturbed),
      ...compare('calls', `${days.length + this.repeats} fetches`, `${this.fetches} fetches`),
      ...(await this.checkTarget()),
    );
  }

  /** Checks a batch that has ended in its own way. */
  checkEndedAs(life: Life, status: string): void {
    this.look(life, readDatabase(this.databaseFile, TABLE));
    const last = this.state.batches.at(-1);
    this.found(...compare('outcomes', status, last?.status ?? 'no batch'));
    if (last !== undefined) this.ended.set(last.taskId, this.state.days);
    this.batches += 1;
    this.taskId = undefined;
    life.wentOn = true;
  }

  /** Checks that every batch that has ended still has its days as they were at its end. */
  checkEarlier(): void {
    for (const [taskId, days] of this.ended) {
      const now = readBatchDays(this.databaseFile, taskId);
      if (!isDeepStrictEqual(now, days)) {
        this.found(violation('day lost', `batch ${taskId} as it ended`, 'other days'));
      }
    }
  }

  /** The batches that have ended may be gone at the next look: they are older than `HISTORY_DAYS`. */
  forgets(): void {
    this.knownBatches = 0;
    this.ended.clear();
  }

  /** Whether every row of every day is there, and no other. */
  async checkTarget(): Promise<Violation[]> {
    return (await dumpTable(this.databaseFile, TABLE)) === this.options.undisturbed.dump
      ? []
      : [violation('target', 'the text of the undisturbed run', 'another')];
  }

  /** The source answers the days before this one, and no other. */
  holdFrom(day: string): void {
    const next = `${this.gate}.next`;
    writeFileSync(next, day);
    renameSync(next, this.gate);
  }

  private get gate(): string {
    return path.join(this.folder, 'held-from');
  }

  /** Holds what is durable now against what was, what was shown, and what the source was asked for. */
  private look(life: Life, now: DatabaseState): Call[] {
    const calls = this.calls.readNew();
    this.adopt(now);
    this.found(
      ...checkLook({
        before: this.state,
        now,
        shown: this.shown,
        calls,
        pid: life.daysync.pid,
        concurrency: life.concurrency,
        stopping: life.stopping,
        targetBefore: this.targetBefore,
        undisturbed: this.options.undisturbed,
      }),
    );
    this.fetches += calls.length;
    this.state = now;
    this.shown = NOTHING_SHOWN;
    return calls;
  }

  /** A start that was not answered may have led to a batch: then that is the one that runs. */
  private adopt(now: DatabaseState): void {
    const last = now.batches.at(-1);
    const isNew = now.batches.length > this.knownBatches;
    if (isNew && this.starting && last !== undefined) this.begun(last.taskId);
    this.starting = false;
    this.found(
      ...compare('half a batch', `${this.knownBatches} batches`, `${now.batches.length} batches`),
    );
  }

  private found(...violations: readonly Violation[]): void {
    // One that is wrong with every day would be told thousands of times.
    this.violations.push(...violations.slice(0, MOST_VIOLATIONS - this.violations.length));
  }

  private begun(taskId: string): void {
    this.starting = false;
    this.taskId = taskId;
    this.knownBatches += 1;
    // Another batch: the outcomes and the claims of the last one bind it no more.
    this.targetBefore = this.state.target;
    this.state = { ...this.state, days: [] };
    this.shown = NOTHING_SHOWN;
    this.fetches = 0;
    this.repeats = 0;
    this.alone.clear();
  }

  /** What a poll shows is no less than what was durable when the process began, and than what was shown before. */
  private note(life: Life, { rev, finished }: Progress): void {
    const last = this.batchIn(this.state);
    for (const [name, value, least] of [
      ['rev', rev, Math.max(this.shown.rev, last?.rev ?? 0)],
      ['finished', finished, Math.max(this.shown.finished, last?.finished ?? 0)],
    ] as const) {
      if (value >= least) continue;
      this.found(violation('went back', `${name} ≥ ${least}`, `${value}`));
    }
    this.shown = { ...this.shown, rev, finished };
    const resumedMs = last !== undefined && finished > last.finished ? life.resumed() : undefined;
    if (resumedMs !== undefined) this.resumedMs.push(resumedMs);
  }

  /** A day that was alone in flight at a kill must not be so at another one: see the random kills. */
  private noteAlone(): void {
    const inFlight = this.state.days.filter(({ state }) => state === 'running');
    const [alone] = inFlight;
    if (alone !== undefined && inFlight.length === 1) this.alone.add(alone.day);
  }

  private batchIn({ batches }: DatabaseState): StoredBatch | undefined {
    return batches.find(({ taskId }) => taskId === this.taskId);
  }
}
