import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import type { CalendarDay } from '@daysync/progress';
import type { Kysely } from 'kysely';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { Database, type Dialect } from '../database/database.js';
import type { FreshnessEvent, Schema } from '../database/schema.js';
import { dueDay, nextDue, type DueDay, type FreshBy } from '../datasets/expected/deadlines.js';
import { readExpectedDays } from '../datasets/expected/settled-days.js';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { isNewest } from '../datasets/file/stored-datasets-file.js';
import { Metrics } from '../metrics/metrics.js';
import { readTargetState, whereaboutsOf } from '../targets/target-version.js';
import { writeFreshness } from '../webhooks/outbox.js';
import type { FreshnessDto } from './freshness.dto.js';
import { nextLateness, NEVER_LATE, type Lateness } from './lateness.js';

/** A dataset that has deadlines. */
export type TimedDataset = Dataset & { readonly freshBy: FreshBy };

function hasDeadlines(dataset: Dataset): dataset is TimedDataset {
  return dataset.freshBy !== null;
}

/** A dataset as it is now, beside what is stored of it. */
export interface CheckedDataset {
  readonly dataset: TimedDataset;
  readonly stored: Lateness;
  /** The day that is due; null before the first deadline. */
  readonly due: DueDay | null;
  /** Whether that day is not synced. */
  readonly isLate: boolean;
  /** The next day whose deadline is still to come; null if there is none. */
  readonly next: DueDay | null;
  /** Whether what is stored has to change. */
  readonly isChanged: boolean;
}

/** A change that was stored. */
export interface FreshnessChange {
  readonly event: FreshnessEvent | null;
  readonly day: CalendarDay | null;
}

interface FreshnessReading {
  readonly db: Kysely<Schema>;
  readonly dialect: Dialect;
}

/** Says which datasets with `fresh_by` are late, and stores it with its webhooks. */
@Injectable()
export class Freshness {
  constructor(
    private readonly database: Database,
    private readonly catalog: DatasetCatalog,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
    metrics: Metrics,
  ) {
    metrics.addReader(() => this.measure(metrics));
  }

  /** The datasets that have deadlines. */
  timed(): readonly TimedDataset[] {
    return this.catalog.list().filter(hasDeadlines);
  }

  /** Compares datasets with what is stored of them. */
  async check(datasets: readonly TimedDataset[]): Promise<readonly CheckedDataset[]> {
    if (datasets.length === 0) return [];
    const { read: db, dialect } = this.database;
    const rows = await db.selectFrom('dataset_freshness').selectAll().execute();
    const stored = new Map(rows.map(({ dataset, ...row }) => [dataset, row]));
    const checked: CheckedDataset[] = [];
    for (const dataset of datasets) {
      const found = await this.checkOne({ db, dialect }, dataset, stored.get(dataset.name));
      checked.push(found);
    }
    return checked;
  }

  /**
   * Stores what has changed of a dataset, with its webhooks, in one transaction: of several processes, one writes them.
   * @param version of the datasets file of this process; undefined for datasets that stand in code
   * @returns null if nothing has to change, or another process has a newer file
   */
  store(dataset: TimedDataset, version: string | undefined): Promise<FreshnessChange | null> {
    return this.database.write('freshness', async (transaction) => {
      await transaction.lockExclusive('freshness');
      const { db, dialect } = transaction;
      if (!(await isNewest(db, dataset, version))) return null;
      const row = await db
        .selectFrom('dataset_freshness')
        .select(['late_since', 'notified', 'notified_day'])
        .where('dataset', '=', dataset.name)
        .executeTakeFirst();
      const { stored, due, isLate } = await this.checkOne({ db, dialect }, dataset, row);
      const { lateness, event } = nextLateness(stored, due, !isLate);
      if (isDeepStrictEqual(lateness, stored)) return null;
      await db
        .insertInto('dataset_freshness')
        .values({ dataset: dataset.name, ...lateness })
        .onConflict((conflict) => conflict.column('dataset').doUpdateSet(lateness))
        .execute();
      if (event !== null && due !== null) {
        const at = toInstant(this.clock.now());
        const late_since = lateness.late_since ?? stored.late_since ?? at;
        const news = { day: due.day, due_at: toInstant(due.dueAt), late_since };
        await writeFreshness(transaction, { event, dataset: dataset.name, ...news }, at);
      }
      return { event, day: due?.day ?? null };
    });
  }

