// Targets outside Daysync's own database, as their users read them.
import path from 'node:path';
import { ON_POSTGRES } from './own-database.js';
import { HAS_POSTGRES } from './postgres-server.js';
import { queryRows } from './database-queries.js';
import type { DatasetYaml } from './scratch.js';
import { dumpRows } from './target-table.js';

/** A DuckDB file is refused where several processes may write it. */
export const TARGETS_ELSEWHERE = (['postgres', 'duckdb', 'parquet'] as const).filter((kind) =>
  kind === 'duckdb' ? !ON_POSTGRES : kind !== 'postgres' || HAS_POSTGRES,
);
export type KindElsewhere = (typeof TARGETS_ELSEWHERE)[number];

/** The fault points of a day's way into such a target, in their order. */
export const POINTS_ELSEWHERE = [
  'unfinished_write:before_commit',
  'unfinished_write:after_commit',
  'elsewhere:before_commit',
  'elsewhere:after_commit',
  'step:before_commit',
  'step:after_commit',
] as const;

/** A target that is empty yet. */
export interface ScratchTarget {
  /** Its keys in the datasets file, but its columns. */
  readonly keys: Readonly<Record<string, unknown>>;
  /** What the program needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

export async function targetElsewhere(
  kind: KindElsewhere,
  folder: string,
  makePostgres: () => Promise<string>,
): Promise<ScratchTarget> {
  const table = 'strikes';
  switch (kind) {
    case 'postgres': {
      const env = { TARGET_URL: await makePostgres() };
      return { keys: { kind, url: '${TARGET_URL}', table }, env };
    }
    case 'duckdb':
      return { keys: { kind, path: path.join(folder, 'strikes.duckdb'), table }, env: {} };
    case 'parquet':
      return { keys: { kind, path: path.join(folder, table) }, env: {} };
  }
}

/**
 * Every row of a target as text, sorted, with its day first: the same as {@link dumpTable} has of a table with these rows. A
 * DuckDB file can only be read once the program has ended.
 */
export async function readTarget(dataset: DatasetYaml, env: ScratchTarget['env']): Promise<string> {
  return dumpRows(await readTargetRows(dataset, env));
}

export async function readTargetRows(
  { target }: DatasetYaml,
  env: ScratchTarget['env'],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const columns = Object.entries(target.columns).map(([name, column]) => ({
    name,
    isDate: (typeof column === 'string' ? column : (column as { type: string }).type) === 'date',
  }));
  const { kind, path: place = '', table = '' } = target as Readonly<Record<string, string>>;
  const selected = [{ name: 'sync_day', isDate: true }, ...columns]
    .map(({ name, isDate }) => (isDate ? `cast(${name} as varchar) as ${name}` : name))
    .join(', ');
  switch (kind) {
    case 'postgres':
      return queryRows(env['TARGET_URL'] ?? '', `select ${selected} from ${table}`);
    case 'duckdb':
      return queryDuckdb(place, `select ${selected} from ${table}`);
    default: {
      const files = `read_parquet('${place}/*/*.parquet', hive_partitioning = true)`;
      return queryDuckdb(':memory:', `select ${selected} from ${files}`);
    }
  }
}

export async function queryDuckdb(
  file: string,
  sql: string,
): Promise<readonly Record<string, unknown>[]> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
