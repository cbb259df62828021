// Temporary folders of a spec file, and what goes into them.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterFile } from './after-file.js';

export const TOP = path.resolve(import.meta.dirname, '..');

export interface DatasetYaml {
  readonly name: string;
  readonly source: Readonly<Record<string, unknown>>;
  readonly target: {
    /** Absent for a folder of Parquet files. */
    readonly table?: string;
    readonly columns: Readonly<Record<string, unknown>>;
    readonly key?: readonly string[];
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** In memory if the system has such a folder, because the disk would only slow the tests down. */
const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

/** A new empty folder, removed after the last test of the file. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(SCRATCH, 'daysync-'));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a datasets file; JSON is YAML too. @returns its path */
export async function writeDatasets(
  folder: string,
  ...datasets: readonly DatasetYaml[]
): Promise<string> {
  return writeConfiguration(folder, { datasets });
}

/** Writes a datasets file with any keys. @returns its path */
export async function writeConfiguration(folder: string, file: object): Promise<string> {
  return writeScratch(folder, 'datasets.yaml', JSON.stringify(file, null, 2));
}

/** Writes a file into a scratch folder. @returns its path */
export async function writeScratch(folder: string, name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

/** The weather of the repository: 1,461 days, 2,922 rows, no day without data. */
export function weather(changes: Partial<DatasetYaml> = {}): DatasetYaml {
  return {
    name: 'weather',
    source: { kind: 'csv', path: path.join(TOP, 'data/weather.csv'), day_column: 'date' },
    target: {
      table: 'weather_daily',
      columns: {
        location: 'text',
        date: 'date',
        precipitation: 'real',
        temp_max: 'real',
        temp_min: 'real',
        wind: 'real',
        weather: 'text',
      },
    },
    ...changes,
  };
}

export const STRIKES_CSV = path.join(TOP, 'data/birdstrikes.csv');

/** The wildlife strikes of the repository, without their throttle: many days have no data. */
export function birdstrikes(changes: Partial<DatasetYaml> = {}): DatasetYaml {
  return {
    name: 'birdstrikes',
    source: { kind: 'csv', path: STRIKES_CSV, day_column: 'Flight Date' },
    target: {
      table: 'birdstrikes',
      columns: {
        airport: { from: 'Airport Name', type: 'text' },
        aircraft: { from: 'Aircraft Make Model', type: 'text' },
        damage: { from: 'Effect Amount of damage', type: 'text' },
        flight_date: { from: 'Flight Date', type: 'date' },
        operator: { from: 'Aircraft Airline Operator', type: 'text' },
        cost_total: { from: 'Cost Total $', type: 'integer' },
        speed_knots: { from: 'Speed IAS in knots', type: 'integer', nullable: true },
      },
    },
    ...changes,
  };
}

/** A provider of test/sources. */
export function providerSource(name: string, options: object): DatasetYaml['source'] {
  return { kind: 'provider', module: path.join(TOP, `test/sources/${name}-source.ts`), options };
}

export const READING_COLUMNS = { n: 'integer', ratio: 'real', station: 'text', note: 'text' };

/** A dataset with a number of rows a day, from a source that costs almost nothing. */
export function largeDays(name: string, rows: number, editions = 1): DatasetYaml {
  const source = providerSource('large-day', { rows, editions });
  return { name, source, target: { table: name, columns: READING_COLUMNS } };
}

/** A dataset of a small CSV file with the columns `day`, `city` and `degrees`. */
export function readings(csv: string, changes: Partial<DatasetYaml> = {}): DatasetYaml {
  return {
    name: 'readings',
    source: { kind: 'csv', path: csv, day_column: 'day' },
    target: { table: 'readings', columns: { city: 'text', degrees: 'integer' } },
    ...changes,
  };
}

/** A cron expression that runs once a day, half a day from now in UTC, so that it never runs during a test. */
export function farFromNow(): string {
  return `30 ${(new Date().getUTCHours() + 12) % 24} * * *`;
}
