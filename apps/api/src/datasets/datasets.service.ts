import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import { LOGGER } from '../logging/logger.js';
import { DatasetCatalog, unknownDataset, type UnknownDataset } from './dataset-catalog.js';
import type { Expectation } from './expected/expected-days.js';
import type { Dataset } from './file/dataset.js';
import { SourceError } from '../sources/day-source.js';
import { requireColumns } from '../sources/rows/source-columns.js';
import { TargetHealth } from './target-health.js';
import { showRowTest, showTarget } from './columns.dto.js';
import { showSource } from './sources.dto.js';
import { redactText, redactThrown, redactVariables } from '../config/redact.js';
import type { PageQueryDto } from '../http/input/page.dto.js';
import { ConfiguredDatasetDto, DatasetsFileDto, SourceDaysDto } from './datasets.dto.js';
import { DATASETS_FILE, type DatasetsFile } from './file/datasets-file.js';
import { writtenDataset } from './file/written-datasets.js';
import { UnreadableRowPageDto } from './unreadable-rows.dto.js';
import { UnreadableRowsStore } from './unreadable-rows-store.js';

/** A plain object, which may be spread. */
type ConfiguredDataset = Pick<ConfiguredDatasetDto, keyof ConfiguredDatasetDto>;
type SourceFailure = NonNullable<ConfiguredDatasetDto['source_error']>;

const RECENT_DAYS = 10;
/** How long a source may take to list its days. */
const LIST_MS = 3_000;

/** The configured datasets, with the days of their sources. */
@Injectable()
export class DatasetsService {
  constructor(
    private readonly catalog: DatasetCatalog,
    private readonly unreadable: UnreadableRowsStore,
    private readonly health: TargetHealth,
    @Inject(DATASETS_FILE) private readonly datasetsFile: DatasetsFile | null,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  list(): Promise<ConfiguredDataset[]> {
    return Promise.all(this.catalog.list().map((dataset) => this.show(dataset)));
  }

  /** One dataset, with its entry in the datasets file. */
  async find(name: string): Promise<
    | {
        readonly kind: 'found';
        readonly dataset: ConfiguredDataset;
        readonly yaml: string | null;
      }
    | UnknownDataset
  > {
    const dataset = this.catalog.get(name);
    if (dataset === undefined) return unknownDataset(this.catalog, name);
    const { file } = this.catalog;
    const yaml = file === null ? undefined : await writtenDataset(file, name);
    return {
      kind: 'found',
      dataset: await this.show(dataset),
      yaml: yaml === undefined ? null : redactVariables(yaml, dataset.variables),
    };
  }

  /** The file that the datasets come from; null for datasets that stand in code. */
  async file(): Promise<DatasetsFileDto | null> {
    const { file, newer } = this.catalog;
    if (file === null || this.datasetsFile === null) return null;
    return {
      version: file.version,
      on_disk: await this.datasetsFile.version(),
      newer: newer && { version: newer.version, errors: newer.errors },
    };
  }

  /** The rows of a dataset's file that belong to no day, as the file is now. */
  async unreadableRows(
    name: string,
    query: PageQueryDto,
  ): Promise<{ readonly kind: 'found'; readonly page: UnreadableRowPageDto } | UnknownDataset> {
    const dataset = this.catalog.get(name);
    if (dataset === undefined) return unknownDataset(this.catalog, name);
    // A file that has changed is read again. One that can't be read keeps the rows that it had.
    await this.describeSource(dataset);
    return { kind: 'found', page: await this.unreadable.ofDataset(name, query) };
  }

  private async show(dataset: Dataset): Promise<ConfiguredDataset> {
    const { expected, onBadRow, source, throttle, where } = dataset;
    return {
      name: dataset.name,
      title: dataset.title,
      source: showSource(source),
      target: showTarget(dataset.target, this.health.of(dataset)),
      ...(where === undefined ? {} : { where: where.map(showRowTest) }),
      throttle: throttle === null ? null : { days_per_minute: throttle.daysPerMinute },
      expected: expected && showExpected(expected),
      time_zone: dataset.timeZone,
      concurrency: dataset.concurrency,
      timeout_seconds: dataset.timeoutSeconds,
      attempts: dataset.attempts,
      pause_after_failures: dataset.pauseAfterFailures,
      on_empty: dataset.onEmpty,
      quarantine: onBadRow === null ? null : { rows: null, percent: null, ...onBadRow },
      ...(await this.describeSource(dataset)),
      unreadable_rows: await this.unreadable.summary(dataset.name),
    };
  }

  private async describeSource(
    dataset: Dataset,
  ): Promise<Pick<ConfiguredDatasetDto, 'source_days' | 'source_error'>> {
    try {
      const source_days = await this.sourceDays(dataset);
      await this.writeUnreadable(dataset);
      return { source_days, source_error: null };
    } catch (error) {
      return { source_days: null, source_error: this.describeFailure(error, dataset) };
    }
  }

  private async writeUnreadable(dataset: Dataset): Promise<void> {
    try {
      await this.unreadable.write(dataset);
    } catch (error) {
      // The next call writes them.
      if (!(error instanceof DatabaseUnavailableError)) throw error;
    }
  }

  private async sourceDays(dataset: Dataset): Promise<SourceDaysDto | null> {
    const signal = AbortSignal.timeout(LIST_MS);
    const days = await this.catalog.use(dataset, async (source) => {
      await requireColumns(source, dataset, signal);
      return source.knownDays?.(signal);
    });
    const [first, last, start] = [days?.[0], days?.at(-1), days?.slice(-RECENT_DAYS)[0]];
    if (first === undefined || last === undefined || start === undefined) return null;
    return { first, last, recent: { start_date: start, end_date: last } };
  }

  /** Describes the failure of a source. Even a bug in one source must not hide the others. */
  private describeFailure(error: unknown, { name, variables }: Dataset): SourceFailure {
    if (error instanceof SourceError) {
      return { code: error.code, text: redactText(error.message, variables) };
    }
    if (error instanceof DatabaseUnavailableError) return { code: 'NO_ROOM', text: error.message };
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      return { code: 'TIMEOUT', text: `the source did not list its days within ${LIST_MS} ms` };
    }
    const fields = { error: redactThrown(error, variables), dataset: name };
    this.logger.error(fields, 'a source broke unexpectedly');
    return { code: 'INTERNAL', text: 'an unexpected error; see the log' };
  }
}

function showExpected({
  rule,
  from,
  until,
  except,
  writtenExcept,
}: Expectation): ConfiguredDatasetDto['expected'] {
  return { rule, except: writtenExcept, except_days: except.length, from, until };
}
