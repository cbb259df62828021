import { Injectable } from '@nestjs/common';
import { DatasetCatalog } from './dataset-catalog.js';
import type { Dataset } from './dataset.js';
import { SourceError } from './day-source.js';
import { DatasetDto, DatasetListDto, SourceDaysDto } from './datasets.dto.js';

const RECENT_DAYS = 10;

/** Shows what is configured. */
@Injectable()
export class DatasetsService {
  constructor(private readonly catalog: DatasetCatalog) {}

  async list(): Promise<DatasetListDto> {
    return { items: await Promise.all(this.catalog.list().map((dataset) => this.show(dataset))) };
  }

  private async show(dataset: Dataset): Promise<DatasetDto> {
    const { source, throttle } = dataset;
    return {
      name: dataset.name,
      title: dataset.title,
      source: { kind: source.kind, path: source.writtenPath, day_column: source.dayColumn },
      target: dataset.target,
      throttle: throttle === null ? null : { days_per_minute: throttle.daysPerMinute },
      time_zone: dataset.timeZone,
      concurrency: dataset.concurrency,
      timeout_seconds: dataset.timeoutSeconds,
      attempts: dataset.attempts,
      on_empty: dataset.onEmpty,
      ...(await this.lookAtSource(dataset)),
    };
  }

  private async lookAtSource(
    dataset: Dataset,
  ): Promise<Pick<DatasetDto, 'source_days' | 'source_error'>> {
    try {
      return { source_days: await this.sourceDays(dataset), source_error: null };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return { source_days: null, source_error: { code: error.code, text: error.message } };
    }
  }

  private async sourceDays(dataset: Dataset): Promise<SourceDaysDto | null> {
    const signal = AbortSignal.timeout(dataset.timeoutSeconds * 1_000);
    const days = await this.catalog.sourceOf(dataset.name).knownDays?.(signal);
    const [first, last, start] = [days?.[0], days?.at(-1), days?.slice(-RECENT_DAYS)[0]];
    if (first === undefined || last === undefined || start === undefined) return null;
    return { first, last, recent: { start_date: start, end_date: last } };
  }
}
