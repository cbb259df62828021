// The kind `sql` on PostgreSQL: a view for each dataset, which is replaced to change its rows.
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from '../postgres.js';
import { DAY, MANY, ROWS, type Row, type Served, type SourceKind } from './source-kind.js';

/** How long a slow row takes, in seconds. */
const SLOW = 1.5;
const POLL_MS = 20;

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const select = (rows: readonly Row[]): string =>
  rows
    .map(
      ({ n, name, price }) =>
        `select date '${DAY}' as day, ${n}::bigint as n, ${literal(name)} as name, ` +
        `${literal(price)}::numeric as price`,
    )
    .join(' union all ');
/** @param name of the row with the number `n` */
const selectMany = (name: string): string =>
  `select date '${DAY}' as day, n, ${name} as name, (n || '.50')::numeric as price
   from generate_series(1::bigint, ${MANY}) n`;
/** Returns rows, then hangs. */
const SILENT = selectMany(`'row ' || n || case when n < 5000 then '' else pg_sleep(600)::text end`);

const VIEWS: Readonly<Record<Served, string>> = {
  none: `${select(ROWS)} limit 0`,
  rows: select(ROWS),
  many: selectMany(`'row ' || n`),
  bad: select([...ROWS, { n: '4', name: 'd', price: 'NaN' }]),
  cut: SILENT,
  silent: SILENT,
  long: SILENT,
  slow: `${select(ROWS.slice(0, 2))} union all
    select day, n, name || pg_sleep(${SLOW})::text, price from (${select(ROWS.slice(2))}) last`,
};

export function postgresKind(server: PostgresServer): SourceKind {
  /** @param more another condition for the server's processes */
  const processes = (dataset: string, more: string): string =>
    `from pg_stat_activity where application_name = 'daysync' and query like '% ${dataset}_trades %'
     and ${more}`;
  /** Breaks the connection after it has returned rows. */
  const breakOff = async (dataset: string): Promise<void> => {
    const end = `select pg_terminate_backend(pid) ${processes(dataset, `wait_event = 'PgSleep'`)}`;
    while ((await server.execute(end)).length === 0) await sleep(POLL_MS);
  };
  return {
    name: 'sql_postgres',
    source: (dataset) => ({
      kind: 'sql',
      url: '${WAREHOUSE_URL}',
      query: `select n, name, price from ${dataset}_trades where day = :day`,
    }),
    serve: async (dataset, day) => {
      await server.execute(`create or replace view ${dataset}_trades as ${VIEWS[day]}`);
      if (day === 'cut') void breakOff(dataset);
    },
    release: () => undefined,
    atWork: async (dataset) => {
      const [row] = await server.execute(
        `select count(*)::int as count ${processes(dataset, `state <> 'idle'`)}`,
      );
      return Number(row?.['count']);
    },
    kept: 0,
    slowRows: ROWS.length,
    // The server has ended the connection, as in a shutdown.
    cut: { code: 'SQL_UNREACHABLE' },
    silent: { code: 'TIMEOUT' },
  };
}
