import { expect, it } from 'vitest';
import type { DaysyncProcess } from '../daysync-process.js';
import { datasetName, startWithRecords } from './seeded-records.js';

/** The figures of the design; asserted with three times the margin. */
const MOST_LIST_MS = 100;
const MOST_COVERAGE_MS = 50;
const MARGIN = 3;
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
  const figures: { readonly path: string; readonly ms: number }[] = [];
  for (const filter of FILTERS) {
    const { total } = await daysync.records(filter);
    const last = Math.ceil(total / 50);
    for (const sort of SORTS) {
      for (const page of [1, Math.ceil(last / 2), last]) {
        const path = `records?${filter}&sort=${sort}&page=${page}`.replace('?&', '?');
        figures.push({ path, ms: await usual(daysync, path) });
      }
    }
  }
  const slowest = figures.toSorted((one, other) => other.ms - one.ms).slice(0, 5);
  for (const { path, ms } of slowest) process.stdout.write(`${ms.toFixed(1)} ms ${path}\n`);
  expect(slowest[0]?.ms).toBeLessThan(MARGIN * MOST_LIST_MS);
});

it('20 datasets of ten years are listed with their coverage at once', async () => {
  const daysync = await startWithRecords(20, 3_650);
  const ms = await usual(daysync, 'datasets');
  process.stdout.write(`${JSON.stringify({ coverage_ms: Number(ms.toFixed(1)) })}\n`);
  expect(ms).toBeLessThan(MARGIN * MOST_COVERAGE_MS);
});
