import { glob, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { SourceError } from '../../sources/day-source.js';
import { realFolderOf } from '../../sources/file/open-inside.js';
import { SourceFile } from '../../sources/file/source-file.js';
import { unpackIfPacked } from '../../sources/formats/unpack.js';
import { InitError } from './init-failure.js';

/** The most bytes of a source that are read, unpacked. */
export const MOST_SAMPLE_BYTES = 67_108_864;
/** The first ones by name, of a source with more files. */
export const MOST_FILES = 200;
const REQUEST_TIMEOUT_MS = 60_000;

/** The beginning of a file or of an answer, or all of it. */
export interface Sample {
  /** Its path or address. */
  readonly name: string;
  /** Unpacked. */
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

/**
 * Reads a file up to the bound.
 * @throws {InitError} for one that can't be read
 */
export async function sampleFile(
  path: string,
  signal: AbortSignal,
  mostBytes = MOST_SAMPLE_BYTES,
): Promise<Sample> {
  try {
    const file = await openSourceFile(path);
    try {
      return await sampleOf(path, unpackIfPacked(file.packed()), signal, mostBytes);
    } finally {
      await file.release();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SourceError) throw new InitError(`${path}: ${error.message}`);
    throw error;
  }
}

/**
 * Opens a file as the sync will.
 * @throws {SourceError} as {@link SourceFile.open} does
 */
export async function openSourceFile(path: string): Promise<SourceFile> {
  const realFolder = await realFolderOf(dirname(path), path);
  return SourceFile.open({ path, realFolder, writtenPath: path });
}

/**
 * The files that match a path with `*`, in the order of their names.
 * @throws {InitError} if there is none
 */
export async function matchingFiles(pattern: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern)) {
    if ((await stat(file)).isFile()) files.push(file);
  }
  if (files.length === 0) throw new InitError(`expected a file that matches ${pattern}, got none`);
  return files.toSorted();
}

/** Reads the first files, until the bound is reached. */
export async function sampleFiles(
  files: readonly string[],
  signal: AbortSignal,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  let left = MOST_SAMPLE_BYTES;
  for (const file of files.slice(0, MOST_FILES)) {
    if (left <= 0) break;
    const sample = await sampleFile(file, signal, left);
    left -= sample.bytes.length;
    samples.push(sample);
  }
  return samples;
}

/**
 * Reads an answer up to the bound.
 * @throws {InitError} for an answer without content
 */
export async function sampleAddress(
  address: string,
  signal: AbortSignal,
): Promise<Sample & { readonly contentType: string }> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const both = AbortSignal.any([signal, timeout]);
  try {
    const answer = await fetch(address, { signal: both });
    if (!answer.ok || answer.body === null) {
      throw new InitError(`expected an answer with data, got HTTP ${answer.status}: ${address}`);
    }
    const chunks = unpackIfPacked({ chunks: answer.body, name: new URL(address).pathname });
    const sample = await sampleOf(address, chunks, both, MOST_SAMPLE_BYTES);
    return { ...sample, contentType: answer.headers.get('content-type') ?? '' };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof InitError) throw error;
    if (error instanceof SourceError) throw new InitError(`${address}: ${error.message}`);
    const reason = timeout.aborted
      ? `no answer within ${REQUEST_TIMEOUT_MS / 1_000} s`
      : reasonOf(error);
    throw new InitError(`expected an answer of ${address}, got: ${reason}`);
  }
}

/**
 * What was read of a source, for people.
 * @param read how many of its files
 */
export function extentOf(
  bytes: number,
  read: number,
  { files, isWhole }: { readonly files: number; readonly isWhole: boolean },
): string {
  const size = `${formatBytes(bytes)}${isWhole ? '' : ', not all of it'}`;
  return files === 1 ? size : `${read} of ${files} files, ${size}`;
}

function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000
    ? `${Math.round(bytes / 1_000)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `fetch` has the reason in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function sampleOf(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  mostBytes: number,
): Promise<Sample> {
  const read: Uint8Array[] = [];
  let length = 0;
  let isWhole = true;
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    if (isTurnDue()) await takeTurn();
    read.push(chunk);
    length += chunk.length;
    if (length <= mostBytes) continue;
    isWhole = false;
    break;
  }
  return { name, bytes: Buffer.concat(read).subarray(0, mostBytes), isWhole };
}
