import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { takeTurn } from '../config/slices.js';
import { Database } from '../database/database.js';
import type { DatasetScheduleRow } from '../database/schema.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { nextTimes } from '../datasets/file/schedule.js';
import { NEXT_RUNS, type ScheduleRunDto, type ScheduleDto } from './schedule.dto.js';

/** The state of a schedule; its last batch is null once that was deleted. */
type ReadRow = Omit<DatasetScheduleRow, 'cron' | 'time_zone' | 'covered_until' | 'rechecked_until'>;

/** Shows the schedules. */
@Injectable()
export class ShownSchedules {
  constructor(
    private readonly catalog: DatasetCatalog,
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The schedules by the names of their datasets.
   * @param names of these datasets alone; of all by default
   */
  async byDataset(names?: readonly string[]): Promise<ReadonlyMap<string, ScheduleDto>> {
    const rows = new Map((await this.readRows()).map((row) => [row.dataset, row]));
    const shown = new Map<string, ScheduleDto>();
    for (const { name, schedule } of this.catalog.list()) {
      if (schedule === null || names?.includes(name) === false) continue;
      await takeTurn();
      const row = rows.get(name);
      // With a clock that was set back, decided times are not shown as next.
      const decidedUntil = row === undefined ? -Infinity : Date.parse(row.decided_until);
      const after = Math.max(this.clock.now(), decidedUntil);
      shown.set(name, {
        cron: schedule.cron,
        time_zone: schedule.timeZone,
        lookback_days: schedule.lookbackDays,
        recheck_days: schedule.recheckDays,
        mode: schedule.mode,
        next_runs: isPaused(row) ? [] : nextTimes(schedule, after, NEXT_RUNS).map(toInstant),
        last_run: row === undefined ? null : lastRun(row),
        paused: isPaused(row) ? { at: row.paused_at, by: row.paused_by } : null,
      });
    }
    return shown;
  }

  private readRows(): Promise<ReadRow[]> {
    return this.database.read
      .selectFrom('dataset_schedule')
      .leftJoin('batch', 'batch.batch_id', 'dataset_schedule.last_batch_id')
      .select(['dataset_schedule.dataset', 'decided_until', 'last_due_at', 'last_at'])
      .select(['last_outcome', 'batch.batch_id as last_batch_id', 'paused_at', 'paused_by'])
      .execute();
  }
}

function isPaused(row: ReadRow | undefined): row is ReadRow & { readonly paused_at: string } {
  return row !== undefined && row.paused_at !== null;
}

function lastRun({
  last_due_at: due_at,
  last_at: at,
  last_outcome: outcome,
  last_batch_id: task_id,
}: ReadRow): ScheduleRunDto | null {
  return due_at === null || at === null || outcome === null
    ? null
    : { due_at, at, outcome, task_id };
}
