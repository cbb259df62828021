// A folder whose synced days are verified and repaired over many lives of the process. After each life, its database is
// checked: every day is as before, or whole.
import { statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { change, queryRow, queryRows } from '../database-queries.js';
import { startDaysync, type StartOptions } from '../daysync-process.js';
import { farFromNow, scratchFolder, type DatasetYaml } from '../scratch.js';
import { countRows } from '../target-table.js';
import { compare, violation, type Violation } from './invariants.js';
import {
  daysOf,
  fingerprintOf,
  JSON_DAY_COLUMNS,
  JsonDays,
  textOf,
  type RowsByDay,
} from './json-days.js';
import { Life } from './life.js';
import type { Random } from './random.js';

const DAY_MS = 86_400_000;
const POLL_MS = 5;
/** The others come at any time, also while it starts. */
const IN_THE_MIDST = 0.8;
/** Three times the promised limit. */
const MUST_GO_ON_MS = 6_000;
const ROWS_A_DAY = 3;
const CONCURRENCY = 3;
const DELAY_MS = 10;
/** So many further kills may be needed until one comes in the midst of a batch. */
const MOST_FURTHER_KILLS = 10;

/** What a batch has to find for a day: how many of its rows have another value, by the side that was changed. */
type Difference = 'SOURCE_CHANGED' | 'TARGET_CHANGED';

export class VerifyRun {
  readonly violations: Violation[] = [];
  kills = 0;
  /** Those that came when some days were done, and others not. */
  midway = 0;
  batches = 0;
  /** Days that were fetched again after a kill. */
  repeats = 0;
  /** The target, and the rows that the records are about, when the batch began. */
  private targetBefore: RowsByDay = new Map();
  private recordedBefore: RowsByDay = new Map();
  private differences = new Map<string, Difference>();
  private done = new Set<string>();
  private taskId: string | undefined;

  private constructor(
    private readonly folder: string,
    private readonly starts: 'by request' | 'by schedule',
    private readonly source: JsonDays,
    private readonly cron: string,
    private readonly dueAt: number,
    private readonly random: Random,
  ) {}

  /** Syncs all days. `by schedule`, they are verified by their ages, and else by a request. */
  static async open(
    starts: 'by request' | 'by schedule',
    count: number,
    random: Random,
  ): Promise<VerifyRun> {
    const folder = await scratchFolder();
    const cron = farFromNow();
    const [minute = 0, hour = 0] = cron.split(' ').map(Number);
    const today = new Date().setUTCHours(hour, minute, 0, 0);
    const dueAt = today > Date.now() ? today - DAY_MS : today;
    const days = JsonDays.before(dueAt, count);
    const source = new JsonDays({ folder, days, rowsADay: ROWS_A_DAY, delayMs: DELAY_MS });
    const run = new VerifyRun(folder, starts, source, cron, dueAt, random);
    const daysync = await startDaysync(run.options);
    await daysync.sync(source.range);
    await daysync.stop();
    source.calls.readNew();
    return run;
  }

  /**
   * Kills the process at random moments while it verifies and repairs, and then lets it end the last batch. At least one
   * of the kills has to come when some days are done, and others not.
   */
  async killAtRandom(kills: number, latestMs: number): Promise<void> {
    const isEnough = (): boolean =>
      this.kills >= kills && (this.midway > 0 || this.kills >= kills + MOST_FURTHER_KILLS);
    for (; !isEnough() && this.violations.length === 0; this.kills += 1) {
      if (this.taskId === undefined) await this.begin();
      const life = await Life.launch(CONCURRENCY, this.options);
      const midst = this.random.chance(IN_THE_MIDST);
      if ((await this.goOn(life)) && midst) await this.nextCall();
      await sleep(this.random.between(0, latestMs));
      await life.kill(this.database);
      await this.inspect(life.daysync.pid);
    }
    if (this.violations.length > 0) return;
    if (this.taskId === undefined) await this.begin();
    const life = await Life.launch(CONCURRENCY, this.options);
    await this.goOn(life);
    await life.daysync.ended(this.taskId ?? '');
    await life.daysync.stop();
    await this.inspect(life.daysync.pid);
    this.found(compare('outcomes', `${this.source.days.length} days`, `${this.done.size} days`));
    const rows = await countRows(this.database, 'rows');
    this.found(compare('target', `${this.source.days.length * ROWS_A_DAY}`, `${rows}`));
  }

  /** Changes some days of the source, and others of the target by hand. */
  private async begin(): Promise<void> {
    this.recordedBefore = this.source.now;
    this.differences = new Map();
    for (const day of this.source.days) {
      if (this.random.chance(0.3)) {
        this.source.change(day, `${this.batches}`);
        this.differences.set(day, 'SOURCE_CHANGED');
      } else if (this.random.chance(0.2)) {
        await change(this.database, `update rows set city = 'by hand' where sync_day = '${day}'`);
        this.differences.set(day, 'TARGET_CHANGED');
      }
    }
    this.targetBefore = await this.target();
    this.done = new Set();
    if (this.starts === 'by request') return;
    const at = new Date(this.dueAt - DAY_MS).toISOString();
    await change(
      this.database,
      `update dataset_schedule
        set decided_until = '${at}', covered_until = '${at}', rechecked_until = '${at}'`,
    );
  }

  /** Starts the batch, or finds the one that the schedule has started. @returns whether the process lives */
  private async goOn(life: Life): Promise<boolean> {
    if (!(await life.answers())) return false;
    if (this.taskId === undefined && this.starts === 'by request') {
      const body = { ...this.source.range, mode: 'verify' };
      const batch = await life.ask(() => life.daysync.startBatch(body));
      this.taskId = batch?.task_id;
      return batch !== undefined;
    }
    while (this.taskId === undefined) {
      await sleep(POLL_MS);
      this.taskId = await this.openBatch();
    }
    return true;
  }

  private async nextCall(): Promise<void> {
    const size = (): number =>
      statSync(this.source.calls.file, { throwIfNoEntry: false })?.size ?? 0;
    const before = size();
    const until = performance.now() + MUST_GO_ON_MS;
    while (size() === before && performance.now() < until) await sleep(1);
  }

  private async inspect(pid: number | undefined): Promise<void> {
    this.taskId ??= await this.openBatch();
    const taskId = this.taskId ?? '';
    const calls = this.source.calls.readNew();
    const source = this.source.now;
    for (const call of calls) {
      if (call.pid !== pid) this.found([violation('calls', `process ${pid ?? 0}`, `${call.pid}`)]);
      if (!this.done.has(call.day)) continue;
      this.found([violation('done day done again', `${call.day} to be left alone`, 'a fetch')]);
    }
    const [target, records, days] = await Promise.all([
      this.target(),
      queryRows(this.database, 'select * from sync_record'),
      queryRows(this.database, `select * from batch_day where batch_id = '${taskId}'`),
    ]);
    const states = new Map(days.map((row) => [String(row['day']), row]));
    for (const record of records) {
      const day = String(record['day']);
      const state = states.get(day)?.['state'];
      const isDone = state === 'success' || state === 'skipped';
      if (isDone) this.done.add(day);
      else if (this.done.has(day)) {
        this.found([violation('day lost', `${day} with its outcome`, String(state))]);
      }
      const expected = isDone ? source : this.targetBefore;
      this.found(compare('half a day', textOf(day, expected), textOf(day, target)));
      const recorded = isDone ? source : this.recordedBefore;
      this.found(
        compare(
          'half a day',
          `${day}: success, ${fingerprintOf(recorded, day)} of ${ROWS_A_DAY}`,
          `${day}: ${String(record['status'])}, ${String(record['fingerprint'])} of ${String(record['synced_rows'])}`,
        ),
      );
      if (isDone) this.checkOutcome(day, String(states.get(day)?.['reason']), record['finding']);
    }
    const sql = `select status from batch where batch_id = '${taskId}'`;
    const { status } = await queryRow(this.database, sql);
    this.repeats += calls.filter(({ day }) => !this.done.has(day)).length;
    if (status !== 'completed') {
      if (this.done.size > 0) this.midway += 1;
      return;
    }
    this.batches += 1;
    this.taskId = undefined;
  }

  private checkOutcome(day: string, reason: string, finding: unknown): void {
    const difference = this.differences.get(day);
    const found =
      difference === undefined
        ? 'unchanged, null'
        : `null, ${JSON.stringify({ code: difference, added: 0, removed: 0, changed: ROWS_A_DAY, repaired: true })}`;
    this.found(compare('outcomes', `${day}: ${found}`, `${day}: ${reason}, ${String(finding)}`));
  }

  /** The batch that verifies now, once it is stored. */
  private async openBatch(): Promise<string | undefined> {
    const sql = 'select batch_id from batch where verify is not null order by seq';
    const batch = (await queryRows(this.database, sql))[this.batches];
    return batch === undefined ? undefined : String(batch['batch_id']);
  }

  private async target(): Promise<RowsByDay> {
    return daysOf(await queryRows(this.database, 'select sync_day, n, city from rows'));
  }

  private get options(): StartOptions {
    const { cron, folder, source, starts } = this;
    const recheck_days = source.days.map((_, index) => index + 1);
    const rechecks = starts === 'by request' ? {} : { recheck_days };
    const dataset: DatasetYaml = {
      name: 'rows',
      source: source.source,
      target: { table: 'rows', columns: JSON_DAY_COLUMNS, key: ['n'] },
      time_zone: 'UTC',
      concurrency: CONCURRENCY,
      schedule: { cron, lookback_days: 1, ...rechecks },
    };
    return { folder, datasets: [dataset] };
  }

  private get database(): string {
    return path.join(this.folder, 'data', 'daysync.db');
  }

  private found(violations: readonly Violation[]): void {
    this.violations.push(...violations);
  }
}
