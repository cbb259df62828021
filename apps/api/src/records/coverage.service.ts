import { setImmediate as nextTurn } from 'node:timers/promises';
import { compareDays, type CalendarDay, type Language, type Progress } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../database/database.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import { readDayError } from '../dispatch/day-error-columns.js';
import { inLanguage } from '../sync/batch-progress.js';
import { BatchStore } from '../sync/batch-store.js';
import { CoverageDto, DatasetListDto, LastFailureDto } from './coverage.dto.js';
import { findGaps, type Span } from './gaps.js';

/** The records of a dataset, counted. */
interface RecordCounts {
  readonly first_synced: CalendarDay | null;
  readonly last_synced: CalendarDay | null;
  readonly synced: number;
  readonly failed: number;
  readonly empty: number;
  /** The days that were ever synced or were found empty, as a list in JSON. */
  readonly settled: string;
  /** When a try failed last, of the days that still are failed, and the day behind it. */
  readonly last_failed: string | null;
}

const DAY_LENGTH = 'YYYY-MM-DD'.length;

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
      // Ten years take 3 ms: with many datasets everybody else has a turn in between.
      await nextTurn();
    }
    return { items };
  }

  private async coverageOf(dataset: string, language: Language): Promise<CoverageDto> {
    const { settled, last_failed, ...counts } = await this.count(dataset);
    return {
      ...counts,
      // They come in their order as a rule, but nothing promises it.
      gaps: findGaps((JSON.parse(settled) as CalendarDay[]).sort(compareDays), syncedSpan(counts)),
      last_batch: await this.lastBatch(dataset, language),
      last_failure:
        last_failed === null ? null : await this.failureOf(dataset, last_failed.slice(-DAY_LENGTH)),
    };
  }

  /** One row for all days: a row for each of them would take three times as long to take over. */
  private async count(dataset: string): Promise<RecordCounts> {
    const { rows } = await sql<RecordCounts>`
      select
        min(day) filter (where last_success_at is not null) as first_synced,
        max(day) filter (where last_success_at is not null) as last_synced,
        count(last_success_at) as synced,
        count(*) filter (where status = 'failed') as failed,
        count(*) filter (where reason = 'no_data') as empty,
        json_group_array(day) filter (where last_success_at is not null or reason = 'no_data') as settled,
        max(last_tried_at || day) filter (where status = 'failed') as last_failed
      from sync_record where dataset = ${dataset}
    `.execute(this.database.read);
    const [counts] = rows;
    if (counts === undefined) throw new RangeError('expected one row of counts, got none');
    return counts;
  }

  private async lastBatch(dataset: string, language: Language): Promise<Progress | null> {
    const kept = await this.batches.latest(dataset);
    return kept === undefined
      ? null
      : inLanguage(this.registry.get(kept.task_id) ?? kept, language);
  }

  private async failureOf(dataset: string, day: string): Promise<LastFailureDto | null> {
    const row = await this.database.read
      .selectFrom('sync_record')
      .selectAll()
      .where('dataset', '=', dataset)
      .where('day', '=', day as CalendarDay)
      .executeTakeFirst();
    const error = row && readDayError(row);
    return row && error
      ? { day: row.day, task_id: row.last_task_id, at: row.last_tried_at, error }
      : null;
  }
}

function syncedSpan({
  first_synced,
  last_synced,
}: Pick<RecordCounts, 'first_synced' | 'last_synced'>): Span | null {
  return first_synced && last_synced && { start_date: first_synced, end_date: last_synced };
}
