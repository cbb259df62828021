import { chunkFrom, SourceError, type RowChunk } from './day-source.js';

/** Rows with the file, or the page of an answer, that they stand in. */
export function inFile(chunk: RowChunk, file: string): RowChunk {
  const rows = chunk.map((row) => ({ ...row, file }));
  return chunk.origin === undefined ? rows : chunkFrom(rows, chunk.origin);
}

/** An error of one of several files or requests, with its name. */
export function ofFile(error: unknown, name: string): unknown {
  if (!(error instanceof SourceError) || error.message.includes(name)) return error;
  const { kind, code, message, place, cause } = error;
  return new SourceError(kind, code, `${name}: ${message}`, place, { cause });
}
