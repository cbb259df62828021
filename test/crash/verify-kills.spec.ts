import { expect, it } from 'vitest';
import { anySeed, Random } from './random.js';
import { VerifyRun } from './verify-run.js';

/** `npm run test:crash` has more. */
const KILLS = 5;

it.each([
  ['verify and repair', 'by request', 60, 200],
  ['a recheck by the schedule', 'by schedule', 20, 100],
] as const)(
  `${KILLS} kills in the midst of %s: nothing lost, nothing doubled, no record without its fingerprint`,
  async (_name, starts, days, latestMs) => {
    const random = new Random(anySeed());
    const run = await VerifyRun.open(starts, days, random);
    await run.killAtRandom(KILLS, latestMs);
    expect({ seed: random.seed, violations: run.violations }).toEqual({
      seed: random.seed,
      violations: [],
    });
    expect(run.kills).toBe(KILLS);
    expect(run.midway).toBeGreaterThan(0);
  },
);