  /** Forgets that datasets are late which no longer have deadlines; which days were reported stays. */
  async forgetOthers(datasets: readonly TimedDataset[]): Promise<void> {
    const names = new Set(datasets.map(({ name }) => name));
    const late = await this.database.read
      .selectFrom('dataset_freshness')
      .select('dataset')
      .where('late_since', 'is not', null)
      .execute();
    const others = late.map(({ dataset }) => dataset).filter((name) => !names.has(name));
    if (others.length === 0) return;
    await this.database.write('freshness', async ({ db, lockExclusive }) => {
      await lockExclusive('freshness');
      await db
        .updateTable('dataset_freshness')
        .set({ late_since: null, notified: 0 })
        .where('dataset', 'in', others)
        .execute();
    });
  }

  /** The freshness of the datasets of these names, as clients see it; none of those without deadlines. */
  async byDataset(names?: readonly string[]): Promise<ReadonlyMap<string, FreshnessDto>> {
    const datasets = this.timed().filter(({ name }) => names?.includes(name) ?? true);
    const checked = await this.check(datasets);
    return new Map(
      checked.map(({ dataset, due, isLate, next, stored }) => {
        const shown: FreshnessDto = {
          ...dataset.freshBy,
          late: isLate,
          late_since: isLate ? (stored.late_since ?? instantOf(due)) : null,
          due_day: due?.day ?? null,
          due_at: instantOf(due),
          next_day: next?.day ?? null,
          next_at: instantOf(next),
        };
        return [dataset.name, shown] as const;
      }),
    );
  }

  private async checkOne(
    readable: FreshnessReading,
    dataset: TimedDataset,
    row: Lateness | undefined,
  ): Promise<CheckedDataset> {
    const stored = row ?? NEVER_LATE;
    const now = this.clock.now();
    const expected = await readExpectedDays(readable.db, dataset);
    const { freshBy, timeZone } = dataset;
    const deadlines = { freshBy, timeZone, expected };
    const due = dueDay(deadlines, now);
    const next = nextDue(deadlines, now);
    const isLate = due !== null && !(await isSynced(readable, dataset, due.day));
    const { lateness } = nextLateness(stored, due, !isLate);
    return { dataset, stored, due, isLate, next, isChanged: !isDeepStrictEqual(lateness, stored) };
  }

  private async measure({ datasetFresh, datasetLate }: Metrics): Promise<void> {
    const checked = await this.check(this.timed());
    const now = this.clock.now();
    for (const gauge of [datasetFresh, datasetLate]) gauge.reset();
    for (const {
      dataset: { name },
      due,
      isLate,
      stored,
    } of checked) {
      const since =
        stored.late_since === null ? (due?.dueAt ?? now) : Date.parse(stored.late_since);
      datasetFresh.set({ dataset: name }, isLate ? 0 : 1);
      datasetLate.set({ dataset: name }, isLate ? Math.max(0, (now - since) / 1_000) : 0);
    }
  }
}

function instantOf(due: DueDay | null): string | null {
  return due && toInstant(due.dueAt);
}

/**
 * Whether the rows of a day are in the target as it is now, or its source has no data for it. On a day that `expected`
 * names no rows are no answer: the day stays due.
 */
async function isSynced(
  { db, dialect }: FreshnessReading,
  dataset: TimedDataset,
  day: CalendarDay,
): Promise<boolean> {
  const record = await db
    .selectFrom('sync_record')
    .select(['reason', 'last_success_at', 'target_version'])
    .where('dataset', '=', dataset.name)
    .where('day', '=', day)
    .executeTakeFirst();
  if (record === undefined) return false;
  if (record.reason === 'no_data' && dataset.expected === null) return true;
  if (record.last_success_at === null) return false;
  const state = await readTargetState(db, dialect, dataset);
  return whereaboutsOf(state, record.target_version).inTarget;
}
