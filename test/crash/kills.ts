// Kills at random moments, while days are synced and while they are verified: few after every change, more in the long run.
import { expect, it } from 'vitest';
import { killAtRandom, type Kill } from './crash-loop.js';
import { CrashRun } from './crash-run.js';
import { anySeed, Random } from './random.js';
import { undisturbedRun } from './undisturbed-run.js';
import { VerifyRun } from './verify-run.js';
import type { DateRange } from '../wire.js';

const LATEST_MS = 300;

/** What is verified, how it starts, its days, and the latest kill. */
export const BY_REQUEST = ['verify and repair', 'by request', 60, 200] as const;
export const BY_SCHEDULE = ['a recheck by the schedule', 'by schedule', 20, 100] as const;

interface Kills {
  readonly kills: number;
  /** What is synced; a row of it does not fit. */
  readonly range: DateRange;
  readonly verified: readonly (typeof BY_REQUEST | typeof BY_SCHEDULE)[];
}

/** `npm run test:crash` has options for more. */
export function describeKills({ kills, range, verified }: Kills): void {
  it(`${kills} kills at random moments: nothing lost, nothing repeated, the same target`, async () => {
    const random = new Random(anySeed());
    const undisturbed = await undisturbedRun(range);
    const run = await CrashRun.open({ range, undisturbed });
    const seen: Kill[] = [];
    await killAtRandom(run, {
      kills,
      random,
      latestMs: LATEST_MS,
      concurrency: [1, 3],
      report: (kill) => seen.push(kill),
    });
    // A failure shows the seed and the kills beside the violations.
    expect({ seed: random.seed, kills: seen, violations: run.violations }).toEqual({
      seed: random.seed,
      kills: seen,
      violations: [],
    });
    expect(run.kills).toBe(kills);
    expect(run.batches).toBeGreaterThanOrEqual(2);
  });

  it.each(verified)(
    `${kills} kills in the midst of %s: nothing lost, nothing doubled, no record without its fingerprint`,
    async (_name, starts, days, latestMs) => {
      const random = new Random(anySeed());
      const run = await VerifyRun.open(starts, days, random);
      await run.killAtRandom(kills, latestMs);
      expect({ seed: random.seed, violations: run.violations }).toEqual({
        seed: random.seed,
        violations: [],
      });
      expect(run.kills).toBeGreaterThanOrEqual(kills);
      expect(run.midway).toBeGreaterThan(0);
    },
  );
}
