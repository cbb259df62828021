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

/**
 * Reads what may be damaged. The library expects no such bytes: it throws whatever a step ends with.
 * @param where what was to be read
 * @throws {ParquetError} and no other error
 */
export async function decoded<Result>(
  where: string,
  read: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ParquetError) throw error;
    const why = `expected ${where}, got damaged data: ${error instanceof Error ? error.message : String(error)}`;
    throw new ParquetError('damaged', why, { cause: error });
  }
}
