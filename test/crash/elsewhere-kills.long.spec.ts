import { expect, it } from 'vitest';
import { TARGETS_ELSEWHERE } from '../elsewhere.js';
import { scratchPostgres } from '../postgres.js';
import { ElsewhereRun } from './elsewhere-run.js';
import { anySeed, Random } from './random.js';

/** `npm run test:crash` has more. */
const KILLS = 14;
const AT_POINTS = 4;

const makePostgres = scratchPostgres();

it.each(TARGETS_ELSEWHERE)(
  `${KILLS} kills while a target of the kind %s is written: nothing lost, nothing doubled, and no half day for a reader`,
  async (kind) => {
    const random = new Random(anySeed());
    const run = await ElsewhereRun.open(kind, makePostgres, random);
    await run.kill(KILLS, AT_POINTS);
    expect({ seed: random.seed, violations: run.violations }).toEqual({
      seed: random.seed,
      violations: [],
    });
    expect(run.kills).toBeGreaterThanOrEqual(KILLS);
    if (kind !== 'duckdb') expect(run.reads).toBeGreaterThan(KILLS);
  },
);
