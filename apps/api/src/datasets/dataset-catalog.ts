import type { Dataset, SourceConfig } from './dataset.js';
import type { DaySource } from '../sources/day-source.js';
import { CsvSource } from '../sources/file/csv-source.js';
import { DayFileSource } from '../sources/file/day-file-source.js';
import { isOneFile } from '../sources/file/file-source-config.js';
import { HttpSource, type HttpSourceOptions } from '../sources/http/http-source.js';
import type { StrayReport } from '../sources/provider/provider-thread-handle.js';
import { ProviderSource } from '../sources/provider/provider-source.js';
import { ThreadedProviderSource } from '../sources/provider/threaded-provider-source.js';
import type { SqlSourceConfig } from '../sources/sql/sql-config.js';
import { PostgresSource } from '../sources/sql/sql-postgres-source.js';
import { SqliteSource } from '../sources/sql/sql-sqlite-source.js';

/** The configured datasets, each with one source that lives as long as the catalog. */
export class DatasetCatalog {
  private readonly byName: ReadonlyMap<string, Dataset>;
  private readonly sources = new Map<string, DaySource>();
  /** The dataset of a start that names none. */
  readonly first: Dataset;
  /** Receives what concerns no day of a source. The log sets it. */
  stray: (dataset: Dataset, what: string, error: unknown) => void = () => undefined;

  /** @throws {RangeError} if there is no dataset */
  constructor(
    private readonly datasets: readonly Dataset[],
    private readonly createSource: (config: SourceConfig, dataset: Dataset) => DaySource = (
      config,
      dataset,
    ) => createDaySource(config, dataset),
  ) {
    const [first] = datasets;
    if (first === undefined) throw new RangeError('expected at least one dataset, got none');
    this.first = first;
    this.byName = new Map(datasets.map((dataset) => [dataset.name, dataset]));
  }

  /** In the file's order. */
  list(): readonly Dataset[] {
    return this.datasets;
  }

  get(name: string): Dataset | undefined {
    return this.byName.get(name);
  }

  /**
   * The source of a dataset: the same one at each call.
   * @throws {RangeError} if there is no such dataset
   */
  sourceOf(name: string): DaySource {
    let source = this.sources.get(name);
    if (source === undefined) {
      const dataset = this.byName.get(name);
      if (dataset === undefined) {
        throw new RangeError(`expected the name of a dataset, got ${JSON.stringify(name)}`);
      }
      source = this.createSource(dataset.source, dataset);
      this.sources.set(name, source);
    }
    return source;
  }

  /** Closes all sources; every one of them, even if some fail. */
  async close(): Promise<void> {
    const sources = [...this.sources.values()];
    this.sources.clear();
    const ends = await Promise.allSettled(sources.map(async (source) => source.close?.()));
    const reasons = ends
      .filter((end) => end.status === 'rejected')
      .map((end): unknown => end.reason);
    if (reasons.length > 0) throw new AggregateError(reasons, 'some sources did not close');
  }
}

interface SourcePorts extends Pick<HttpSourceOptions, 'answered' | 'makeLimiter'> {
  /**
   * Receives what concerns no day of a provider. With it, the modules of providers run in threads, and their rows come
   * converted.
   */
  readonly stray?: StrayReport;
}

/** Makes the source that a dataset's configuration asks for. */
export function createDaySource(
  config: SourceConfig,
  dataset: Dataset,
  { stray, ...ports }: SourcePorts = {},
): DaySource {
  const { columns } = dataset.target;
  switch (config.kind) {
    case 'csv':
    case 'json':
    case 'ndjson':
      return isOneFile(config) ? new CsvSource(config) : new DayFileSource(config, columns);
    case 'http':
      return new HttpSource(config, dataset.attempts, { columns, ...ports });
    case 'provider':
      return stray !== undefined && !('given' in config) && config.thread
        ? new ThreadedProviderSource(config, columns, stray)
        : new ProviderSource(config);
    case 'sql':
      return createSqlSource(config, dataset);
  }
}

function createSqlSource(
  { database, writtenUrl, query, timeZone, timeoutSeconds }: SqlSourceConfig,
  dataset: Dataset,
): DaySource {
  const shared = {
    writtenUrl,
    query,
    timeZone,
    timeoutSeconds: timeoutSeconds ?? dataset.timeoutSeconds,
    columns: dataset.target.columns,
  };
  switch (database.dialect) {
    case 'postgres':
      return new PostgresSource({ ...shared, url: database.url, connections: dataset.concurrency });
    case 'sqlite':
      return new SqliteSource({ ...shared, path: database.path });
  }
}

export interface UnknownDataset {
  readonly kind: 'unknown_dataset';
  readonly dataset: string;
  /** The names of the datasets in the file. */
  readonly configured: readonly string[];
}

export function unknownDataset(catalog: DatasetCatalog, dataset: string): UnknownDataset {
  const configured = catalog.list().map(({ name }) => name);
  return { kind: 'unknown_dataset', dataset, configured };
}
