import type { CalendarDay, Progress } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { Inject, Injectable } from '@nestjs/common';
import { takeTurn } from '../config/slices.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { Database } from '../database/database.js';
import type { UnknownDataset } from '../datasets/dataset-catalog.js';
import type { Dataset } from '../datasets/file/dataset.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import { readTargetState } from '../targets/target-version.js';
import { isWhole, readTargetDays, sumTargetDays } from '../batches/target-days.js';
import { LISTED_ERROR_COLUMNS, readListedError } from '../batches/store/sync-record.js';
import { ShownSchedules } from '../schedules/shown-schedules.js';
import { BatchStore } from '../batches/store/batch-store.js';
import { CoverageDto, DatasetDto, DatasetPageDto, LastFailureDto } from './coverage.dto.js';
import { findGapsInSlices, sumGaps } from './gaps.js';
import { countRecords } from './record-counts.js';

/** The configured datasets with the days that they have. */
@Injectable()
export class CoverageService {
  constructor(
    private readonly datasets: DatasetsService,
    private readonly schedules: ShownSchedules,
    private readonly database: Database,
    private readonly batches: BatchStore,
    private readonly registry: ProgressRegistry,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'maxRangeDays'>,
  ) {}

  async list(): Promise<DatasetDto[]> {
    const items: DatasetDto[] = [];
    const schedules = await this.schedules.byDataset();
    for (const dataset of await this.datasets.list()) {
      const schedule = schedules.get(dataset.name) ?? null;
      items.push({ ...dataset, schedule, coverage: await this.coverageOf(dataset) });
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
    const coverage = await this.coverageOf(dataset);
    return { kind: 'found', dataset: { ...dataset, schedule, coverage, yaml } };
  }

  private async coverageOf(dataset: Pick<Dataset, 'name' | 'target'>): Promise<CoverageDto> {
    const { name } = dataset;
    const { dialect, longRead: read } = this.database;
    const target = await readTargetState(read, dialect, dataset);
    const counted = await countRecords(read, name, target);
    const { settled, last_failed, ever_synced, succeeded: _, ...counts } = counted;
    const gaps = await findGapsInSlices(settled, ever_synced);
    return {
      ...counts,
      ...(isWhole(target, counted)
        ? sumTargetDays(target, [])
        : await readTargetDays({ read, dialect }, dataset, target)),
      gaps: sumGaps(gaps, this.config.maxRangeDays),
      last_batch: await this.lastBatch(name),
      last_failure: last_failed === null ? null : await this.failureOf(name, last_failed),
    };
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
