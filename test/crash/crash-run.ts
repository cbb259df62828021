// One folder of Daysync over many lives of its process. After each life and each batch, it checks the database and the
// calls of the source against the invariants.
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
  checkSnapshot,
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
  /** The source blocks from this day on, until `blockFrom` changes that. */
  readonly blockedFrom?: string;
}

export class CrashRun {
  kills = 0;
  batches = 0;
  /** The maximum number of days that were fetched again after one kill. */
  mostRepeats = 0;
  readonly resumedMs: number[] = [];
  readonly violations: Violation[] = [];
  state: DatabaseState = EMPTY_DATABASE;
  /** The running batch; undefined before its start and after the check of its end. */
  taskId: string | undefined;

  private shown: Shown = NOTHING_SHOWN;
  private targetBefore: DatabaseState['target'] = new Map();
  private checkedBatches = 0;
  private starting = false;
  private fetches = 0;
  private repeats = 0;
  private readonly calls: CallLog;
  private readonly ended = new Map<string, readonly StoredDay[]>();
  /** Days that were the only one in flight at a kill. */
  private readonly alone = new Set<string>();

  private constructor(
    readonly folder: string,
    private readonly options: CrashRunOptions,
  ) {
    this.calls = new CallLog(path.join(folder, 'calls.txt'));
  }

  static async open(options: CrashRunOptions): Promise<CrashRun> {
    const run = new CrashRun(await scratchFolder(), options);
    if (options.blockedFrom !== undefined) run.blockFrom(options.blockedFrom);
    return run;
  }

  get databaseFile(): string {
    return path.join(this.folder, 'data', 'daysync.db');
  }

  /**
   * Starts the program on the folder, without waiting.
   * @param options `killAt`: the fault point at which it kills itself, such as `step:after_commit@3`; `edition`: another
   * value makes the dataset another one
   */
  launch(
    concurrency: number,
    { killAt, ...source }: { killAt?: string; edition?: number } = {},
  ): Promise<Life> {
    const gate = this.options.blockedFrom === undefined ? {} : { gate: this.gate };
    const dataset = countedStrikes({ calls: this.calls.file, ...gate, ...source }, { concurrency });
    return Life.launch(concurrency, {
      folder: this.folder,
      datasets: [dataset],
      env: killAt === undefined ? {} : { DAYSYNC_FAULT: `${killAt}=kill` },
    });
  }

  /** Starts the program, waits for its first answer, and starts a batch unless one is open. */
  async launchBatch(...args: Parameters<CrashRun['launch']>): Promise<Life> {
    const life = await this.launch(...args);
    if ((await life.answers()) && this.taskId === undefined) await this.start(life);
    return life;
  }

  /** A last life of the program, in which the batch ends like the undisturbed run. */
  async liveToTheEnd(concurrency: number): Promise<void> {
    const life = await this.launchBatch(concurrency);
    await this.follow(life);
    await this.checkEnd(life);
    await life.daysync.stop();
  }

  /** Runs the open days of a batch that has ended, in another one. @returns what is wrong at its end */
  async runMissing(life: Life): Promise<readonly Violation[]> {
    await this.start(life, 'missing');
    await this.follow(life);
    this.checkEndedAs(life, 'completed');
    await life.daysync.stop();
    return [...this.violations, ...(await this.checkTarget())];
  }

  /** Starts a batch. Undefined if the program died meanwhile: the next check finds the batch if it exists. */
  async start(life: Life, mode = 'all'): Promise<Progress | undefined> {
    this.starting = true;
    const progress = await life.ask(() => life.daysync.startBatch({ ...this.options.range, mode }));
    if (progress === undefined) return undefined;
    this.begun(progress.task_id);
    life.wentOn = true;
    return progress;
  }

  /** One poll. Undefined if the program died meanwhile. */
  async poll(life: Life): Promise<Progress | undefined> {
    const { taskId } = this;
    if (taskId === undefined) throw new Error('expected a batch to poll, got none');
    const progress = await life.ask(() => life.daysync.progress(taskId));
    if (progress !== undefined) this.note(life, progress);
    return progress;
  }

  /** Polls until a condition is true or the batch has ended. Undefined if the program died before. */
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

  /** Pauses, resumes or cancels. Undefined if the program died meanwhile. */
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

