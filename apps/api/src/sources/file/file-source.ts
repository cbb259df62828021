import type { TargetColumn } from '../../targets/target.js';
import type { DaySource } from '../day-source.js';
import { CsvSource } from './csv-source.js';
import { DayFileSource } from './day-file-source.js';
import { isOneFile, type FileSourceConfig } from './file-source-config.js';

/**
 * The source that reads one file with all days, or one file a day.
 * @param columns what the target asks for
 */
export function createFileSource(
  config: FileSourceConfig,
  columns: readonly TargetColumn[],
): DaySource {
  return isOneFile(config) ? new CsvSource(config) : new DayFileSource(config, columns);
}

/** What of the configuration decides the rows. */
export function fileFingerprint(config: FileSourceConfig): readonly string[] {
  return [config.writtenPath, isOneFile(config) ? config.dayColumn : config.rows];
}
