// A target outside Daysync's own database whose days are replaced over many lives of the process, while others read it.
// What is in the target is not fetched again.
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartOptions } from '../daysync-process.js';
import {
  POINTS_ELSEWHERE,
  readTargetRows,
  targetElsewhere,
  type KindElsewhere,
  type ScratchTarget,
} from '../elsewhere.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';
import { CONCURRENCY, DaysRun, type RowsOfDays, type LeftDay } from './days-run.js';
import { compare, violation } from './invariants.js';
import { daysOf, JSON_DAY_COLUMNS, JsonDays, textOf, type RowsByDay } from './json-days.js';
import { daysInFlight, type Life } from './life.js';
import type { Random } from './random.js';

const DAYS = 60;
const ROWS_A_DAY = 50;
const POLL_MS = 10;
const READ_EVERY_MS = 20;
/** So often a life passes a point before it dies there. Days of the last kill come first, each alone. */
const PASSES = [CONCURRENCY + 1, CONCURRENCY + 10] as const;
const LATEST_MS = 600;
const NOTHING: RowsByDay = new Map();

export class ElsewhereRun extends DaysRun {
  /** Kills at a point of the protocol: each has its turn. */
  atPoints = 0;
  /** How often a kill left a day in the target without its outcome. */
  unfinished = 0;
  /** How often the target was read while the program wrote it, or died. */
  reads = 0;
  protected readonly mode = 'all';
  /** The first one synced all days. */
  protected readonly selectBatches = 'select batch_id from batch order by seq limit -1 offset 1';
  private before = NOTHING;
  /** The day without its outcome that was alone in flight at a kill: at the second time it would count as the cause. */
  private alone: string | undefined;

  private constructor(
    folder: string,
    private readonly kind: KindElsewhere,
    private readonly target: ScratchTarget,
    random: Random,
  ) {
    super(folder, JsonDays.before(Date.now(), DAYS), ROWS_A_DAY, random);
  }

  /** Syncs all days. @param makePostgres creates an empty database */
  static async open(
    kind: KindElsewhere,
    makePostgres: () => Promise<string>,
    random: Random,
  ): Promise<ElsewhereRun> {
    const folder = await scratchFolder();
    const target = await targetElsewhere(kind, folder, makePostgres);
    const run = new ElsewhereRun(folder, kind, target, random);
    await run.syncAll();
    return run;
  }

  /**
   * Kills the process at points of the protocol and at random moments, and then lets it end the last batch.
   * @param kills at least, and more while fewer than `atPoints` of them were at points: a batch can end before its point
   */
  async kill(kills: number, atPoints = 0): Promise<void> {
    const ended = new AbortController();
    // A DuckDB file can't be read while a process writes it.
    const readers = this.kind === 'duckdb' ? undefined : this.readUntil(ended.signal);
    while (this.violations.length === 0 && (this.kills < kills || this.atPoints < atPoints)) {
      await this.live();
      this.kills += 1;
    }
    if (this.violations.length === 0) await this.liveToTheEnd();
    ended.abort();
    await readers;
  }

  private async live(): Promise<void> {
    const isAtPoint = this.alone === undefined && this.kills % 2 === 0;
    const point = isAtPoint ? POINTS_ELSEWHERE[this.atPoints % POINTS_ELSEWHERE.length] : undefined;
    const passes = this.random.between(...PASSES);
    const life = await this.launch(point && { DAYSYNC_FAULT: `${point}@${passes}=kill` });
    await this.goOn(life);
    if (point !== undefined && (await this.diesBeforeTheEnd(life))) {
      this.atPoints += 1;
      const [day, ...others] = await daysInFlight(this.database);
      this.alone = others.length === 0 ? day : undefined;
    } else {
      await sleep(this.random.between(0, LATEST_MS));
      await life.kill(this.database);
    }
    await this.inspect(life.daysync.pid);
    this.unfinished += this.written.size;
    if (this.alone !== undefined && this.done.has(this.alone)) this.alone = undefined;
  }

  protected begin(): Promise<void> {
    this.before = this.source.now;
    for (const day of this.source.days) this.source.change(day, `batch ${this.batches}`);
    this.alone = undefined;
    return Promise.resolve();
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

  protected expectOf({ day, isDone, target }: LeftDay): RowsOfDays {
    const { before, written } = this;
    const { now } = this.source;
    const isWritten = !isDone && textOf(day, target) === textOf(day, now);
    if (isWritten) written.add(day);
    else written.delete(day);
    return { inTarget: isDone || isWritten ? now : before, recorded: isDone ? now : before };
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

  protected async readTarget(): Promise<RowsByDay> {
    return daysOf(await readTargetRows(this.dataset, this.target.env));
  }

  private get dataset(): DatasetYaml {
    return this.datasetWith({ target: { ...this.target.keys, columns: JSON_DAY_COLUMNS } });
  }

  protected get options(): StartOptions {
    return { folder: this.folder, datasets: [this.dataset], env: this.target.env };
  }
}
