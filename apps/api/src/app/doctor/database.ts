// The database of the installation: whether it can be opened as it is, and whether its clock and this one agree.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { readChangesAhead } from '../../changes/changes-ahead.js';
import { toInstant, type Clock } from '../../config/clock.js';
import type { AppConfig } from '../../config/environment.js';
import { connectionOf } from '../../database/postgres/postgres-connection.js';
import { MOVE_TABLE } from '../../database/schema-version.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { differenceLines } from '../../targets/target-table.js';
import {
  BootError,
  DATABASE_OF_URL,
  FIX_DATABASE_URL,
  FIX_DATA_DIR,
  openDatabase,
  UNFINISHED_MOVE,
} from '../boot.js';
import { DATABASE_FILE, readStoredData } from '../stored-data.js';
import { ok, problem, reasonOf, warning, type Finding } from './finding.js';

/** The oldest major version of PostgreSQL. */
const LEAST_POSTGRES = 15;
/** Commits, lanes and requests of one process need more. */
const LEAST_FREE_CONNECTIONS = 20;
/** A clock may be so much ahead or behind. */
const MOST_CLOCK_DIFFERENCE_MS = 10_000;
const FIX_CLOCK = 'let the machine set its clock over the network: timedatectl set-ntp true';
const RESTORE = 'stop Daysync and restore the latest backup (docs/deploy.md#backup-and-restore)';
const FIX_READING =
  'give this user the right to read and write it and its folder; if it is busy, ask again later';
/** SQLITE_CORRUPT and SQLITE_NOTADB. Other errors are about the way to the file: its content may be sound. */
const DAMAGED = new Set([11, 26]);

type Installation = Pick<AppConfig, 'dataDir' | 'databaseUrl'>;

/** Looks at the database without changing it; a server may be running. */
export async function checkDatabase(
  config: Installation,
  datasets: readonly Dataset[],
  clock: Pick<Clock, 'now'>,
): Promise<Finding[]> {
  const { dataDir, databaseUrl } = config;
  const file = path.join(dataDir, DATABASE_FILE);
  const own =
    databaseUrl === null ? checkSqlite(file, clock) : await checkPostgres(databaseUrl, clock);
  if (own.some(({ state }) => state === 'problem')) return own;
  return [...own, ...(await checkStored(config, file, datasets))];
}

/** Whether a start can use what is stored. */
async function checkStored(
  config: Installation,
  file: string,
  datasets: readonly Dataset[],
): Promise<Finding[]> {
  const isSqlite = config.databaseUrl === null;
  const what = isSqlite ? file : DATABASE_OF_URL;
  try {
    const stored = await openDatabase(what, isSqlite ? FIX_DATA_DIR : FIX_DATABASE_URL, () =>
      readStoredData(config, (database) => readChangesAhead(database, datasets)),
    );
    if (stored === 'none') return [ok('database', `${what} gets its tables at the first start`)];
    if (stored === 'older') return [ok('database', `${what} is migrated at the next start`)];
    return stored.differences.length === 0
      ? [ok('database', `${what} has the tables of this version`)]
      : differenceLines(stored.differences).map((line) => problem('datasets', line));
  } catch (error) {
    if (!(error instanceof BootError)) throw error;
    return error.lines.map((line) => problem('database', line));
  }
}

function checkSqlite(file: string, clock: Pick<Clock, 'now'>): Finding[] {
  if (!existsSync(file)) return [];
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    const said = database.prepare('pragma quick_check(1)').get()?.['quick_check'];
    if (said !== 'ok') return [problem('database', `${file} is damaged: ${String(said)}`, RESTORE)];
    return checkNewest(newestIn(database), clock.now());
  } catch (error) {
    const fix = isDamage(error) ? RESTORE : FIX_READING;
    return [problem('database', `${file} can't be read: ${reasonOf(error)}`, fix)];
  } finally {
    database?.close();
  }
}

function isDamage(error: unknown): boolean {
  // The upper bits say more than is needed here.
  return error instanceof Error && 'errcode' in error && DAMAGED.has(Number(error.errcode) % 256);
}

/** When a day or a batch was last written; undefined before the first, and in a database without these tables. */
function newestIn(database: DatabaseSync): string | undefined {
  const tables = database
    .prepare("select count(*) as found from sqlite_schema where name in ('batch', 'sync_record')")
    .get();
  if (tables?.['found'] !== 2) return undefined;
  const newest = database
    .prepare(
      'select max(at) as at from (select max(updated_at) as at from batch union all select max(last_tried_at) from sync_record)',
    )
    .get()?.['at'];
  return typeof newest === 'string' ? newest : undefined;
}

