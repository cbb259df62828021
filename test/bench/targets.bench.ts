// Rows a second of a CSV day into targets outside Daysync's own database, compared with the own loader of each.
import path from 'node:path';
import { it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { HAS_POSTGRES, startPostgres } from '../postgres.js';
import { scratchFolder } from '../scratch.js';
import { csvDataset, HALF, rounds, ROWS, rowsASecond, syncCsvDay, writeCsvDay } from './csv-day.js';
import { figureBeside, keep, type Figure } from './figures.js';
import { runFloor } from './floors.js';
import { isInstalled } from './programs.js';
import { copyByPsql, POSTGRES_SHELL } from './rows-loaders.js';

interface Targets {
  readonly name: string;
  readonly loader: string;
  /** The keys of the target of a round. */
  readonly keys: (round: string) => Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Loads the file by the target's own loader into another place. */
  readonly load: (round: string) => Promise<{ readonly ms: number; readonly parse_ms: number }>;
}

async function postgresTargets(file: string): Promise<Targets> {
  const server = await startPostgres();
  const [url, otherUrl] = [await server.createDatabase(), await server.createDatabase()];
  return {
    name: 'PostgreSQL elsewhere',
    loader: '\\copy of psql',
    keys: (round) => ({ kind: 'postgres', url: '${TARGET_URL}', table: round }),
    env: { TARGET_URL: url },
    // The server parses it meanwhile.
    load: async (round) => ({ ms: await copyByPsql(otherUrl, round, file), parse_ms: 0 }),
  };
}

async function duckdbTargets(file: string): Promise<Targets> {
  const folder = await scratchFolder();
  const at = (name: string): string => path.join(folder, `${name}.duckdb`);
  return {
    name: 'DuckDB',
    loader: 'the appender',
    keys: (round) => ({ kind: 'duckdb', path: at(round), table: round }),
    load: (round) => runFloor('target', 'duckdb', at(`floor-${round}`), file, ROWS),
  };
}

async function parquetTargets(file: string): Promise<Targets> {
  const folder = await scratchFolder();
  return {
    name: 'Parquet',
    loader: 'hyparquet-writer',
    keys: (round) => ({ kind: 'parquet', path: path.join(folder, round) }),
    load: (round) => runFloor('target', 'parquet', path.join(folder, `floor-${round}`), file, ROWS),
  };
}

async function compare(file: string, targets: Targets): Promise<readonly Figure[]> {
  const { env = {}, keys, load, loader, name } = targets;
  const datasets = rounds.map((round) => csvDataset(round, file, keys(round)));
  const daysync = await startDaysync({ datasets, env });
  const [writes, loads]: [number[], number[]] = [[], []];
  const [days, others]: [number[], number[]] = [[], []];
  for (const round of rounds) {
    const { fetchMs, ms } = await syncCsvDay(daysync, round);
    const { ms: loadMs, parse_ms: parseMs } = await load(round);
    writes.push(rowsASecond(ms - fetchMs));
    loads.push(rowsASecond(loadMs));
    days.push(rowsASecond(ms));
    others.push(rowsASecond(parseMs + loadMs));
  }
  await daysync.stop();
  const count = ROWS.toLocaleString('en');
  const fetched = `rows of a fetched day of ${count} into ${name}`;
  const fromFile = `rows of a CSV day of ${count}, from the file into ${name}`;
  return [
    figureBeside(fetched, 'rows/s', writes, [loader, loads], { aim: HALF }),
    figureBeside(fromFile, 'rows/s', days, [`the same parser, and ${loader}`, others]),
  ];
}

it('rows a second of a large day into targets elsewhere, compared with their own loaders', async () => {
  const file = await writeCsvDay();
  const figures: Figure[] = [];
  const notMeasured: string[] = [];
  if (HAS_POSTGRES && isInstalled(POSTGRES_SHELL)) {
    figures.push(...(await compare(file, await postgresTargets(file))));
  } else {
    notMeasured.push('PostgreSQL elsewhere, for there is no PostgreSQL or no psql');
  }
  figures.push(...(await compare(file, await duckdbTargets(file))));
  figures.push(...(await compare(file, await parquetTargets(file))));
  await keep('targets', figures, notMeasured);
});
