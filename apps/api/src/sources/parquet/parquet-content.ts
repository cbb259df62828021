import { ParquetError, ParquetReader } from '../../parquet/parquet-file.js';
import type { ParquetBytes } from '../../parquet/parquet-footer.js';
import { SourceError, type SourceErrorKind } from '../day-source.js';
import { packingOf } from '../formats/unpack.js';

/** A file that is read in parts. */
export interface ParquetContent {
  /** In bytes. */
  readonly size: number;
  /** Fills `buffer` from `position` on, up to the end. @returns the number of bytes */
  readAt(buffer: Buffer, position: number): Promise<number>;
}

const MAGIC = 'PAR1';
/** The magic of a file whose footer is encrypted. */
const ENCRYPTED = 'PARE';
/** Of a magic. */
const FRONT_BYTES = 4;
/** Both magics, and the length of the footer. */
const LEAST_BYTES = 12;

/**
 * Opens a Parquet file: reads its footer.
 * @throws {SourceError} passing `SOURCE_CUT_OFF`, where it is still being written; lasting: as {@link parquetFailure} says
 */
export async function openParquet(
  content: ParquetContent,
  signal: AbortSignal,
): Promise<ParquetReader> {
  const front = await textAt(content, 0);
  const end = await textAt(content, Math.max(0, content.size - FRONT_BYTES));
  const isOpen = content.size < LEAST_BYTES || (end !== MAGIC && end !== ENCRYPTED);
  if (isOpen && (content.size === 0 || front === MAGIC)) {
    const text = `expected a whole Parquet file, got ${content.size} bytes without a footer`;
    throw new SourceError('passing', 'SOURCE_CUT_OFF', text);
  }
  if (isOpen) {
    const packing = packingOf(Buffer.from(front, 'latin1'), '');
    const text =
      packing === undefined
        ? `expected a Parquet file, which begins and ends with ${MAGIC}, got another file`
        : `expected a Parquet file, got one that is packed with ${packing}: unpack it; Parquet is compressed inside`;
    throw new SourceError('lasting', 'SOURCE_UNREADABLE', text);
  }
  try {
    return await ParquetReader.of(bytesOf(content), content.size, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw parquetFailure(error);
  }
}

function bytesOf(content: ParquetContent): ParquetBytes {
  return {
    read: async (buffer, offset, length, position) => {
      const part = buffer.subarray(offset, offset + length);
      return { bytesRead: await content.readAt(part, position) };
    },
  };
}

async function textAt(content: ParquetContent, position: number): Promise<string> {
  const buffer = Buffer.alloc(FRONT_BYTES);
  const length = await content.readAt(buffer, position);
  return buffer.toString('latin1', 0, length);
}

/**
 * What can't be read of a Parquet file as an error of the source: `SOURCE_UNREADABLE`, or `SOURCE_TOO_LARGE` where a part
 * of it is too large for the memory. Any other error stays as it is.
 */
export function parquetFailure(error: unknown, kind: SourceErrorKind = 'lasting'): unknown {
  if (!(error instanceof ParquetError)) return error;
  const code = error.failure === 'too_large' ? 'SOURCE_TOO_LARGE' : 'SOURCE_UNREADABLE';
  return new SourceError(kind, code, error.why, {}, { cause: error });
}
