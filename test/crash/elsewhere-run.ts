// A target outside Daysync's own database whose days are replaced over many lives of the process, while others read it.
// After each life, every day is as before, or whole, and what is in the target is not fetched again.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { queryRow, queryRows } from '../database-queries.js';
import { startDaysync, type StartOptions } from '../daysync-process.js';
import {
  POINTS_ELSEWHERE,
  readTargetRows,
  targetElsewhere,
  type KindElsewhere,
  type ScratchTarget,
} from '../elsewhere.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';
import { compare, violation, type Violation } from './invariants.js';
import {
  daysOf,
  fingerprintOf,
  JSON_DAY_COLUMNS,
  JsonDays,
  textOf,
  type RowsByDay,
} from './json-days.js';
import { daysInFlight, Life } from './life.js';
import type { Random } from './random.js';

const DAYS = 60;
const ROWS_A_DAY = 50;
const DELAY_MS = 10;
const CONCURRENCY = 3;
const POLL_MS = 10;
const READ_EVERY_MS = 20;
/** So often a life passes a point before it dies there. Days of the last kill come first, each alone. */
const PASSES = [CONCURRENCY + 1, CONCURRENCY + 10] as const;
const LATEST_MS = 600;
const NOTHING: RowsByDay = new Map();

export class ElsewhereRun {
  readonly violations: Violation[] = [];
  kills = 0;
  /** Those at a point of the protocol: each has its turn. */
  atPoints = 0;
  /** Those that came when some days were done, and others not. */
  midway = 0;
  batches = 0;
  /** How often a kill left a day in the target without its outcome. */
  unfinished = 0;
  /** How often the target was read while the program wrote it, or died. */
  reads = 0;
  private before: RowsByDay;
  private done = new Set<string>();
  /** Days of the batch whose rows were in the target at a kill. */
  private written = new Set<string>();
  private taskId: string | undefined;
  /** The day without its outcome that was alone in flight at a kill: at the second time it would count as the cause. */
  private alone: string | undefined;

  private constructor(
    private readonly folder: string,
    private readonly source: JsonDays,
    private readonly kind: KindElsewhere,
    private readonly target: ScratchTarget,
    private readonly random: Random,
  ) {
    this.before = source.now;
  }

  /** Syncs all days. @param makePostgres creates an empty database */
  static async open(
    kind: KindElsewhere,
    makePostgres: () => Promise<string>,
    random: Random,
  ): Promise<ElsewhereRun> {
    const folder = await scratchFolder();
    const days = JsonDays.before(Date.now(), DAYS);
    const source = new JsonDays({ folder, days, rowsADay: ROWS_A_DAY, delayMs: DELAY_MS });
    const target = await targetElsewhere(kind, folder, makePostgres);
    const run = new ElsewhereRun(folder, source, kind, target, random);
    const daysync = await startDaysync(run.options);
    await daysync.sync(source.range);
    await daysync.stop();
    source.calls.readNew();
    return run;
  }

  /** Kills the process at points of the protocol and at random moments, and then lets it end the last batch. */
  async kill(kills: number): Promise<void> {
    const ended = new AbortController();
    // A DuckDB file can't be read while a process writes it.
    const readers = this.kind === 'duckdb' ? undefined : this.readUntil(ended.signal);
    for (; this.kills < kills && this.violations.length === 0; this.kills += 1) await this.live();
    if (this.violations.length === 0) await this.liveToTheEnd();
    ended.abort();
    await readers;
  }

  private async live(): Promise<void> {
    if (this.taskId === undefined) this.begin();
    const isAtPoint = this.alone === undefined && this.kills % 2 === 0;
    const point = isAtPoint ? POINTS_ELSEWHERE[this.atPoints % POINTS_ELSEWHERE.length] : undefined;
    const life = await this.launch(point && `${point}@${this.random.between(...PASSES)}`);
    await this.goOn(life);
    if (point !== undefined && (await this.diesBeforeTheEnd(life))) {
      this.atPoints += 1;
      const [day, ...others] = await daysInFlight(this.database);
      this.alone = others.length === 0 ? day : undefined;
    } else {
      await sleep(this.random.between(0, LATEST_MS));
      await life.kill(this.database);
    }
    await this.inspect();
  }

  private async liveToTheEnd(): Promise<void> {
    if (this.taskId === undefined) this.begin();
    const life = await this.launch(undefined);
    await this.goOn(life);
    await life.daysync.ended(this.taskId ?? '');
    await life.daysync.stop();
    await this.inspect();
    this.found(compare('outcomes', `${DAYS} days`, `${this.done.size} days`));
  }

  private launch(point: string | undefined): Promise<Life> {
    const { options } = this;
    const env = { ...options.env, ...(point !== undefined && { DAYSYNC_FAULT: `${point}=kill` }) };
    return Life.launch(CONCURRENCY, { ...options, env });
  }

