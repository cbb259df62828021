import { dirname } from 'node:path';
import type { IndexedFileConfig } from './file-source-config.js';
import { DEFAULT_DIALECT } from '../formats/csv-dialect.js';

/** A CSV file with all days; specs override what they are about. */
export function csvFile(
  path: string,
  overrides: Partial<IndexedFileConfig> = {},
): IndexedFileConfig {
  return {
    ...{ kind: 'csv', path, folder: dirname(path), writtenPath: 'rows.csv', rows: '' },
    ...{ dialect: DEFAULT_DIALECT, encoding: 'utf-8' },
    dayColumn: { from: 'day', format: 'iso', timeZone: 'UTC' },
    ...overrides,
  };
}
