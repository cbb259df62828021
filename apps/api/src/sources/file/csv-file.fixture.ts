import type { DayColumn } from '../values/day-column.js';
import type { IndexedFileConfig } from './file-source-config.js';
import { DEFAULT_DIALECT } from '../formats/csv-dialect.js';

/** A `day_column` of ISO dates. */
function isoColumn(from = 'day'): DayColumn {
  return { from, format: 'iso', timeZone: 'UTC' };
}

/** A CSV file with all days; specs override what they are about. */
export function csvFile(
  path: string,
  overrides: Partial<IndexedFileConfig> = {},
): IndexedFileConfig {
  return {
    ...{ kind: 'csv', path, writtenPath: 'rows.csv', rows: '' },
    ...{ dayColumn: isoColumn(), dialect: DEFAULT_DIALECT, encoding: 'utf-8' },
    ...overrides,
  };
}
