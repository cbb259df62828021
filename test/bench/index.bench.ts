// One large file with ten years of days: how long its index takes beside the parser alone, how long a day in the middle
// takes afterwards, and how much memory the process has.
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { residentMb } from '../resident.js';
import { scratchFolder } from '../scratch.js';
import { atLeast, atMost, figure, figureBeside, keep } from './figures.js';
import { runFloor } from './floors.js';

const DAYS = 3_652;
const FIRST_DAY = Date.parse('2015-01-01');
const GB = 1_000_000_000;
const BLOCK_ROWS = 1_000;
/** Days in the middle, each read after the index is there. */
const DAYS_READ = 5;

interface LargeFile {
  readonly name: string;
  readonly format: 'csv' | 'json' | 'ndjson';
  /** Whether neighbouring rows have different days. */
  readonly isShuffled: boolean;
}

const FILES: readonly LargeFile[] = [
  { name: 'CSV', format: 'csv', isShuffled: false },
  { name: 'CSV, each row of another day', format: 'csv', isShuffled: true },
  { name: 'NDJSON', format: 'ndjson', isShuffled: false },
  { name: 'JSON', format: 'json', isShuffled: false },
];

const dayOf = (number: number): string =>
  new Date(FIRST_DAY + number * 86_400_000).toISOString().slice(0, 10);

function rowOf(format: LargeFile['format'], day: string, number: number): string {
  const station = `station ${number % 97}`;
  const value = (number % 1_000) / 10;
  const note = `a note of some length about reading ${number}`;
  return format === 'csv'
    ? `${day},${station},${value},"${note}"`
    : JSON.stringify({ day, station, value, note });
}

async function write({ format, isShuffled }: LargeFile, file: string): Promise<void> {
  const separator = format === 'json' ? ',\n' : '\n';
  const rows = Math.round(GB / (rowOf(format, dayOf(0), 1_000_000).length + separator.length));
  function* text(): Generator<string> {
    if (format === 'csv') yield 'day,station,value,note\n';
    if (format === 'json') yield '[';
    for (let first = 0; first < rows; first += BLOCK_ROWS) {
      const block: string[] = [];
      for (let row = first; row < Math.min(rows, first + BLOCK_ROWS); row += 1) {
        const day = isShuffled ? row % DAYS : Math.floor((row * DAYS) / rows);
        block.push(rowOf(format, dayOf(day), row));
      }
      yield (first === 0 ? '' : separator) + block.join(separator);
    }
    if (format === 'json') yield ']';
  }
  await pipeline(Readable.from(text()), createWriteStream(file));
}

it.each(FILES)('$name', async (large) => {
  const folder = await scratchFolder();
  const file = path.join(folder, `all.${large.format}`);
  await write(large, file);
  const floor = await runFloor('parse', large.format, file);
  const columns = { station: 'text', value: 'real', note: 'text' };
  const daysync = await startDaysync({
    datasets: [
      {
        name: 'all',
        source: { kind: large.format, path: file, day_column: 'day' },
        target: { table: 'readings', columns },
        timeout_seconds: 3_600,
      },
    ],
  });
  const sync = async (number: number): Promise<number> => {
    const range = { start_date: dayOf(number), end_date: dayOf(number) };
    const { task_id, success } = await daysync.sync({ dataset: 'all', ...range });
    expect(success).toBe(1);
    const [day] = await daysync.days(task_id);
    return day?.duration_ms ?? Number.NaN;
  };
  const indexed = await sync(DAYS / 2);
  const days: number[] = [];
  for (let at = 1; at <= DAYS_READ; at += 1) days.push(await sync(DAYS / 2 + at * 7));
  const rate = (ms: number): number => Math.round(GB / 1_000 / ms);
  const all = `1 GB of ${large.name}`;
  const alone = ['the same parser alone', [rate(floor.ms)]] as const;
  const peak = await residentMb(daysync, 'VmHWM');
  const aim = atLeast(0.8, 'ratio');
  await keep(`index-${large.name.replaceAll(/\W+/g, '-').toLowerCase()}`, [
    figureBeside(`index of ${all}`, 'MB/s', [rate(indexed)], alone, { aim }),
    figure(`a day of ${all}`, 'ms', days, { aim: atMost(50, 'own') }),
    figure(`peak memory with ${all}`, 'MB', [peak], { aim: atMost(300, 'own') }),
  ]);
});
