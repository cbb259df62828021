// Reads the durable state of a cluster from its PostgreSQL.
import { Client, types, type CustomTypesConfig } from 'pg';
import {
  batchOf,
  dayOf,
  recordsOf,
  selectBatches,
  targetOf,
  type Columns,
  quarantineOf,
  SELECT_QUARANTINE,
} from '../crash/database-rows.js';
import type { DatabaseState } from '../crash/database-state.js';
import { dumpRows } from '../target-table.js';

export interface PostgresState extends DatabaseState {
  /** The whole target as text, in the form of `dumpTable`. */
  readonly dump: string;
  /** How many batches run, of all datasets. */
  readonly running: number;
  readonly deadlocks: number;
}

/** Parses values as SQLite returns them: whole numbers as numbers, days and instants as text. */
const PARSERS = new Map<number, (text: string) => unknown>([
  [types.builtins.INT8, Number],
  [types.builtins.DATE, String],
  [types.builtins.TIMESTAMPTZ, String],
]);
const AS_SQLITE: CustomTypesConfig = {
  getTypeParser: (oid: Parameters<typeof types.getTypeParser>[0]): unknown =>
    PARSERS.get(oid) ?? types.getTypeParser(oid),
};

/** Reads the state of a dataset, whose table has its name, in one transaction; the programs may run. */
export async function readPostgres(url: string, dataset: string): Promise<PostgresState> {
  return reading(url, async (all) => {
    // In one transaction, because the programs commit meanwhile.
    await all('begin isolation level repeatable read read only');
    const batches = await all(selectBatches('where dataset = $1'), [dataset]);
    const [running] = await all("select count(*) as n from batch where status = 'running'");
    const days = await all('select * from batch_day where batch_id = $1 order by position', [
      batches.at(-1)?.['batch_id'] ?? '',
    ]);
    const [stray] = await all(
      'select count(*) as n from batch_day where batch_id not in (select batch_id from batch)',
    );
    const records = await all('select * from sync_record where dataset = $1', [dataset]);
    const rows = await all(`select * from "${dataset}"`);
    const quarantine = await all(SELECT_QUARANTINE);
    await all('commit');
    const deadlocks = await countDeadlocks(all);
    return {
      deadlocks,
      batches: batches.map(batchOf),
      days: days.map(dayOf),
      strayDays: Number(stray?.['n']),
      records: recordsOf(records),
      target: targetOf(rows),
      quarantine: quarantineOf(quarantine),
      dump: dumpRows(rows),
      running: Number(running?.['n']),
    };
  });
}

async function countDeadlocks(all: ReadAll): Promise<number> {
  const [row] = await all('select sum(deadlocks) as n from pg_stat_database');
  return Number(row?.['n']);
}

export function readDeadlocks(url: string): Promise<number> {
  return reading(url, countDeadlocks);
}

/** A day in flight and the name of its process, which begins with the name of its node. */
export interface RunningDay {
  readonly day: string;
  readonly process: string;
}

export async function readRunning(url: string, taskId: string): Promise<readonly RunningDay[]> {
  const query = 'select day, holder from lane where batch_id = $1 and day is not null order by 1';
  const rows = await reading(url, (all) => all(query, [taskId]));
  return rows.map((row) => ({ day: String(row['day']), process: String(row['holder']) }));
}

type ReadAll = (query: string, values?: unknown[]) => Promise<Columns[]>;

async function reading<T>(url: string, read: (all: ReadAll) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, types: AS_SQLITE });
  await client.connect();
  try {
    return await read(
      async (query, values = []) =>
        (await client.query<Record<string, unknown>>(query, values)).rows,
    );
  } finally {
    await client.end();
  }
}
