// Rows a second of a CSV day into the target, compared with each database's own program and with the floor.
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { HAS_POSTGRES, startPostgres } from '../postgres.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';
import LargeDaySource from '../sources/large-day-source.js';
import { countRows } from '../target-table.js';
import { besides, keep, spread, type Figure } from './figures.js';
import { runFloor } from './floors.js';
import { measureInTurn, type Measurement } from './in-turn.js';
import { isInstalled } from './programs.js';
import { copyByPsql, importBySqlite, POSTGRES_SHELL, SQLITE_SHELL } from './rows-loaders.js';

const ROUNDS = 3;
const ROWS = 1_000_000;
const DAY = '2025-10-01';
const FLOOR = 'the same parser and prepared statements';
const AIM = { bound: 'at least', value: 0.5, of: 'ratio' } as const;

/** The day is the last column of each row, because the other programs need it in the file. */
async function writeDay(): Promise<string> {
  const file = path.join(await scratchFolder(), `${DAY}.csv`);
  async function* lines(): AsyncGenerator<string> {
    yield 'n,ratio,station,note,day\n';
    for await (const row of new LargeDaySource({ rows: ROWS, editions: 1 }).fetchDay(DAY)) {
      yield `${Object.values(row).join(',')},${DAY}\n`;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
  return file;
}

/** Each round has a new table, because the peers load new ones, too. */
function datasetOf(table: string, file: string): DatasetYaml {
  return {
    name: table,
    source: { kind: 'csv', path: file.replace(DAY, '{day}') },
    target: {
      table,
      columns: { n: 'integer', ratio: 'real', station: 'text', note: 'text' },
    },
  };
}

const tables = Array.from({ length: ROUNDS }, (_, round) => `round_${round}`);
const rate = (ms: number): number => Math.round(ROWS / (ms / 1_000));

/** Loads the table of the next round, and checks the number of its rows. @returns rows a second */
function measureLoads(
  load: (table: string) => Promise<{ ms: number; database: string }>,
): Measurement {
  const left = [...tables];
  return async () => {
    const table = left.shift() ?? '';
    const { database, ms } = await load(table);
    expect(await countRows(database, table)).toBe(ROWS);
    return rate(ms);
  };
}

function measureDaysync(daysync: DaysyncProcess, database: string): Measurement {
  return measureLoads(async (dataset) => {
    const ended = await daysync.sync({ dataset, start_date: DAY, end_date: DAY });
    expect(ended).toMatchObject({ status: 'completed', success: 1 });
    const ms = Date.parse(ended.finished_at ?? '') - Date.parse(ended.started_at ?? '');
    return { ms, database };
  });
}

async function compare(
  kind: string,
  daysync: Measurement,
  others: Readonly<Record<string, Measurement>>,
): Promise<readonly Figure[]> {
  const contestants: Record<string, Measurement> = { daysync, ...others };
  const { daysync: own = [], ...rates } = await measureInTurn(ROUNDS, contestants);
  return Object.entries(rates).map(([name, other]) => ({
    what: `rows of a CSV day of ${ROWS.toLocaleString('en')}, ${kind}`,
    unit: 'rows/s',
    own: spread(own),
    beside: besides(name, own, other),
    aim: AIM,
  }));
}

async function besideSqlite(file: string): Promise<readonly Figure[]> {
  const folder = await scratchFolder();
  const daysync = await startDaysync({ datasets: tables.map((table) => datasetOf(table, file)) });
  const others: Record<string, Measurement> = {
    [FLOOR]: async () => rate((await runFloor('source', folder, 'csv', file, ROWS, DAY)).ms),
  };
  if (isInstalled(SQLITE_SHELL)) {
    others['.import of sqlite3'] = measureLoads(async (table) => {
      const database = path.join(folder, `${table}.db`);
      return { ms: await importBySqlite(database, table, file), database };
    });
  }
  return compare('SQLite', measureDaysync(daysync, daysync.databaseFile), others);
}

async function besidePostgres(file: string): Promise<readonly Figure[]> {
  const server = await startPostgres();
  const [url, otherUrl] = [await server.createDatabase(), await server.createDatabase()];
  const daysync = await startDaysync({
    datasets: tables.map((table) => datasetOf(table, file)),
    env: { DATABASE_URL: url },
  });
  const copy = measureLoads(async (table) => ({
    ms: await copyByPsql(otherUrl, table, file),
    database: otherUrl,
  }));
  return compare('PostgreSQL', measureDaysync(daysync, url), { '\\copy of psql': copy });
}

it('rows a second of a large day, compared with other loaders', async () => {
  const file = await writeDay();
  const figures = [...(await besideSqlite(file))];
  const notMeasured: string[] = [];
  if (!isInstalled(SQLITE_SHELL)) notMeasured.push('.import of sqlite3, for it is not installed');
  if (HAS_POSTGRES && isInstalled(POSTGRES_SHELL)) figures.push(...(await besidePostgres(file)));
  else notMeasured.push('\\copy of psql, for there is no PostgreSQL or no psql');
  await keep('rows', figures, notMeasured);
});
