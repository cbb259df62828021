// How fast the sources are: rows a second through the built program, beside the floor, in the same run.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';
import { prepareKinds, type Kind } from './kinds.js';

const DAYS = 5;
const ROWS_A_DAY = 40_000;
const ROUNDS = 5;
const ROWS = DAYS * ROWS_A_DAY;

/** The ratio to the floor that a kind must reach, where it has one. */
const AIMS: Readonly<Record<string, number>> = { csv: 0.5, ndjson: 0.5 };

const FLOOR = path.join(import.meta.dirname, 'floor.ts');

/** The days of each round: new ones, since the floor replaces nothing either. */
const rounds = Array.from({ length: ROUNDS }, (_, round) =>
  Array.from({ length: DAYS }, (__, day) => dayOf(round * DAYS + day)),
);

function dayOf(number: number): string {
  return `2025-10-${String(number + 1).padStart(2, '0')}`;
}

function datasetOf({ name, source }: Kind): DatasetYaml {
  return {
    name,
    source,
    target: {
      table: `readings_${name}`,
      columns: { station: 'text', n: 'integer', ratio: 'real', note: 'text' },
    },
  };
}

/** How long something took, in milliseconds. */
interface Round {
  readonly own: number;
  readonly floor: number;
}

async function measure(
  { name, place }: Kind,
  daysync: DaysyncProcess,
  folder: string,
): Promise<readonly Round[]> {
  const measured: Round[] = [];
  for (const days of rounds) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[FLOOR, folder, name, place, String(ROWS_A_DAY)],
      ...days,
    ]);
    const range = { start_date: days[0], end_date: days.at(-1), dataset: name };
    const ended = await daysync.sync(range);
    expect(ended).toMatchObject({ status: 'completed', success: DAYS });
    const own = Date.parse(ended.finished_at ?? '') - Date.parse(ended.started_at ?? '');
    measured.push({ own, floor: Number(stdout) });
  }
  return measured;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const rateOf = (times: readonly number[]): string =>
  Math.round(ROWS / (median(times) / 1_000)).toString();

it('each kind beside its floor', async () => {
  const folder = await scratchFolder();
  const kinds = await prepareKinds({ folder, days: rounds.flat(), rowsADay: ROWS_A_DAY });
  const daysync = await startDaysync({
    datasets: kinds.map(datasetOf),
    env: Object.assign({}, ...kinds.map(({ env }) => env)) as Record<string, string>,
  });
  process.stdout.write('kind      rows/s   floor rows/s   ratio\n');
  const missed: string[] = [];
  for (const kind of kinds) {
    const measured = await measure(kind, daysync, folder);
    const ratio = median(measured.map(({ own, floor }) => floor / own));
    const cells = [
      kind.name.padEnd(8),
      rateOf(measured.map(({ own }) => own)).padStart(7),
      rateOf(measured.map(({ floor }) => floor)).padStart(14),
      ratio.toFixed(2).padStart(7),
    ];
    process.stdout.write(`${cells.join(' ')}\n`);
    if (ratio < (AIMS[kind.name] ?? 0)) missed.push(kind.name);
  }
  expect(missed).toEqual([]);
});
