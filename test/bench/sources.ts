// How fast the sources are: rows a second through the built program, beside the floor, in the same run.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { startDaysync } from '../daysync-process.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';

const DAYS = 5;
const ROWS_A_DAY = 40_000;
const ROUNDS = 5;
const ROWS = DAYS * ROWS_A_DAY;

const FLOOR = path.join(import.meta.dirname, 'floor.ts');

interface Kind {
  readonly name: 'csv' | 'ndjson';
  readonly line: (n: number) => string;
  readonly header: string;
}

const rowOf = (n: number): [string, number, number, string] => [
  `station ${n % 1_000}`,
  n,
  n / 7,
  `the reading ${n}, as it came`,
];

const KINDS: readonly Kind[] = [
  {
    name: 'csv',
    header: 'station,n,ratio,note\n',
    line: (n) =>
      rowOf(n)
        .map((value) => JSON.stringify(value))
        .join(','),
  },
  {
    name: 'ndjson',
    header: '',
    line: (n) => {
      const [station, count, ratio, note] = rowOf(n);
      return JSON.stringify({ station, n: count, ratio, note });
    },
  },
];

function datasetOf({ name }: Kind, folder: string): DatasetYaml {
  return {
    name,
    source: { kind: name, path: path.join(folder, `{day}.${name}`) },
    target: {
      table: name,
      columns: { station: 'text', n: 'integer', ratio: 'real', note: 'text' },
    },
  };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

it('each kind beside its floor', async () => {
  const folder = await scratchFolder();
  const days = Array.from({ length: DAYS }, (_, day) => `2025-10-0${day + 1}`);
  for (const kind of KINDS) {
    const lines = Array.from({ length: ROWS_A_DAY }, (_, n) => kind.line(n)).join('\n');
    for (const day of days) {
      await writeFile(path.join(folder, `${day}.${kind.name}`), `${kind.header}${lines}\n`);
    }
  }
  const daysync = await startDaysync({ datasets: KINDS.map((kind) => datasetOf(kind, folder)) });
  const range = { start_date: days[0], end_date: days.at(-1), mode: 'all' };
  const table: string[] = ['kind     rows/s   floor rows/s   ratio'];
  for (const kind of KINDS) {
    const rounds: { own: number; floor: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { stdout } = await promisify(execFile)(process.execPath, [
        FLOOR,
        folder,
        kind.name,
        ...days,
      ]);
      const floor = Number(stdout);
      const ended = await daysync.sync({ ...range, dataset: kind.name });
      expect(ended).toMatchObject({ status: 'completed', success: DAYS });
      const own = Date.parse(ended.finished_at ?? '') - Date.parse(ended.started_at ?? '');
      rounds.push({ own, floor });
    }
    const rate = (times: number[]): string => Math.round(ROWS / (median(times) / 1_000)).toString();
    const ratio = median(rounds.map(({ own, floor }) => floor / own));
    const rates = [rate(rounds.map(({ own }) => own)), rate(rounds.map(({ floor }) => floor))];
    table.push(
      [
        kind.name.padEnd(8),
        rates[0]?.padStart(6),
        rates[1]?.padStart(14),
        ratio.toFixed(2).padStart(7),
      ].join(' '),
    );
  }
  process.stdout.write(`${table.join('\n')}\n`);
});
