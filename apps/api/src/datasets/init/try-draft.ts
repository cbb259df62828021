import type { CalendarDay } from '@daysync/progress';
import { serveSourceEntry } from '../../sources/provider/provider-module.js';
import { concernsOneRow } from '../../sources/day-errors.js';
import { isSourceError, type SourceRow } from '../../sources/day-source.js';
import { createRowReader } from '../../sources/rows/row-reader.js';
import { showValue, type ColumnType, type TargetValue } from '../../targets/column-types.js';
import { DatasetCatalog } from '../dataset-catalog.js';
import { readDatasets } from '../file/dataset-file.js';
import { rowReading, type Dataset } from '../file/dataset.js';
import { tryDay, type ColumnMisfits } from '../check/day-trial.js';
import { reportTrial } from '../check/trial-report.js';
import { writeDraft, type DatasetDraft } from './dataset-yaml.js';
import { InitError } from './init-failure.js';

export interface DraftTrial {
  readonly dataset: Dataset;
  readonly day: CalendarDay;
  readonly rowCount: number;
  /** The first rows as they would be written, in the order of the target's columns. */
  readonly firstRows: readonly (readonly unknown[])[];
  /** Whether all rows of the day would be written, or kept in quarantine. */
  readonly fits: boolean;
  readonly hasBadRows: boolean;
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
    const hasBadRows = trial.misfitCount > 0;
    const areKept = dataset.onBadRow !== null && trial.misfits.every(concernRows);
    const fits = trial.failure === null && (!hasBadRows || areKept);
    const firstRows = fits ? writtenRows(dataset, trial.firstRows) : [];
    return { dataset, day, rowCount: trial.rowCount, firstRows, fits, hasBadRows, report: lines };
  } finally {
    await catalog.close();
  }
}

/** Whether a column's values don't fit in some rows alone: they are not missing in all of them. */
function concernRows({ misfits }: ColumnMisfits): boolean {
  return misfits.every(({ code }) => concernsOneRow(code));
}

/** The rows that fit, as they would be written. */
function writtenRows(
  dataset: Dataset,
  rows: readonly SourceRow[],
): readonly (readonly unknown[])[] {
  const { columns } = dataset.target;
  const read = createRowReader(columns, rowReading(dataset).dialect);
  return rows.flatMap((row) => {
    try {
      return [read(row).map((value, index) => shown(value, columns[index]?.type ?? 'text'))];
    } catch (error) {
      if (isSourceError(error)) return [];
      throw error;
    }
  });
}

function shown(value: TargetValue, type: ColumnType): unknown {
  return value === null ? null : showValue(type, typeof value === 'bigint' ? String(value) : value);
}
