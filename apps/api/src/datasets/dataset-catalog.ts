import { isDeepStrictEqual } from 'node:util';
import { rowReading, type Dataset } from './file/dataset.js';
import type { DatasetsText } from './file/dataset-file.js';
import { keptUnreadable } from './file/on-bad-row.js';
import { SOURCE_KINDS, type SourceConfig, type SourcePorts } from './file/source-kinds.js';
import type { DaySource } from '../sources/day-source.js';
import type { SourceContext } from '../sources/kind/source-kind.js';
import { neededColumns } from '../sources/rows/source-columns.js';

/** A newer datasets file of the installation that this process has not taken in. */
export interface NewerFile {
  readonly version: string;
  /** The fingerprints of its datasets, by their names. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** Why this process can't take it in, a line each; empty as long as it has not tried. */
  readonly errors: readonly string[];
}

/** The datasets of a file. */
export interface CatalogFile {
  readonly datasets: readonly Dataset[];
  /** Its text; null for datasets that stand in code. */
  readonly file: DatasetsText | null;
}

/** A source that days and requests use. */
interface OpenSource {
  readonly dataset: Dataset;
  readonly source: DaySource;
  users: number;
  /** It is closed after its last user. */
  isRetired: boolean;
}

/**
 * The configured datasets, each with one source. A reload replaces all datasets at once: a dataset that is the same stays
 * the same object, and a source stays open as long as what it is made of is the same.
 */
export class DatasetCatalog {
  private datasets: readonly Dataset[];
  private byName: ReadonlyMap<string, Dataset>;
  /** A dataset and the one before it may have the same source. */
  private readonly sources = new WeakMap<Dataset, OpenSource>();
  private readonly open = new Set<OpenSource>();
  private readonly listeners: (() => void)[] = [];
  /** Null if this process has the newest file. */
  newer: NewerFile | null = null;
  /** Receives what concerns no day of a source. The log sets it. */
  stray: (dataset: Dataset, what: string, error: unknown) => void = () => undefined;

  /** @throws {RangeError} if there is no dataset */
  constructor(
    datasets: readonly Dataset[],
    private readonly createSource: (config: SourceConfig, dataset: Dataset) => DaySource = (
      config,
      dataset,
    ) => createDaySource(config, dataset),
    private text: DatasetsText | null = null,
  ) {
    firstOf(datasets);
    this.datasets = datasets;
    this.byName = namesOf(datasets);
  }

  /** The dataset of a start that names none. */
  get first(): Dataset {
    return firstOf(this.datasets);
  }

  /** The file that the datasets come from; null for datasets that stand in code. */
  get file(): DatasetsText | null {
    return this.text;
  }

  /** In the file's order. */
  list(): readonly Dataset[] {
    return this.datasets;
  }

  get(name: string): Dataset | undefined {
    return this.byName.get(name);
  }

  /** Calls `listener` after each {@link replace}. */
  onReplaced(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * Takes in the datasets of another file, all at once. Sources that are made of something else are closed once their days
   * in flight have ended.
   * @throws {RangeError} if there is no dataset
   */
  replace({ datasets, file }: CatalogFile): void {
    firstOf(datasets);
    const next = datasets.map((dataset) => this.orSame(dataset));
    const kept = new Set(next.map((dataset) => this.sources.get(dataset)));
    this.datasets = next;
    this.byName = namesOf(next);
    this.text = file;
    this.newer = null;
    for (const open of this.open) if (!kept.has(open)) this.retire(open);
    for (const listener of this.listeners) listener();
  }

  /**
   * The source of a dataset: the same one at each call, until a reload changes it. What takes time goes through
   * {@link use}.
   */
  sourceOf(dataset: Dataset): DaySource {
    return this.openSourceOf(dataset).source;
  }

  /** The source of a dataset, if it has one still: none is made for a dataset that a reload has replaced. */
  currentSourceOf(dataset: Dataset): DaySource | undefined {
    const known = this.sources.get(dataset);
    if (known !== undefined && this.open.has(known)) return known.source;
    return this.isCurrent(dataset) ? this.sourceOf(dataset) : undefined;
  }

  /** Runs `work` with the source of a dataset, which stays open until then. */
  async use<T>(dataset: Dataset, work: (source: DaySource) => Promise<T>): Promise<T> {
    const open = this.openSourceOf(dataset);
    open.users += 1;
    try {
      return await work(open.source);
    } finally {
      open.users -= 1;
      if (open.isRetired) this.retire(open);
    }
  }

  /** Closes all sources; every one of them, even if some fail. */
  async close(): Promise<void> {
    const sources = [...this.open];
    this.open.clear();
    const ends = await Promise.allSettled(sources.map(async ({ source }) => source.close?.()));
    const reasons = ends
      .filter((end) => end.status === 'rejected')
      .map((end): unknown => end.reason);
    if (reasons.length > 0) throw new AggregateError(reasons, 'some sources did not close');
  }

  private openSourceOf(dataset: Dataset): OpenSource {
    const known = this.sources.get(dataset);
    if (known !== undefined && this.open.has(known)) return known;
    // A day of a dataset that a reload has replaced gets a source of its own.
    const isRetired = !this.isCurrent(dataset);
    const source = this.createSource(dataset.source, dataset);
    const open = { dataset, source, users: 0, isRetired };
    this.sources.set(dataset, open);
    this.open.add(open);
    return open;
  }

  private isCurrent(dataset: Dataset): boolean {
    return this.byName.get(dataset.name) === dataset;
  }

  /** The dataset as this catalog has it, if it is the same. A changed one keeps a source that is made of the same. */
  private orSame(dataset: Dataset): Dataset {
    const before = this.byName.get(dataset.name);
    if (before === undefined) return dataset;
    if (isDeepStrictEqual(before, dataset)) return before;
    const open = this.sources.get(before);
    const isSame = isDeepStrictEqual(madeOf(before), madeOf(dataset));
    if (open !== undefined && isSame) this.sources.set(dataset, open);
    return dataset;
  }

  private retire(open: OpenSource): void {
    open.isRetired = true;
    if (open.users > 0 || !this.open.delete(open)) return;
    const { dataset, source } = open;
    Promise.resolve(source.close?.()).catch((error: unknown) => {
      this.stray(dataset, 'a source did not close', error);
    });
  }
}

/** What {@link createDaySource} makes the source of a dataset of. */
function madeOf(dataset: Dataset): readonly unknown[] {
  const { name, source } = dataset;
  return [name, source, ...SOURCE_KINDS[source.kind].uses(contextOf(dataset), source)];
}

function firstOf(datasets: readonly Dataset[]): Dataset {
  const [first] = datasets;
  if (first === undefined) throw new RangeError('expected at least one dataset, got none');
  return first;
}

function namesOf(datasets: readonly Dataset[]): ReadonlyMap<string, Dataset> {
  return new Map(datasets.map((dataset) => [dataset.name, dataset]));
}

/** Makes the source that a dataset's configuration asks for. */
export function createDaySource(
  config: SourceConfig,
  dataset: Dataset,
  ports: SourcePorts = {},
): DaySource {
  return SOURCE_KINDS[config.kind].open(config, contextOf(dataset), ports);
}

function contextOf(dataset: Dataset): SourceContext {
  const { attempts, concurrency, onBadRow, timeoutSeconds } = dataset;
  return {
    ...{ attempts, concurrency, timeoutSeconds },
    columns: neededColumns(dataset),
    reading: rowReading(dataset),
    kept: keptUnreadable(onBadRow),
  };
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