  private begin(): void {
    this.before = this.source.now;
    for (const day of this.source.days) this.source.change(day, `batch ${this.batches}`);
    this.done = new Set();
    this.written = new Set();
    this.alone = undefined;
  }

  private async goOn(life: Life): Promise<void> {
    if (!(await life.answers()) || this.taskId !== undefined) return;
    const body = { ...this.source.range, mode: 'all' };
    this.taskId = (await life.ask(() => life.daysync.startBatch(body)))?.task_id;
  }

  /** Whether the process dies, rather than the batch ending before its point is reached. */
  private async diesBeforeTheEnd(life: Life): Promise<boolean> {
    const { taskId } = this;
    const died = life.daysync.died().then(() => true);
    // Without an answer to the start, it is dying.
    if (taskId === undefined) return died;
    while ((await this.status(taskId)) !== 'completed') {
      if (await Promise.race([died, sleep(POLL_MS, false)])) return true;
    }
    return false;
  }

  private async inspect(): Promise<void> {
    this.taskId ??= await this.storedBatch();
    const taskId = this.taskId ?? '';
    for (const { day } of this.source.calls.readNew()) {
      if (!this.done.has(day) && !this.written.has(day)) continue;
      this.found([violation('done day done again', `${day} to be left alone`, 'a fetch')]);
    }
    const [target, records, days] = await Promise.all([
      this.readTarget(),
      queryRows(this.database, 'select * from sync_record'),
      queryRows(this.database, `select day, state from batch_day where batch_id = '${taskId}'`),
    ]);
    const now = this.source.now;
    const states = new Map(days.map((row) => [String(row['day']), row['state']]));
    const recorded = new Map(records.map((row) => [String(row['day']), row]));
    this.written = new Set();
    for (const day of this.source.days) {
      const isDone = states.get(day) === 'success';
      if (isDone) this.done.add(day);
      else if (this.done.has(day)) {
        this.found([violation('day lost', `${day} with its outcome`, String(states.get(day)))]);
      }
      const isWritten = textOf(day, target) === textOf(day, now);
      const expected = isDone || isWritten ? now : this.before;
      this.found(compare('half a day', textOf(day, expected), textOf(day, target)));
      if (isWritten && !isDone) this.written.add(day);
      const record = recorded.get(day);
      this.found(
        compare(
          'outcomes',
          `${day}: success, ${fingerprintOf(isDone ? now : this.before, day)} of ${ROWS_A_DAY}`,
          `${day}: ${String(record?.['status'])}, ${String(record?.['fingerprint'])} of ${String(record?.['synced_rows'])}`,
        ),
      );
    }
    this.unfinished += this.written.size;
    if (this.alone !== undefined && this.done.has(this.alone)) this.alone = undefined;
    if ((await this.status(taskId)) !== 'completed') {
      if (this.done.size > 0) this.midway += 1;
      return;
    }
    this.batches += 1;
    this.taskId = undefined;
  }

  /** Reads the target again and again: each day is always there, and never in part. */
  private async readUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const target = await this.readTarget().catch((error: unknown) => {
        this.found([violation('half a day', 'a target that can be read', String(error))]);
        return NOTHING;
      });
      this.reads += 1;
      for (const day of this.source.days) {
        const rows = target.get(day) ?? [];
        const values = new Set(rows.map(([, city]) => city));
        this.found(
          compare(
            'half a day',
            `${day} with ${ROWS_A_DAY} rows of 1 write for a reader`,
            `${day} with ${rows.length} rows of ${values.size} write for a reader`,
          ),
        );
      }
      await sleep(READ_EVERY_MS);
    }
  }

  private async readTarget(): Promise<RowsByDay> {
    return daysOf(await readTargetRows(this.dataset, this.target.env));
  }

  private async status(taskId: string): Promise<unknown> {
    const sql = `select status from batch where batch_id = '${taskId}'`;
    return (await queryRow(this.database, sql))['status'];
  }

  /** The batch that a process has stored, but did not live to answer. */
  private async storedBatch(): Promise<string | undefined> {
    const batches = await queryRows(this.database, 'select batch_id from batch order by seq');
    // The first one synced all days.
    const batch = batches[this.batches + 1];
    return batch === undefined ? undefined : String(batch['batch_id']);
  }

  private get dataset(): DatasetYaml {
    return {
      name: 'rows',
      source: this.source.source,
      target: { ...this.target.keys, columns: JSON_DAY_COLUMNS },
      time_zone: 'UTC',
      concurrency: CONCURRENCY,
    };
  }

  private get options(): StartOptions {
    return { folder: this.folder, datasets: [this.dataset], env: this.target.env };
  }

  private get database(): string {
    return path.join(this.folder, 'data', 'daysync.db');
  }

  private found(violations: readonly Violation[]): void {
    this.violations.push(...violations);
  }
}
