import type { RowChunk } from '../day-source.js';
import { readFormat } from '../formats/read-format.js';
import { unpackIfPacked } from '../formats/unpack.js';
import { readParquet } from '../parquet/parquet-rows.js';
import type { NeededColumn } from '../rows/source-columns.js';
import type { WrittenFile } from './file-source-config.js';
import type { SourceFile } from './source-file.js';

/**
 * The rows of a file that has one day.
 * @param columns those that the dataset needs
 * @throws {SourceError} as {@link readFormat}, {@link unpackIfPacked} and {@link readParquet} do
 */
export function rowsOfDayFile(
  file: SourceFile,
  { kind, rows, dialect, encoding }: WrittenFile,
  columns: readonly NeededColumn[],
  signal: AbortSignal,
): AsyncGenerator<RowChunk> {
  if (kind === 'parquet') return readParquet(file, { columns, signal });
  const bytes = unpackIfPacked(file.packed());
  return readFormat(bytes, { format: kind, pointer: rows, columns, dialect, encoding, signal });
}
