import type { CalendarDay } from '@daysync/progress';
import { serveSourceEntry } from '../../sources/provider/provider-module.js';
import { createRowReader } from '../../sources/rows/row-reader.js';
import { showValue } from '../../targets/column-types.js';
import { DatasetCatalog } from '../dataset-catalog.js';
import { readDatasets } from '../file/dataset-file.js';
import { rowReading, type Dataset } from '../file/dataset.js';
import { tryDay } from '../check/day-trial.js';
import { reportTrial } from '../check/trial-report.js';
import { writeDraft, type DatasetDraft } from './dataset-yaml.js';
import { InitError } from './init-failure.js';

export interface DraftTrial {
  readonly dataset: Dataset;
  readonly day: CalendarDay;
  readonly rowCount: number;
  /** The first rows as they would be written, in the order of the target's columns. */
  readonly firstRows: readonly (readonly unknown[])[];
  /** Whether all rows of the day would be written. */
  readonly fits: boolean;
  /** The lines of `datasets try`. */
  readonly report: readonly string[];
}

/**
 * Reads a day with the dataset as it will be in the file.
 * @throws {InitError} if the dataset itself has an error
 */
export async function tryDraft(
  draft: DatasetDraft,
  day: CalendarDay,
  surroundings: {
    readonly folder: string;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
  signal: AbortSignal,
): Promise<DraftTrial> {
  serveSourceEntry();
  const read = readDatasets(`datasets:\n${writeDraft(draft, '  ')}`, surroundings);
  if (!read.ok) {
    throw new InitError(
      ...read.errors.map(
        ({ path, expected, received }) => `${path}: expected ${expected}, got ${received}`,
      ),
    );
  }
  const [dataset] = read.datasets;
  if (dataset === undefined) throw new TypeError('expected a dataset, got none');
  const catalog = new DatasetCatalog([dataset]);
  try {
    const trial = await tryDay(dataset, catalog.sourceOf(dataset), day, signal);
    const { lines } = reportTrial(dataset, day, trial);
    const fits = trial.failure === null && trial.misfitCount === 0;
    const { dialect } = rowReading(dataset);
    const reader = createRowReader(dataset.target.columns, dialect);
    const { columns } = dataset.target;
    const firstRows = fits
      ? trial.firstRows.map((row) =>
          reader(row).map((value, index) => {
            const { type = 'text' } = columns[index] ?? {};
            return value === null
              ? null
              : showValue(type, typeof value === 'bigint' ? String(value) : value);
          }),
        )
      : [];
    return { dataset, day, rowCount: trial.rowCount, firstRows, fits, report: lines };
  } finally {
    await catalog.close();
  }
}
