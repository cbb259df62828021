import { it } from 'vitest';
import type { DaysyncProcess } from '../daysync-process.js';
import { besideFloor, expectAtMost, timesFloor } from '../machine-speed.js';
import { datasetName, startWithRecords } from './seeded-records.js';

/** Twice the figures of the design. */
const MOST_LIST = timesFloor(200);
const MOST_COVERAGE = timesFloor(100);
const TIMES = 5;

const FIELDS = ['day', 'dataset', 'status', 'rows', 'duration_ms', 'last_tried_at'];
const SORTS = FIELDS.flatMap((field) => [field, `-${field}`]);
const FILTERS = [
  '',
  `dataset=${datasetName(7)}`,
  'status=success',
  'status=failed',
  'start_date=2002-01-01&end_date=2010-12-31',
  `dataset=${datasetName(7)}&status=success&start_date=2002-01-01`,
];

/** The median duration of a few calls, in ms. */
async function usual(daysync: DaysyncProcess, path: string): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const begun = performance.now();
    await daysync.data(path);
    times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(TIMES / 2)] ?? Infinity;
}

it('every page of 100,000 records, sorted and filtered, is answered at once', async () => {
  const daysync = await startWithRecords(20, 5_000);
  const figures: { readonly path: string; readonly ms: number; readonly floorMs: number }[] = [];
  for (const filter of FILTERS) {
    const { total } = await daysync.records(filter);
    const last = Math.ceil(total / 50);
    const [measured, floor] = await besideFloor(async () => {
      const times: (readonly [path: string, ms: number])[] = [];
      for (const sort of SORTS) {
        for (const page of [1, Math.ceil(last / 2), last]) {
          const path = `records?${filter}&sort=${sort}&page=${page}`.replace('?&', '?');
          times.push([path, await usual(daysync, path)]);
        }
      }
      return times;
    });
    figures.push(...measured.map(([path, ms]) => ({ path, ms, floorMs: floor.ms })));
  }
  const slowest = figures
    .toSorted((one, other) => other.ms / other.floorMs - one.ms / one.floorMs)
    .slice(0, 5);
  for (const { path, ms, floorMs } of slowest) {
    process.stdout.write(
      `${ms.toFixed(1)} ms, with a floor of ${floorMs.toFixed(1)} ms: ${path}\n`,
    );
  }
  for (const { path, ms, floorMs } of slowest) expectAtMost(MOST_LIST, ms, floorMs, path);
});

it('20 datasets of ten years are listed with their coverage at once', async () => {
  const daysync = await startWithRecords(20, 3_650);
  const [ms, floor] = await besideFloor(() => usual(daysync, 'datasets'));
  process.stdout.write(`${JSON.stringify({ coverage_ms: Number(ms.toFixed(1)), floor })}\n`);
  expectAtMost(MOST_COVERAGE, ms, floor.ms, 'the list of datasets');
});
