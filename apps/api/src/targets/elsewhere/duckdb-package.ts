import { createRequire } from 'node:module';

/** DuckDB's package. Its 70 MB are not installed with Daysync: most installations have no target in a DuckDB file. */
export type Duckdb = typeof import('@duckdb/node-api');

const NAME = '@duckdb/node-api';

export const DUCKDB_PACKAGE = {
  name: NAME,
  /** The command that installs the tested version. */
  install: `npm install ${NAME}@1.5.6-r.1`,
  /** Whether it is there, and perhaps not its part for this system: only {@link loadDuckdb} loads that. */
  isInstalled(): boolean {
    try {
      createRequire(import.meta.url).resolve(NAME);
      return true;
    } catch {
      return false;
    }
  },
};

/** DuckDB's package, or its part for this system, is not there. */
export class DuckdbMissingError extends Error {
  override readonly name = 'DuckdbMissingError';
  constructor(cause: unknown) {
    const { install } = DUCKDB_PACKAGE;
    super(`expected the package ${NAME} with its part for this system, got none: ${install}`, {
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
