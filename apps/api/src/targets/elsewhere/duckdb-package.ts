/** DuckDB's package. Its 70 MB are not installed with Daysync: most installations have no target in a DuckDB file. */
export type Duckdb = typeof import('@duckdb/node-api');

const PACKAGE = '@duckdb/node-api';
const DUCKDB_VERSION = '1.5.6-r.1';

/** DuckDB's package is not there. */
export class DuckdbMissingError extends Error {
  override readonly name = 'DuckdbMissingError';
  constructor(cause: unknown) {
    const install = `npm install ${PACKAGE}@${DUCKDB_VERSION}`;
    super(`expected ${PACKAGE} for a target in a DuckDB file, got no such package: ${install}`, {
      cause,
    });
  }
}

/**
 * Loads DuckDB's package, once it is needed.
 * @throws {DuckdbMissingError} if it, or its part for this system, is not installed
 */
export async function loadDuckdb(
  load: () => Promise<Duckdb> = () => import('@duckdb/node-api'),
): Promise<Duckdb> {
  try {
    return await load();
  } catch (error) {
    throw isMissing(error) ? new DuckdbMissingError(error) : error;
  }
}

function isMissing(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
