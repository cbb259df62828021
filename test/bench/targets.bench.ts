// Rows a second of a CSV day into targets outside Daysync's own database, compared with the own loader of each.
import path from 'node:path';
import { it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { HAS_POSTGRES, startPostgres } from '../postgres.js';
import { scratchFolder } from '../scratch.js';
import {
  compareLoaders,
  csvDataset,
  measureLoads,
  rounds,
  ROWS,
  syncCsvDay,
  writeCsvDay,
} from './csv-day.js';
import { keep, type Figure } from './figures.js';
import { runFloor } from './floors.js';
import type { Measurement } from './in-turn.js';
import { isInstalled } from './programs.js';
import { copyByPsql, POSTGRES_SHELL } from './rows-loaders.js';

interface Targets {
  readonly name: string;
  readonly loader: string;
  /** The keys of the target of a round. */
  readonly keys: (round: string) => Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Loads the file by the target's own loader into another place. @returns the milliseconds */
  readonly load: (round: string) => Promise<number>;
}

async function postgresTargets(file: string): Promise<Targets> {
  const server = await startPostgres();
  const [url, otherUrl] = [await server.createDatabase(), await server.createDatabase()];
  return {
    name: 'PostgreSQL elsewhere',
    loader: '\\copy of psql',
    keys: (round) => ({ kind: 'postgres', url: '${TARGET_URL}', table: round }),
    env: { TARGET_URL: url },
    load: (round) => copyByPsql(otherUrl, round, file),
  };
}

/** Loads with the same parser. */
function floorOf(kind: 'duckdb' | 'parquet', folder: string, file: string): Targets['load'] {
  return async (round) =>
    (await runFloor('target', kind, path.join(folder, `floor-${round}`), file, ROWS)).ms;
}

async function duckdbTargets(file: string): Promise<Targets> {
  const folder = await scratchFolder();
  return {
    name: 'DuckDB',
    loader: 'the same parser and the appender',
    keys: (round) => ({
      kind: 'duckdb',
      path: path.join(folder, `${round}.duckdb`),
      table: round,
    }),
    load: floorOf('duckdb', folder, file),
  };
}

async function parquetTargets(file: string): Promise<Targets> {
  const folder = await scratchFolder();
  return {
    name: 'Parquet',
    loader: 'the same parser and hyparquet-writer',
    keys: (round) => ({ kind: 'parquet', path: path.join(folder, round) }),
    load: floorOf('parquet', folder, file),
  };
}

async function compare(file: string, targets: Targets): Promise<readonly Figure[]> {
  const { env = {}, keys, load, loader, name } = targets;
  const datasets = rounds.map((round) => csvDataset(round, file, keys(round)));
  const daysync = await startDaysync({ datasets, env });
  const own = measureLoads(async (dataset) => syncCsvDay(daysync, dataset));
  const others: Record<string, Measurement> = { [loader]: measureLoads(load) };
  const figures = await compareLoaders(name, own, others);
  await daysync.stop();
  return figures;
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
