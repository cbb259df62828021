import type { DayRange } from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { Database, type WriteTransaction } from '../database/database.js';
import {
  DatasetCatalog,
  unknownDataset,
  type UnknownDataset,
} from '../datasets/dataset-catalog.js';
import type { OutdatedDataset } from '../batches/store/batch-creation.js';
import { rangeAt } from './due-run.js';
import { readExpectedDays } from '../datasets/expected/settled-days.js';
import { hasSchedule, ScheduleRuns, type ScheduledDataset } from './schedule-runs.js';

/** A dataset of the file that has no schedule. */
export interface NoSchedule {
  readonly kind: 'no_schedule';
  readonly dataset: string;
}

type Controlled = { readonly kind: 'done' } | UnknownDataset | NoSchedule | OutdatedDataset;

/** Pauses and resumes schedules, and says which days a run would have now. */
@Injectable()
export class ScheduleControls {
  constructor(
    private readonly runs: ScheduleRuns,
    private readonly catalog: DatasetCatalog,
    private readonly database: Database,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'maxRangeDays'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** From now on, no run is due. A schedule that is paused stays as it is. */
  pause(name: string, by: string | null): Promise<Controlled> {
    return this.change(name, async ({ db }) => {
      await db
        .updateTable('dataset_schedule')
        .set({ paused_at: toInstant(this.clock.now()), paused_by: by })
        .where('dataset', '=', name)
        .where('paused_at', 'is', null)
        .execute();
    });
  }

  /** Runs are due again from the next time on. The first one also has the days of the pause. */
  resume(name: string): Promise<Controlled> {
    return this.change(name, async ({ db }) => {
      await db
        .updateTable('dataset_schedule')
        .set({
          ...{ paused_at: null, paused_by: null },
          decided_until: toInstant(this.clock.now()),
        })
        .where('dataset', '=', name)
        .where('paused_at', 'is not', null)
        .execute();
    });
  }

  /** The days of a run that were due now: up to yesterday, with those of skipped runs and of a pause. */
  async runNow(
    name: string,
  ): Promise<
    | { readonly kind: 'range'; readonly dataset: ScheduledDataset; readonly range: DayRange }
    | UnknownDataset
    | NoSchedule
  > {
    const found = this.find(name);
    if (found.kind !== 'found') return found;
    const { dataset } = found;
    const row = await this.database.read
      .selectFrom('dataset_schedule')
      .select('covered_until')
      .where('dataset', '=', name)
      .executeTakeFirst();
    const now = this.clock.now();
    const coveredUntil = row === undefined ? now : Date.parse(row.covered_until);
    const { maxRangeDays: mostDays } = this.config;
    const expected = await readExpectedDays(this.database.read, dataset);
    const range = rangeAt(dataset.schedule, now, coveredUntil, { expected, mostDays });
    return { kind: 'range', dataset, range };
  }

  private async change(
    name: string,
    change: (transaction: WriteTransaction) => Promise<void>,
  ): Promise<Controlled> {
    const found = this.find(name);
    if (found.kind !== 'found') return found;
    const { dataset } = found;
    const version = this.catalog.file?.version;
    const isDone = await this.database.write('schedule', async (transaction): Promise<boolean> => {
      await transaction.lockExclusive('start');
      // By an older file the schedule would count as changed, and begin anew.
      if (!(await this.runs.isOurs(transaction, dataset, version))) return false;
      await this.runs.ensure(transaction, dataset);
      await change(transaction);
      return true;
    });
    if (isDone) return { kind: 'done' };
    // A reload in this process came between.
    const isReloaded = this.catalog.file?.version !== version || this.catalog.get(name) !== dataset;
    return isReloaded ? this.change(name, change) : { kind: 'outdated_dataset', dataset: name };
  }

  private find(
    name: string,
  ): { readonly kind: 'found'; readonly dataset: ScheduledDataset } | UnknownDataset | NoSchedule {
    const dataset = this.catalog.get(name);
    if (dataset === undefined) return unknownDataset(this.catalog, name);
    return hasSchedule(dataset)
      ? { kind: 'found', dataset }
      : { kind: 'no_schedule', dataset: name };
  }
}
