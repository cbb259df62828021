import type { WithTarget } from '../../targets/target.js';
import type { DaySource } from '../day-source.js';
import type { SqlSourceConfig } from './sql-config.js';
import { PostgresSource } from './sql-postgres-source.js';
import { SqliteSource } from './sql-sqlite-source.js';

/** Makes the source for the database that a query is for. */
export function createSqlSource(
  { database, writtenUrl, query, timeoutSeconds }: SqlSourceConfig,
  dataset: WithTarget & { readonly timeoutSeconds: number; readonly concurrency: number },
): DaySource {
  const shared = {
    writtenUrl,
    query,
    timeoutSeconds: timeoutSeconds ?? dataset.timeoutSeconds,
    columns: dataset.target.columns,
  };
  switch (database.dialect) {
    case 'postgres':
      return new PostgresSource({ ...shared, url: database.url, connections: dataset.concurrency });
    case 'sqlite':
      return new SqliteSource({ ...shared, path: database.path });
  }
}
