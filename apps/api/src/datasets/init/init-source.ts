import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ColumnType } from '../../targets/column-types.js';
import type { RowChunk } from '../../sources/day-source.js';
import { writtenTextKeys } from '../../sources/formats/csv-dialect.js';
import type { DayReading } from './day-column-guess.js';
import { guessFormat, sampledRows, type FormatGuess } from './format-guess.js';
import { InitError } from './init-failure.js';
import { isParquet, openParquetFiles } from './parquet-source.js';
import {
  extentOf,
  matchingFiles,
  sampleAddress,
  sampleFile,
  sampleFiles,
  type Sample,
} from './sample.js';

/** A secret that the datasets file takes from the environment. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** A source of rows that has been read once. */
export interface InitSource {
  /** The kind, and where the rows are: the first keys of the source in the datasets file. */
  readonly keys: Readonly<Record<string, unknown>>;
  /** How its rows are written; null where they are values already. */
  readonly format: FormatGuess | null;
  /** Such as `1 file` or `the first 64 MiB of it`. */
  readonly extent: string;
  /** Whether all rows were read. */
  readonly isWhole: boolean;
  /** What a dataset is named after. */
  readonly name: string;
  /** The query of a day; absent where the source itself finds the rows of a day. */
  readonly query?: (day: DayReading) => string;
  /** The types that the source says, by column; undefined for one whose values say it. */
  readonly declared?: ReadonlyMap<string, ColumnType | undefined>;
  /** The secrets of its address, which the datasets file takes from the environment. */
  readonly variables?: readonly Variable[];
  /** The same rows at each call. */
  rows(signal: AbortSignal): AsyncGenerator<RowChunk>;
}

const ADDRESS = /^https?:\/\//i;

/**
 * Reads a file, files by a path with `*`, or an address.
 * @param folder of the datasets file: paths in it are relative to that
 * @throws {InitError} for a source without rows
 */
export async function openSource(
  source: string,
  folder: string,
  signal: AbortSignal,
): Promise<InitSource> {
  if (ADDRESS.test(source)) return openAddress(source, signal);
  const files =
    source.includes('*') && !existsSync(source) ? await matchingFiles(source) : [source];
  const written = path.relative(folder, path.resolve(source)).split(path.sep).join('/');
  if (/[{}]/.test(written)) {
    throw new InitError(`expected a path without { and }, which are placeholders, got ${written}`);
  }
  if (await isParquet(files[0] ?? source)) {
    return { ...(await openParquetFiles(files, written, signal)), name: nameOf(written) };
  }
  const samples =
    files.length === 1 && !source.includes('*')
      ? [await sampleFile(source, signal)]
      : await sampleFiles(files, signal);
  const [first] = samples;
  if (first === undefined) throw new InitError(`expected a file with rows, got none: ${source}`);
  const format = await guessFormat(first);
  const isWhole = samples.length === files.length && samples.every((one) => one.isWhole);
  return {
    ...sampled(samples, format),
    keys: { kind: format.format, path: written, ...formatKeys(format) },
    extent: extentOf(bytesOf(samples), samples.length, { files: files.length, isWhole }),
    isWhole,
    name: nameOf(written),
  };
}

async function openAddress(address: string, signal: AbortSignal): Promise<InitSource> {
  const sample = await sampleAddress(address, signal);
  const format = await guessFormat(sample);
  const { format: written, ...others } = { format: format.format, ...formatKeys(format) };
  return {
    ...sampled([sample], format),
    keys: { kind: 'http', url: address, format: written, ...others },
    extent: extentOf(sample.bytes.length, 1, { files: 1, isWhole: sample.isWhole }),
    isWhole: sample.isWhole,
    name: nameOf(new URL(address).pathname) || new URL(address).hostname,
  };
}

function sampled(
  samples: readonly Sample[],
  format: FormatGuess,
): Pick<InitSource, 'format' | 'rows'> {
  return { format, rows: (signal) => sampledRows(samples, format, signal) };
}

function formatKeys({ rows, dialect, encoding }: FormatGuess): Readonly<Record<string, unknown>> {
  return {
    ...(rows === '' ? {} : { rows }),
    ...Object.fromEntries(writtenTextKeys({ dialect, encoding })),
  };
}

function bytesOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, sample) => sum + sample.bytes.length, 0);
}

/** The last part of a path, without its ending and placeholders. */
function nameOf(written: string): string {
  const base = path.posix.basename(written);
  const plain = base.replace(/(?:[.][a-z0-9]{1,7})+$/i, '').replaceAll('*', '');
  return /[a-z]/i.test(plain) ? plain : path.posix.basename(path.posix.dirname(written));
}
