// Rows a second of a CSV day into the target, compared with each database's own program and with the floor.
import path from 'node:path';
import { expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { HAS_POSTGRES, startPostgres } from '../postgres.js';
import { scratchFolder } from '../scratch.js';
import { countRows } from '../target-table.js';
import {
  compareLoaders,
  csvDataset,
  DAY,
  measureLoads,
  rounds,
  ROWS,
  rowsASecond,
  syncCsvDay,
  writeCsvDay,
} from './csv-day.js';
import { keep, type Figure } from './figures.js';
import { runFloor } from './floors.js';
import type { Measurement } from './in-turn.js';
import { isInstalled } from './programs.js';
import { copyByPsql, importBySqlite, POSTGRES_SHELL, SQLITE_SHELL } from './rows-loaders.js';

const FLOOR = 'the same parser and prepared statements';

/** Loads by another program, which has to write every row. */
function measureProgram(
  load: (table: string) => Promise<{ readonly ms: number; readonly database: string }>,
): Measurement {
  return measureLoads(async (table) => {
    const { database, ms } = await load(table);
    expect(await countRows(database, table)).toBe(ROWS);
    return ms;
  });
}

function measureDaysync(daysync: DaysyncProcess): Measurement {
  return measureLoads(async (dataset) => (await syncCsvDay(daysync, dataset)).ms);
}

async function besideSqlite(file: string): Promise<readonly Figure[]> {
  const folder = await scratchFolder();
  const datasets = rounds.map((table) => csvDataset(table, file, { table }));
  const daysync = await startDaysync({ datasets });
  const others: Record<string, Measurement> = {
    [FLOOR]: async () => rowsASecond((await runFloor('source', folder, 'csv', file, ROWS, DAY)).ms),
  };
  if (isInstalled(SQLITE_SHELL)) {
    others['.import of sqlite3'] = measureProgram(async (table) => {
      const database = path.join(folder, `${table}.db`);
      return { ms: await importBySqlite(database, table, file), database };
    });
  }
  return compareLoaders('SQLite', measureDaysync(daysync), others);
}

async function besidePostgres(file: string): Promise<readonly Figure[]> {
  const server = await startPostgres();
  const [url, otherUrl] = [await server.createDatabase(), await server.createDatabase()];
  const datasets = rounds.map((table) => csvDataset(table, file, { table }));
  const daysync = await startDaysync({ datasets, env: { DATABASE_URL: url } });
  const copy = measureProgram(async (table) => ({
    ms: await copyByPsql(otherUrl, table, file),
    database: otherUrl,
  }));
  return compareLoaders('PostgreSQL', measureDaysync(daysync), { '\\copy of psql': copy });
}

it('rows a second of a large day, compared with other loaders', async () => {
  const file = await writeCsvDay();
  const figures = [...(await besideSqlite(file))];
  const notMeasured: string[] = [];
  if (!isInstalled(SQLITE_SHELL)) notMeasured.push('.import of sqlite3, for it is not installed');
  if (HAS_POSTGRES && isInstalled(POSTGRES_SHELL)) figures.push(...(await besidePostgres(file)));
  else notMeasured.push('\\copy of psql, for there is no PostgreSQL or no psql');
  await keep('rows', figures, notMeasured);
});
