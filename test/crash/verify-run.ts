// A folder whose synced days are verified and repaired over many lives of the process.
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { change, queryRows } from '../database-queries.js';
import type { StartOptions } from '../daysync-process.js';
import { farFromNow, scratchFolder } from '../scratch.js';
import { countRows } from '../target-table.js';
import { DaysRun, type RowsOfDays, type LeftDay } from './days-run.js';
import { compare } from './invariants.js';
import { daysOf, JSON_DAY_COLUMNS, JsonDays, type RowsByDay } from './json-days.js';
import type { Life } from './life.js';
import type { Random } from './random.js';

const DAY_MS = 86_400_000;
const POLL_MS = 5;
/** The others come at any time, also while it starts. */
const IN_THE_MIDST = 0.8;
/** Three times the promised limit. */
const MUST_GO_ON_MS = 6_000;
const ROWS_A_DAY = 3;
/** So many further kills may be needed until one comes in the midst of a batch. */
const MOST_FURTHER_KILLS = 10;

/** What a batch has to find for a day: how many of its rows have another value, by the side that was changed. */
type Difference = 'SOURCE_CHANGED' | 'TARGET_CHANGED';

export class VerifyRun extends DaysRun {
  protected readonly mode = 'verify';
  protected readonly selectBatches =
    'select batch_id from batch where verify is not null order by seq';
  /** The target, and the rows that the records are about, when the batch began. */
  private before: RowsOfDays = { inTarget: new Map(), recorded: new Map() };
  private differences = new Map<string, Difference>();

  private constructor(
    folder: string,
    private readonly starts: 'by request' | 'by schedule',
    days: readonly string[],
    private readonly cron: string,
    private readonly dueAt: number,
    random: Random,
  ) {
    super(folder, days, ROWS_A_DAY, random);
  }

  /** Syncs all days. `by schedule`, they are verified by their ages, and else by a request. */
  static async open(
    starts: 'by request' | 'by schedule',
    count: number,
    random: Random,
  ): Promise<VerifyRun> {
    const cron = farFromNow();
    const [minute = 0, hour = 0] = cron.split(' ').map(Number);
    const today = new Date().setUTCHours(hour, minute, 0, 0);
    const dueAt = today > Date.now() ? today - DAY_MS : today;
    const days = JsonDays.before(dueAt, count);
    const run = new VerifyRun(await scratchFolder(), starts, days, cron, dueAt, random);
    await run.syncAll();
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
      const life = await this.launch();
      const midst = this.random.chance(IN_THE_MIDST);
      if ((await this.goOn(life)) && midst) await this.nextCall();
      await sleep(this.random.between(0, latestMs));
      await life.kill(this.database);
      await this.inspect(life.daysync.pid);
    }
    if (this.violations.length > 0) return;
    await this.liveToTheEnd();
    const rows = await countRows(this.database, 'rows');
    this.found(compare('target', `${this.source.days.length * ROWS_A_DAY}`, `${rows}`));
  }

  /** Changes some days of the source, and others of the target by hand. */
  protected async begin(): Promise<void> {
    const recorded = this.source.now;
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
    this.before = { inTarget: await this.readTarget(), recorded };
    if (this.starts === 'by request') return;
    const at = new Date(this.dueAt - DAY_MS).toISOString();
    await change(
      this.database,
      `update dataset_schedule
        set decided_until = '${at}', covered_until = '${at}', rechecked_until = '${at}'`,
    );
  }

  /** Starts the batch, or finds the one that the schedule has started. */
  protected override async goOn(life: Life): Promise<boolean> {
    if (this.starts === 'by request') return super.goOn(life);
    if (!(await life.answers())) return false;
    for (; this.taskId === undefined; this.taskId = await this.storedBatch()) await sleep(POLL_MS);
    return true;
  }

  private async nextCall(): Promise<void> {
    const size = (): number =>
      statSync(this.source.calls.file, { throwIfNoEntry: false })?.size ?? 0;
    const before = size();
    const until = performance.now() + MUST_GO_ON_MS;
    while (size() === before && performance.now() < until) await sleep(1);
  }

  protected expectOf({ day, isDone, reason, record }: LeftDay): RowsOfDays {
    if (!isDone) return this.before;
    const code = this.differences.get(day);
    const counts = { added: 0, removed: 0, changed: ROWS_A_DAY, repaired: true };
    const found =
      code === undefined ? 'unchanged, null' : `null, ${JSON.stringify({ code, ...counts })}`;
    const received = `${String(reason)}, ${String(record['finding'])}`;
    this.found(compare('outcomes', `${day}: ${found}`, `${day}: ${received}`));
    return { inTarget: this.source.now, recorded: this.source.now };
  }

  protected async readTarget(): Promise<RowsByDay> {
    return daysOf(await queryRows(this.database, 'select sync_day, n, city from rows'));
  }

  protected get options(): StartOptions {
    const { cron, folder, source, starts } = this;
    const recheck_days = source.days.map((_, index) => index + 1);
    const rechecks = starts === 'by request' ? {} : { recheck_days };
    const dataset = this.datasetWith({
      target: { table: 'rows', columns: JSON_DAY_COLUMNS, key: ['n'] },
      schedule: { cron, lookback_days: 1, ...rechecks },
    });
    return { folder, datasets: [dataset] };
  }
}
