import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Language, Progress } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import { readDayError } from '../dispatch/day-error-columns.js';
import { inLanguage } from '../sync/batch-progress.js';
import { BatchStore } from '../sync/batch-store.js';
import { CoverageDto, DatasetListDto, LastFailureDto } from './coverage.dto.js';
import { findGaps } from './gaps.js';
import { recordedDay } from './recorded-days.js';

/** Shows the datasets with what of them is there. */
@Injectable()
export class CoverageService {
  constructor(
    private readonly datasets: DatasetsService,
    private readonly database: Database,
    private readonly batches: BatchStore,
    private readonly registry: ProgressRegistry,
  ) {}

  async list(language: Language): Promise<DatasetListDto> {
    const items: DatasetListDto['items'][number][] = [];
    for (const dataset of await this.datasets.list()) {
      items.push({ ...dataset, coverage: await this.coverageOf(dataset.name, language) });
      await nextTurn();
    }
    return { items };
  }

  private async coverageOf(dataset: string, language: Language): Promise<CoverageDto> {
    const days = await this.database.read
      .selectFrom('sync_record')
      .select(['day', 'status', 'reason', 'last_success_at'])
      .where('dataset', '=', dataset)
      .orderBy('day')
      .execute();
    const recorded = days.map(recordedDay);
    const synced = recorded.filter((day) => day.synced);
    const [first, last] = [synced[0]?.day ?? null, synced.at(-1)?.day ?? null];
    const span = first === null || last === null ? null : { start_date: first, end_date: last };
    return {
      first_synced: first,
      last_synced: last,
      synced: synced.length,
      failed: days.filter(({ status }) => status === 'failed').length,
      empty: recorded.filter(({ empty }) => empty).length,
      gaps: findGaps(recorded, span),
      last_batch: await this.lastBatch(dataset, language),
      last_failure: await this.lastFailure(dataset),
    };
  }

  private async lastBatch(dataset: string, language: Language): Promise<Progress | null> {
    const kept = await this.batches.latest(dataset);
    return kept === undefined
      ? null
      : inLanguage(this.registry.get(kept.task_id) ?? kept, language);
  }

  private async lastFailure(dataset: string): Promise<LastFailureDto | null> {
    const row = await this.database.read
      .selectFrom('sync_record')
      .selectAll()
      .where('dataset', '=', dataset)
      .where('status', '=', 'failed')
      .orderBy('last_tried_at', 'desc')
      .orderBy('day', 'desc')
      .limit(1)
      .executeTakeFirst();
    const error = row && readDayError(row);
    return row && error
      ? { day: row.day, task_id: row.last_task_id, at: row.last_tried_at, error }
      : null;
  }
}
