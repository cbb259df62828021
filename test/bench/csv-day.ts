// A large day as a CSV file, which every loader can read: its last column is the day, because the others need it there.
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect } from 'vitest';
import type { DaysyncProcess } from '../daysync-process.js';
import { READING_COLUMNS, scratchFolder, type DatasetYaml } from '../scratch.js';
import LargeDaySource from '../sources/large-day-source.js';
import { atLeast, figureBeside, type Figure } from './figures.js';
import { measureInTurn, type Measurement } from './in-turn.js';

export const ROWS = 1_000_000;
export const DAY = '2025-10-01';
const ROUNDS = 3;
export const HALF = atLeast(0.5, 'ratio');

/** @returns the file */
export async function writeCsvDay(): Promise<string> {
  const file = path.join(await scratchFolder(), `${DAY}.csv`);
  async function* lines(): AsyncGenerator<string> {
    yield `${Object.keys(READING_COLUMNS).join(',')},day\n`;
    for await (const row of new LargeDaySource({ rows: ROWS, editions: 1 }).fetchDay(DAY)) {
      yield `${Object.values(row).join(',')},${DAY}\n`;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
  return file;
}

/** Each round has a new target, because the others load into new ones, too. */
export const rounds: readonly string[] = Array.from(
  { length: ROUNDS },
  (_, round) => `round_${round}`,
);

/** @param keys of the target, but its columns */
export function csvDataset(
  name: string,
  file: string,
  keys: Readonly<Record<string, unknown>>,
): DatasetYaml {
  return {
    name,
    source: { kind: 'csv', path: file.replace(DAY, '{day}') },
    target: { ...keys, columns: READING_COLUMNS },
  };
}

/** @returns the milliseconds of the day, and those until its rows were read, checked and staged */
export async function syncCsvDay(daysync: DaysyncProcess, dataset: string) {
  const ended = await daysync.sync({ dataset, start_date: DAY, end_date: DAY });
  expect(ended).toMatchObject({ status: 'completed', success: 1, rows: ROWS });
  const ms = Date.parse(ended.finished_at ?? '') - Date.parse(ended.started_at ?? '');
  const [day] = await daysync.days(ended.task_id);
  return { ms, fetchMs: day?.duration_ms ?? Number.NaN };
}

/** Loads into the target of the next round. @returns rows a second */
export function measureLoads(load: (round: string) => Promise<number>): Measurement {
  const left = [...rounds];
  return async () => rowsASecond(await load(left.shift() ?? ''));
}

export function rowsASecond(ms: number): number {
  return Math.round(ROWS / (ms / 1_000));
}

export async function compareLoaders(
  kind: string,
  daysync: Measurement,
  others: Readonly<Record<string, Measurement>>,
): Promise<readonly Figure[]> {
  const contestants: Record<string, Measurement> = { daysync, ...others };
  const { daysync: own = [], ...rates } = await measureInTurn(ROUNDS, contestants);
  const what = `rows of a CSV day of ${ROWS.toLocaleString('en')}, ${kind}`;
  return Object.entries(rates).map((peer) =>
    figureBeside(what, 'rows/s', own, peer, { aim: HALF }),
  );
}
