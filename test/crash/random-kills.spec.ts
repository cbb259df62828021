import { beforeAll, expect, it } from 'vitest';
import { killAtRandom, type Kill } from './crash-loop.js';
import { CrashRun } from './crash-run.js';
import type { UndisturbedRun } from './invariants.js';
import { anySeed, Random } from './random.js';
import { undisturbedRun } from './undisturbed-run.js';

const RANGE = { start_date: '1990-01-01', end_date: '1990-04-30' };
/** `npm run test:crash` has an option for this. */
const KILLS = 6;
const LATEST_MS = 300;

let undisturbed: UndisturbedRun;
beforeAll(async () => {
  undisturbed = await undisturbedRun(RANGE);
});

it(`${KILLS} kills at random moments: nothing lost, nothing repeated, the same target`, async () => {
  const random = new Random(anySeed());
  const run = await CrashRun.open({ range: RANGE, undisturbed });
  const kills: Kill[] = [];
  await killAtRandom(run, {
    kills: KILLS,
    random,
    latestMs: LATEST_MS,
    concurrency: [1, 3],
    report: (kill) => kills.push(kill),
  });
  // A failure shows the seed and the kills beside the violations.
  expect({ seed: random.seed, kills, violations: run.violations }).toEqual({
    seed: random.seed,
    kills,
    violations: [],
  });
  expect(run.kills).toBe(KILLS);
  expect(run.batches).toBeGreaterThanOrEqual(2);
});
