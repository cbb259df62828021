import {
  addDays,
  calendarDayAt,
  compareDays,
  earlierDay,
  type CalendarDay,
  type Progress,
} from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../config/clock.js';
import { takeTurn } from '../config/slices.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { Database } from '../database/database.js';
import { DatasetCatalog, type UnknownDataset } from '../datasets/dataset-catalog.js';
import type { ExpectedDays } from '../datasets/expected/expected-days.js';
import { readExpectedDays } from '../datasets/expected/settled-days.js';
import type { ConfiguredDatasetDto } from '../datasets/datasets.dto.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import { readTargetState } from '../targets/target-version.js';
import { isWhole, readTargetDays, sumTargetDays } from '../batches/target-days.js';
import { LISTED_ERROR_COLUMNS, readListedError } from '../batches/store/sync-record.js';
import { Freshness } from '../freshness/freshness.js';
import { ShownSchedules } from '../schedules/shown-schedules.js';
import { BatchStore } from '../batches/store/batch-store.js';
import { CoverageDto, DatasetDto, DatasetPageDto, LastFailureDto } from './coverage.dto.js';
import { attentionOf, type QuarantinedCount } from './dataset-attention.js';
import { findGapsInSlices, sumGaps } from './gaps.js';
import { countRecords } from './record-counts.js';

/** The configured datasets with the days that they have. */
@Injectable()
export class CoverageService {
  constructor(
    private readonly datasets: DatasetsService,
    private readonly catalog: DatasetCatalog,
    private readonly schedules: ShownSchedules,
    @Inject(Freshness) private readonly freshness: Pick<Freshness, 'byDataset'>,
    private readonly database: Database,
    private readonly batches: BatchStore,
    private readonly registry: ProgressRegistry,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'maxRangeDays'>,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async list(): Promise<DatasetDto[]> {
    const items: DatasetDto[] = [];
    const schedules = await this.schedules.byDataset();
    const timed = await this.freshness.byDataset();
    const quarantined = await this.quarantinedDays();
    for (const dataset of await this.datasets.list()) {
      const schedule = schedules.get(dataset.name) ?? null;
      const freshness = timed.get(dataset.name) ?? null;
      const isLate = freshness?.late ?? false;
      const days = quarantined.get(dataset.name) ?? [];
      const shown = await this.coverageOf(dataset, isLate, days);
      items.push({ ...dataset, schedule, freshness, ...shown });
      await takeTurn();
    }
    return items;
  }

  /** One dataset. */
  async show(
    name: string,
  ): Promise<{ readonly kind: 'found'; readonly dataset: DatasetPageDto } | UnknownDataset> {
    const found = await this.datasets.find(name);
    if (found.kind === 'unknown_dataset') return found;
    const { dataset, yaml } = found;
    const schedule = (await this.schedules.byDataset([name])).get(name) ?? null;
    const freshness = (await this.freshness.byDataset([name])).get(name) ?? null;
    const quarantined = (await this.quarantinedDays(name)).get(name) ?? [];
    const shown = await this.coverageOf(dataset, freshness?.late ?? false, quarantined);
    return { kind: 'found', dataset: { ...dataset, schedule, freshness, ...shown, yaml } };
  }

  private async coverageOf(
    dataset: ConfiguredDatasetDto,
    isLate: boolean,
    quarantined: readonly QuarantinedCount[],
  ): Promise<Pick<DatasetDto, 'attention' | 'coverage'>> {
    const { name } = dataset;
    // A reload may have removed it since.
    const configured = this.catalog.get(name);
    const rule = configured?.expected ?? null;
    const { table, columns } = dataset.target;
    const of = { name, target: configured?.target ?? { table, columns } };
    const { dialect, longRead: read } = this.database;
    const expected = await readExpectedDays(read, { name, expected: rule });
    const target = await readTargetState(read, dialect, of);
    const counted = await countRecords(read, name, target, expected);
    const { covered, last_failed, ever_synced } = counted;
    const { first_synced, last_synced, synced, failed, empty, last_success } = counted;
    const gaps = await findGapsInSlices(covered, ever_synced, expected);
    const yesterday = this.yesterdayIn(dataset.time_zone);
    const isUnfilled = (day: CalendarDay): boolean =>
      rule !== null && compareDays(day, yesterday) <= 0;
    const unfilled = counted.without_rows.filter(isUnfilled);
    const known = { counts: counted, gaps, expected, unfilled, quarantined, isLate };
    const coverage: CoverageDto = {
      ...{ first_synced, last_synced, synced, failed, empty, last_success },
      ...(isWhole(target, counted)
        ? sumTargetDays(target, [])
        : await readTargetDays({ read, dialect }, { ...of, expected: rule }, { target, expected })),
      behind: this.behindOf(dataset, last_synced, expected),
      gaps: sumGaps(gaps, this.config.maxRangeDays, expected),
      last_batch: await this.lastBatch(name),
      last_failure: last_failed === null ? null : await this.failureOf(name, last_failed),
    };
    return { coverage, attention: attentionOf(known) };
  }

  /** The days with rows in quarantine, of one dataset or of all. */
  private async quarantinedDays(
    dataset?: string,
  ): Promise<ReadonlyMap<string, readonly QuarantinedCount[]>> {
    let query = this.database.longRead
      .selectFrom('quarantined_row')
      .select(['dataset', 'day'])
      .select((select) => select.fn.countAll<number>().as('rows'))
      .groupBy(['dataset', 'day']);
    if (dataset !== undefined) query = query.where('dataset', '=', dataset);
    return Map.groupBy(await query.execute(), (row) => row.dataset);
  }

  private behindOf(
    { source_days, time_zone }: ConfiguredDatasetDto,
    last_synced: CalendarDay | null,
    expected: ExpectedDays,
  ): number {
    if (last_synced === null) return 0;
    const yesterday = this.yesterdayIn(time_zone);
    const due = source_days === null ? yesterday : earlierDay(source_days.last, yesterday);
    return compareDays(last_synced, due) < 0 ? expected.countIn(addDays(last_synced, 1), due) : 0;
  }

  private yesterdayIn(timeZone: string): CalendarDay {
    return addDays(calendarDayAt(this.clock.now(), timeZone), -1);
  }

  private async lastBatch(dataset: string): Promise<Progress | null> {
    const kept = await this.batches.latest(dataset);
    return kept === undefined ? null : (this.registry.get(kept.task_id) ?? kept);
  }

  private async failureOf(dataset: string, day: CalendarDay): Promise<LastFailureDto | null> {
    const row = await this.database.read
      .selectFrom('sync_record')
      .select(['day', 'last_batch_id', 'last_tried_at', ...LISTED_ERROR_COLUMNS])
      .where('dataset', '=', dataset)
      .where('day', '=', day)
      .executeTakeFirst();
    const error = row && readListedError(row);
    return row && error
      ? { day: row.day, task_id: row.last_batch_id, at: row.last_tried_at, error }
      : null;
  }
}
