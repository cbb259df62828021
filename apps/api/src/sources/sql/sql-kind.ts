import { part, zoneParts } from '../kind/fingerprint-part.js';
import type { SourceDefinition } from '../kind/source-kind.js';
import { reachFile } from '../kind/source-probe.js';
import { readSqlSource, type SqlSourceConfig } from './sql-config.js';
import { hasInstantParameter } from './sql-parameters.js';
import { unchangedColumns } from './sql-postgres-count.js';
import { reachPostgres } from './sql-postgres-probe.js';
import { PostgresSource } from './sql-postgres-source.js';
import { SqliteSource } from './sql-sqlite-source.js';

export const SQL_KIND: SourceDefinition<SqlSourceConfig> = {
  read: readSqlSource,

  deciding({ writtenUrl, query, database, timeZone }) {
    const hasInstants = hasInstantParameter(query, database.dialect);
    return [part('url', writtenUrl), part('query', query), ...zoneParts(hasInstants, timeZone)];
  },

  open({ database, writtenUrl, query, timeZone, timeoutSeconds }, context) {
    const shared = {
      writtenUrl,
      query,
      timeZone,
      timeoutSeconds: timeoutSeconds ?? context.timeoutSeconds,
      columns: context.columns,
    };
    switch (database.dialect) {
      case 'postgres':
        return new PostgresSource({
          ...{ ...shared, url: database.url, connections: context.concurrency },
          unchanged: unchangedColumns(context.reading),
        });
      case 'sqlite':
        return new SqliteSource({ ...shared, path: database.path });
    }
  },

  uses: ({ timeoutSeconds, concurrency, columns }) => [timeoutSeconds, concurrency, columns],
  describeDay: ({ writtenUrl }) => writtenUrl,
  probe: {
    reach: ({ database, writtenUrl }) =>
      database.dialect === 'sqlite'
        ? reachFile(database.path, writtenUrl)
        : reachPostgres(database.url, writtenUrl),
    fix: 'correct url in the datasets file, start the database, or let this machine connect there',
  },
};
