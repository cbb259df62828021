import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { BOUNDS, runBatches } from './many-batches.fixture.js';

/** More than a test run adds to the heap; leaked batches would add a hundred times this. */
const NOISE = 1_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

it.each(BOUNDS)(
  'a hundred thousand batches leave no trace in memory: %s bounds them',
  (_, options) => {
    const [early, late] = runBatches(options, { early: 10_000, all: 100_000 }, heapUsed);
    expect(late - early).toBeLessThan(NOISE);
  },
);
