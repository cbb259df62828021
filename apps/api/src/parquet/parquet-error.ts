/** Why a Parquet file can't be read. */
export type ParquetFailure =
  /** It is no Parquet file, or is damaged. */
  | 'damaged'
  /** It uses a part of the format that is not read. */
  | 'unsupported'
  /** A part of it that has to be in memory at once is too large. */
  | 'too_large';

/** A Parquet file can't be read. An error of the disk stays the error of Node that it is. */
export class ParquetError extends Error {
  override readonly name = 'ParquetError';
  constructor(
    readonly failure: ParquetFailure,
    /** What was expected, and what came. */
    readonly why: string,
    options?: ErrorOptions,
  ) {
    super(why, options);
  }
}

export function damaged(why: string): ParquetError {
  return new ParquetError('damaged', why);
}

/** What is thrown for a damaged file by code that does not expect one, such as a RangeError of a `DataView`. */
export function orDamaged(error: unknown, where: string): unknown {
  if (!(error instanceof Error) || error instanceof ParquetError || isFromOutside(error)) {
    return error;
  }
  const why = `expected ${where}, got damaged data: ${error.message}`;
  return new ParquetError('damaged', why, { cause: error });
}

/** An error of the disk, or the reason of an `AbortSignal`. */
function isFromOutside(error: Error): boolean {
  return 'syscall' in error || error.name === 'AbortError' || error.name === 'TimeoutError';
}