  /** Reads every day from the API: outcomes that it shows must not change later. */
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

  /** Waits for a kill, and checks what the process left. */
  async died(life: Life): Promise<void> {
    const killed = await life.killed();
    if (!killed)
      this.found(violation('kill', 'a kill at the fault point', 'a program that ran on'));
    this.kills += 1;
    const last = this.state;
    const calls = this.inspect(life, readLeftBehind(this.databaseFile, TABLE));
    if (this.batchIn(this.state)?.rev !== this.batchIn(last)?.rev) this.noteAlone();
    const open = openCalls({ now: this.state, calls });
    this.repeats += open.length;
    this.mostRepeats = Math.max(this.mostRepeats, open.length);
  }

  /**
   * The days in flight of a halted process; undefined if they can't be read now. Days of an earlier process do not count
   * until this one has committed something.
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

  /** Checks a completed batch: it must have ended like the undisturbed run. */
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

  /** Checks a batch that has ended with another status. */
  checkEndedAs(life: Life, status: string): void {
    this.inspect(life, readDatabase(this.databaseFile, TABLE));
    const last = this.state.batches.at(-1);
    this.found(...compare('outcomes', status, last?.status ?? 'no batch'));
    if (last !== undefined) this.ended.set(last.taskId, this.state.days);
    this.batches += 1;
    this.taskId = undefined;
    life.wentOn = true;
  }

  /** Checks that the days of every ended batch are unchanged. */
  checkEarlier(): void {
    for (const [taskId, days] of this.ended) {
      const now = readBatchDays(this.databaseFile, taskId);
      if (!isDeepStrictEqual(now, days)) {
        this.found(violation('day lost', `batch ${taskId} as it ended`, 'other days'));
      }
    }
  }

  /** Ended batches may be deleted from now on, because they are older than `HISTORY_DAYS`. */
  forgets(): void {
    this.checkedBatches = 0;
    this.ended.clear();
  }

  /** Checks that the target has every row of every day, and no other. */
  async checkTarget(): Promise<Violation[]> {
    return (await dumpTable(this.databaseFile, TABLE)) === this.options.undisturbed.dump
      ? []
      : [violation('target', 'the text of the undisturbed run', 'another')];
  }

  /** The source answers the days before this one, and no other. */
  blockFrom(day: string): void {
    const next = `${this.gate}.next`;
    writeFileSync(next, day);
    renameSync(next, this.gate);
  }

  private get gate(): string {
    return path.join(this.folder, 'blocked-from');
  }

  /** Checks the database against its last state, the answers of the API and the calls of the source. */
  private inspect(life: Life, now: DatabaseState): Call[] {
    const calls = this.calls.readNew();
    this.adopt(now);
    this.found(
      ...checkSnapshot({
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

  /** A start without an answer may have created a batch, which then is the running one. */
  private adopt(now: DatabaseState): void {
    const last = now.batches.at(-1);
    const isNew = now.batches.length > this.checkedBatches;
    if (isNew && this.starting && last !== undefined) this.begun(last.taskId);
    this.starting = false;
    this.found(
      ...compare('half a batch', `${this.checkedBatches} batches`, `${now.batches.length} batches`),
    );
  }

  private found(...violations: readonly Violation[]): void {
    // An error of every day would be reported thousands of times.
    this.violations.push(...violations.slice(0, MOST_VIOLATIONS - this.violations.length));
  }

  private begun(taskId: string): void {
    this.starting = false;
    this.taskId = taskId;
    this.checkedBatches += 1;
    // The outcomes and claims of the last batch do not concern a new one.
    this.targetBefore = this.state.target;
    this.state = { ...this.state, days: [] };
    this.shown = NOTHING_SHOWN;
    this.fetches = 0;
    this.repeats = 0;
    this.alone.clear();
  }

  /** A poll shows no less than was durable when the process began, and than earlier polls showed. */
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

  /** A day must not be alone in flight at two kills: see crash-loop.ts. */
  private noteAlone(): void {
    const inFlight = this.state.days.filter(({ state }) => state === 'running');
    const [alone] = inFlight;
    if (alone !== undefined && inFlight.length === 1) this.alone.add(alone.day);
  }

  private batchIn({ batches }: DatabaseState): StoredBatch | undefined {
    return batches.find(({ taskId }) => taskId === this.taskId);
  }
}
