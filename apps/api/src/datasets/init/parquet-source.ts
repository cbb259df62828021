import type { ParquetColumn, ParquetReader } from '../../parquet/parquet-file.js';
import { isSourceError, type RowChunk } from '../../sources/day-source.js';
import type { SourceFile } from '../../sources/file/source-file.js';
import { openParquet } from '../../sources/parquet/parquet-content.js';
import { readParquet } from '../../sources/parquet/parquet-rows.js';
import type { ColumnType } from '../../targets/column-types.js';
import { InitError } from './init-failure.js';
import type { InitSource } from './init-source.js';
import { extentOf, MOST_FILES, MOST_SAMPLE_BYTES, openSourceFile } from './sample.js';

const MAGIC = 'PAR1';
/** The rows of all files that are read. */
const MOST_ROWS = 500_000;

/** The beginning of a Parquet file. */
interface ParquetSample {
  readonly path: string;
  readonly rows: number;
  readonly isWhole: boolean;
  /** Uncompressed. */
  readonly bytes: number;
}

/** Whether a file begins as a Parquet file does. */
export async function isParquet(path: string): Promise<boolean> {
  const front = Buffer.alloc(MAGIC.length);
  try {
    const file = await openSourceFile(path);
    try {
      await file.readAt(front, 0);
    } finally {
      await file.release();
    }
  } catch {
    // Reading its rows says why.
    return false;
  }
  return front.toString('latin1') === MAGIC;
}

/**
 * Reads the first rows of Parquet files. Their columns have types.
 * @param written the path as the datasets file has it
 * @throws {InitError} for files that can't be read
 */
export async function openParquetFiles(
  files: readonly string[],
  written: string,
  signal: AbortSignal,
  most = { rows: MOST_ROWS, bytes: MOST_SAMPLE_BYTES },
): Promise<Omit<InitSource, 'name'>> {
  const samples: ParquetSample[] = [];
  const declared = new Map<string, ColumnType | undefined>();
  let left = most;
  for (const path of files.slice(0, MOST_FILES)) {
    if (left.rows <= 0 || left.bytes <= 0) break;
    const parquet = await readFooter(path, signal);
    const sample = sampleOf(path, parquet, left);
    samples.push(sample);
    left = { rows: left.rows - sample.rows, bytes: left.bytes - sample.bytes };
    for (const column of parquet.columns) {
      const type = declaredType(column);
      const isSame = !declared.has(column.name) || declared.get(column.name) === type;
      // Where files differ, their values say what takes all of them.
      declared.set(column.name, isSame ? type : undefined);
    }
  }
  const isWhole = samples.length === files.length && samples.every((sample) => sample.isWhole);
  const bytes = samples.reduce((sum, sample) => sum + sample.bytes, 0);
  return {
    ...{ keys: { kind: 'parquet', path: written }, format: null, declared, isWhole },
    extent: extentOf(bytes, samples.length, { files: files.length, isWhole }),
    rows: () => rowsOf(samples, signal),
  };
}

/** As many rows as there is room for, if all of them are as long. */
function sampleOf(
  path: string,
  { rows, rowGroups }: ParquetReader,
  left: { readonly rows: number; readonly bytes: number },
): ParquetSample {
  const bytes = rowGroups.reduce((sum, group) => sum + group.bytes, 0);
  const share = Math.min(1, left.rows / rows, left.bytes / bytes);
  if (rows === 0 || share === 1) return { path, rows, bytes, isWhole: true };
  return {
    ...{ path, rows: Math.max(1, Math.floor(rows * share)), isWhole: false },
    bytes: Math.ceil(bytes * share),
  };
}

async function* rowsOf(
  samples: readonly ParquetSample[],
  signal: AbortSignal,
): AsyncGenerator<RowChunk> {
  for (const { path, rows } of samples) {
    const file = await openFile(path);
    let left = rows;
    try {
      for await (const chunk of readParquet(file, { signal })) {
        yield chunk.slice(0, left);
        left -= chunk.length;
        if (left <= 0) break;
      }
    } catch (error) {
      throw asInitError(error, path);
    } finally {
      await file.release();
    }
  }
}

async function readFooter(path: string, signal: AbortSignal): Promise<ParquetReader> {
  const file = await openFile(path);
  try {
    return await openParquet(file, signal);
  } catch (error) {
    throw asInitError(error, path);
  } finally {
    await file.release();
  }
}

async function openFile(path: string): Promise<SourceFile> {
  try {
    return await openSourceFile(path);
  } catch (error) {
    throw asInitError(error, path);
  }
}

function asInitError(error: unknown, path: string): unknown {
  return isSourceError(error) ? new InitError(`${path}: ${error.message}`) : error;
}

/** The type of a column; undefined where its values say it: times of a wall clock, bytes, lists and structures. */
function declaredType({ type }: ParquetColumn): ColumnType | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'decimal':
    case 'date':
    case 'text':
    case 'json':
      return type.kind;
    case 'integer':
      return 'integer';
    case 'float':
      return 'real';
    case 'time':
    case 'uuid':
      return 'text';
    case 'timestamp':
      return type.isUtc ? 'timestamp' : undefined;
    case 'binary':
    case 'nested':
    case 'unsupported':
      return undefined;
  }
}
