// A folder whose synced days are synced or verified again over many lives of the process, each batch after a change of
// the source. After each life, every day is as before, or whole.
import path from 'node:path';
import { queryRow, queryRows } from '../database-queries.js';
import { startDaysync, type StartOptions } from '../daysync-process.js';
import type { DatasetYaml } from '../scratch.js';
import { compare, violation, type Violation } from './invariants.js';
import { fingerprintOf, JsonDays, textOf, type RowsByDay } from './json-days.js';
import { Life } from './life.js';
import type { Random } from './random.js';

export const CONCURRENCY = 3;
const DELAY_MS = 10;

type Row = Readonly<Record<string, unknown>>;

/** A day as a life has left it: with its outcome or not. */
export interface LeftDay {
  readonly day: string;
  readonly isDone: boolean;
  readonly target: RowsByDay;
  readonly reason: unknown;
  readonly record: Row;
}

/** What the target should have of a day, and which rows its record should be about. */
export interface RowsOfDays {
  readonly inTarget: RowsByDay;
  readonly recorded: RowsByDay;
}

export abstract class DaysRun {
  readonly violations: Violation[] = [];
  kills = 0;
  /** Those that came when some days were done, and others not. */
  midway = 0;
  batches = 0;
  /** Days that were fetched again after a kill. */
  repeats = 0;
  protected readonly done = new Set<string>();
  /** Days whose rows were in the target at a kill without their outcome. */
  protected readonly written = new Set<string>();
  protected taskId: string | undefined;
  protected readonly source: JsonDays;
  protected abstract readonly options: StartOptions;
  protected abstract readonly mode: string;
  /** Selects the batches of the run, in their order. */
  protected abstract readonly selectBatches: string;

  protected constructor(
    protected readonly folder: string,
    days: readonly string[],
    private readonly rowsADay: number,
    protected readonly random: Random,
  ) {
    this.source = new JsonDays({ folder, days, rowsADay, delayMs: DELAY_MS });
  }

  /** Changes the source before a batch. */
  protected abstract begin(): Promise<void>;
  protected abstract readTarget(): Promise<RowsByDay>;
  protected abstract expectOf(left: LeftDay): RowsOfDays;

  protected async syncAll(): Promise<void> {
    const daysync = await startDaysync(this.options);
    await daysync.sync(this.source.range);
    await daysync.stop();
    this.source.calls.readNew();
  }

  protected async launch(fault: Readonly<Record<string, string>> = {}): Promise<Life> {
    if (this.taskId === undefined) {
      await this.begin();
      this.done.clear();
      this.written.clear();
    }
    const { options } = this;
    return Life.launch(CONCURRENCY, { ...options, env: { ...options.env, ...fault } });
  }

  /** Starts the batch, unless it was started. @returns whether the process lives */
  protected async goOn(life: Life): Promise<boolean> {
    if (!(await life.answers())) return false;
    if (this.taskId !== undefined) return true;
    const body = { ...this.source.range, mode: this.mode };
    this.taskId = (await life.ask(() => life.daysync.startBatch(body)))?.task_id;
    return this.taskId !== undefined;
  }

  protected async liveToTheEnd(): Promise<void> {
    const life = await this.launch();
    await this.goOn(life);
    await life.daysync.ended(this.taskId ?? '');
    await life.daysync.stop();
    await this.inspect(life.daysync.pid);
    this.found(compare('outcomes', `${this.source.days.length} days`, `${this.done.size} days`));
  }

  /** Checks what the life of a process has left. */
  protected async inspect(pid: number): Promise<void> {
    this.taskId ??= await this.storedBatch();
    const taskId = this.taskId ?? '';
    const calls = this.source.calls.readNew();
    for (const call of calls) {
      if (call.pid !== pid) this.found([violation('calls', `process ${pid}`, `${call.pid}`)]);
      if (!this.done.has(call.day) && !this.written.has(call.day)) continue;
      this.found([violation('done day done again', `${call.day} to be left alone`, 'a fetch')]);
    }
    const [target, records, days] = await Promise.all([
      this.readTarget(),
      queryRows(this.database, 'select * from sync_record'),
      queryRows(this.database, `select * from batch_day where batch_id = '${taskId}'`),
    ]);
    const byDay = (rows: readonly Row[]): ReadonlyMap<string, Row> =>
      new Map(rows.map((row) => [String(row['day']), row]));
    const [recordOf, outcomeOf] = [byDay(records), byDay(days)];
    for (const day of this.source.days) {
      const { state, reason } = outcomeOf.get(day) ?? {};
      const record = recordOf.get(day) ?? {};
      const isDone = state === 'success' || state === 'skipped';
      if (isDone) this.done.add(day);
      else if (this.done.has(day)) {
        this.found([violation('day lost', `${day} with its outcome`, String(state))]);
      }
      const { inTarget, recorded } = this.expectOf({ day, isDone, target, reason, record });
      this.found(compare('half a day', textOf(day, inTarget), textOf(day, target)));
      this.found(
        compare(
          'half a day',
          `${day}: success, ${fingerprintOf(recorded, day)} of ${this.rowsADay}`,
          `${day}: ${String(record['status'])}, ${String(record['fingerprint'])} of ${String(record['synced_rows'])}`,
        ),
      );
    }
    this.repeats += calls.filter(({ day }) => !this.done.has(day)).length;
    if ((await this.status(taskId)) !== 'completed') {
      if (this.done.size > 0) this.midway += 1;
      return;
    }
    this.batches += 1;
    this.taskId = undefined;
  }

  protected async status(taskId: string): Promise<unknown> {
    const sql = `select status from batch where batch_id = '${taskId}'`;
    return (await queryRow(this.database, sql))['status'];
  }

  /** The batch that runs now, once it is stored: a process may not have lived to answer. */
  protected async storedBatch(): Promise<string | undefined> {
    const batch = (await queryRows(this.database, this.selectBatches))[this.batches];
    return batch === undefined ? undefined : String(batch['batch_id']);
  }

  protected datasetWith(keys: Partial<DatasetYaml> & Pick<DatasetYaml, 'target'>): DatasetYaml {
    const { source } = this.source;
    return { name: 'rows', source, time_zone: 'UTC', concurrency: CONCURRENCY, ...keys };
  }

  protected get database(): string {
    return path.join(this.folder, 'data', 'daysync.db');
  }

  protected found(violations: readonly Violation[]): void {
    this.violations.push(...violations);
  }
}