function checkNewest(newest: string | undefined, now: number): Finding[] {
  if (newest === undefined || Date.parse(newest) <= now + MOST_CLOCK_DIFFERENCE_MS) {
    return [ok('clock', `${toInstant(now)} is not before what is stored`)];
  }
  const text = `this clock shows ${toInstant(now)}, and the database was last written at ${newest}: one of the two times is wrong`;
  return [problem('clock', text, FIX_CLOCK)];
}

interface ServerState {
  readonly version: number;
  readonly now_ms: number;
  readonly reads_only: boolean;
  readonly may_create_tables: boolean;
  readonly may_create_schemas: boolean;
  readonly free_connections: number;
  readonly fsync: string;
  readonly unfinished_move: boolean;
}

const STATE = `
  select current_setting('server_version_num')::int / 10000 as version,
    extract(epoch from clock_timestamp())::float8 * 1000 as now_ms,
    pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on' as reads_only,
    coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create_tables,
    has_database_privilege(current_database(), 'create') as may_create_schemas,
    current_setting('max_connections')::int - (select count(*)::int from pg_stat_activity
      where backend_type = 'client backend') as free_connections,
    current_setting('fsync') as fsync,
    to_regclass('${MOVE_TABLE}') is not null as unfinished_move`;

async function checkPostgres(url: string, clock: Pick<Clock, 'now'>): Promise<Finding[]> {
  const client = new Client(connectionOf(url, 'daysync doctor'));
  client.on('error', () => undefined);
  try {
    await client.connect();
    const before = clock.now();
    const { rows } = await client.query<ServerState>(STATE);
    const [state] = rows;
    if (state === undefined) return [];
    const here = (before + clock.now()) / 2;
    return [...stateFindings(state), clockFinding(state.now_ms - here)];
  } catch (error) {
    const text = `${DATABASE_OF_URL} can't be used: ${reasonOf(error)}`;
    return [problem('database', text, fixOf(error))];
  } finally {
    await client.end().catch(() => undefined);
  }
}

function stateFindings(state: ServerState): Finding[] {
  const findings: Finding[] = [];
  if (state.version < LEAST_POSTGRES) {
    const text = `expected PostgreSQL ${LEAST_POSTGRES} or newer, got ${state.version}`;
    findings.push(problem('database', text, 'upgrade the server, or use another one'));
  }
  if (state.reads_only) {
    const text = 'the server only reads: it is a stand-by, or default_transaction_read_only is on';
    findings.push(problem('database', text, 'set DATABASE_URL to the primary server'));
  }
  if (!state.may_create_tables || !state.may_create_schemas) {
    const text = 'this login may not create tables and schemas in the database';
    const fix = 'grant create on the database and its schema public to it, or let it own them';
    findings.push(problem('database', text, fix));
  }
  if (state.unfinished_move) findings.push(problem('database', UNFINISHED_MOVE));
  if (state.free_connections < LEAST_FREE_CONNECTIONS) {
    const text = `the server has ${state.free_connections} free connections, and a process of Daysync uses up to ${LEAST_FREE_CONNECTIONS}`;
    const fix = 'raise max_connections of the server, or lower WORKER_CONCURRENCY';
    findings.push(warning('database', text, fix));
  }
  if (state.fsync !== 'on') {
    const text = 'fsync is off at the server: a crash of its machine may lose synced days';
    findings.push(warning('database', text, 'set fsync = on'));
  }
  return findings;
}

function clockFinding(aheadMs: number): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  if (Math.abs(aheadMs) <= MOST_CLOCK_DIFFERENCE_MS) {
    return ok('clock', 'this clock and that of the database agree');
  }
  const side = aheadMs > 0 ? 'ahead of' : 'behind';
  const text = `the clock of the database is ${seconds} s ${side} that of this machine`;
  return problem('clock', text, FIX_CLOCK);
}

/** By https://www.postgresql.org/docs/current/errcodes-appendix.html and the errors of the system. */
function fixOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('28') || reasonOf(error).startsWith('SASL')) {
    return 'correct the user and the password in DATABASE_URL';
  }
  if (code === '3D000') return 'create the database (createdb NAME), or correct DATABASE_URL';
  if (code === '53300') return 'raise max_connections of the server, or end other connections';
  return 'start the server, open its port to this machine, or correct DATABASE_URL';
}
