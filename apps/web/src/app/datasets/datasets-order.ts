import type { Dataset } from '../api/wire';

const SORT_FIELDS = ['name', 'synced', 'gaps', 'failed', 'last_success', 'next_run'] as const;
export type DatasetSort = (typeof SORT_FIELDS)[number];

/** The order of the datasets; without one, those that need a person come first. */
export interface DatasetsOrder {
  readonly field: DatasetSort;
  readonly isDescending: boolean;
}

/** Where the first click on a header puts the largest value first: what needs attention. */
const LARGEST_FIRST: ReadonlySet<DatasetSort> = new Set(['synced', 'gaps', 'failed']);

/** Reads the order of an address: a field; a leading `-` means descending. */
export function readOrder(text: string | undefined): DatasetsOrder | undefined {
  const isDescending = text?.startsWith('-') ?? false;
  const field = SORT_FIELDS.find((one) => one === text?.slice(isDescending ? 1 : 0));
  return field && { field, isDescending };
}

export function writeOrder({ field, isDescending }: DatasetsOrder): string {
  return isDescending ? `-${field}` : field;
}

/** The order after a click on a header. */
export function orderedBy(order: DatasetsOrder | undefined, field: DatasetSort): DatasetsOrder {
  const isDescending = order?.field === field ? !order.isDescending : LARGEST_FIRST.has(field);
  return { field, isDescending };
}

/** The value of `aria-sort` for a column; null where the table is not sorted by it. */
export function directionOf(
  order: DatasetsOrder | undefined,
  field: DatasetSort,
): 'ascending' | 'descending' | null {
  if (order?.field !== field) return null;
  return order.isDescending ? 'descending' : 'ascending';
}

/**
 * The datasets in an order. Those without a value come last in both directions, and equal ones have the order of the file.
 * @param titleOf the title in the language of the page
 * @param now milliseconds since the epoch: runs before it are not upcoming
 */
export function sortDatasets(
  datasets: readonly Dataset[],
  order: DatasetsOrder | undefined,
  titleOf: (dataset: Dataset) => string,
  now: number,
): readonly Dataset[] {
  if (order === undefined) {
    return datasets.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
  const { field, isDescending } = order;
  const collator = new Intl.Collator(undefined, { numeric: true });
  const keyed = datasets.map((dataset) => ({ dataset, key: keyOf(dataset, field, titleOf, now) }));
  return keyed
    .toSorted(({ key: one }, { key: other }) => {
      if (one === null || other === null) return Number(one === null) - Number(other === null);
      const compared =
        typeof one === 'string' ? collator.compare(one, String(other)) : one - Number(other);
      return isDescending ? -compared : compared;
    })
    .map(({ dataset }) => dataset);
}

/** Datasets that need no attention come last. */
function rankOf({ attention }: Dataset): number {
  return attention.rank ?? Number.MAX_SAFE_INTEGER;
}

/** The next run of a dataset's schedule, as an instant; null if there is none. */
export function nextRunOf({ schedule }: Dataset, now: number): string | null {
  return schedule?.next_runs.find((instant) => Date.parse(instant) > now) ?? null;
}

function keyOf(
  dataset: Dataset,
  field: DatasetSort,
  titleOf: (dataset: Dataset) => string,
  now: number,
): string | number | null {
  const { coverage } = dataset;
  switch (field) {
    case 'name':
      return titleOf(dataset);
    case 'synced':
      return coverage.synced;
    case 'gaps':
      return coverage.gaps.days;
    case 'failed':
      return coverage.failed;
    case 'last_success':
      return coverage.last_success && Date.parse(coverage.last_success.at);
    case 'next_run': {
      const next = nextRunOf(dataset, now);
      return next && Date.parse(next);
    }
  }
}
