// The long form of the crash tests: `npm run test:crash -- --kills 200 --seed 1`. Syncs ten years of wildlife strikes
// repeatedly, until the number of kills is reached.
import { expect, it } from 'vitest';
import { TARGETS_ELSEWHERE } from '../elsewhere.js';
import { scratchPostgres } from '../postgres.js';
import { countRows } from '../target-table.js';
import { killAtRandom, MOST_RESUME_MS, type Kill } from './crash-loop.js';
import { CrashRun } from './crash-run.js';
import { ElsewhereRun } from './elsewhere-run.js';
import { numberOf, say } from './long-run-options.js';
import { anySeed, Random } from './random.js';
import { VerifyRun } from './verify-run.js';
import { TABLE, undisturbedRun } from './undisturbed-run.js';

const RANGE = { start_date: '1990-01-01', end_date: '1999-12-31' };
const LATEST_MS = 1_500;
const KILLS = numberOf('CRASH_KILLS') ?? 200;
const SEED = numberOf('CRASH_SEED') ?? anySeed();
const sayFigures = (...parts: readonly string[]): void =>
  say([new Date().toISOString().slice(0, 10), `seed ${SEED}`, ...parts].join(', '));

it('loses no day, repeats none, and ends with the target of an undisturbed run', async () => {
  say(`seed ${SEED}: ${KILLS} kills`);
  const random = new Random(SEED);
  const undisturbed = await undisturbedRun(RANGE);
  const count = (state: string): number =>
    undisturbed.days.filter((day) => day.state === state).length;
  expect([count('success'), count('skipped')]).toEqual([2_788, 864]);

  const run = await CrashRun.open({ range: RANGE, undisturbed });
  const kills = { kills: KILLS, random, latestMs: LATEST_MS, concurrency: [1, 3] } as const;
  await killAtRandom(run, { ...kills, report: (kill) => say(describeKill(kill)) });
  const resumed = run.resumedMs.toSorted((a, b) => a - b);
  const median = resumed[Math.floor(resumed.length / 2)] ?? 0;
  sayFigures(
    `kills ${run.kills}, batches ${run.batches}`,
    `in-flight repeats at most ${run.mostRepeats} a kill`,
    `resumed in at most ${(resumed.at(-1) ?? 0).toFixed(0)} ms, median ${median.toFixed(0)} ms (${resumed.length} seen)`,
  );
  expect(run.violations).toEqual([]);
  expect(Math.max(0, ...run.resumedMs)).toBeLessThan(MOST_RESUME_MS);
  const written = await countRows(run.databaseFile, TABLE);
  const quarantined = await countRows(run.databaseFile, 'quarantined_row');
  expect({ all: written + quarantined, quarantined }).toEqual({ all: 7_213, quarantined: 72 });
});

function describeKill(kill: Kill): string {
  const { number, batch, finished, days, afterMs, answered, resumedMs, concurrency } = kill;
  const moment = answered ? 'its first answer' : 'its start, before an answer';
  const inFlight = days.length === 0 ? 'nothing' : days.join(' ');
  const resumed = resumedMs === undefined ? '' : `; resumed in ${resumedMs.toFixed(0)} ms`;
  return (
    `kill ${number}/${KILLS}: batch ${batch}, ${finished} days finished, ` +
    `${inFlight} of ${concurrency} in flight, ${afterMs} ms after ${moment}${resumed}`
  );
}

it.each([
  ['verify and repair', 'by request', 200, 400],
  ['rechecks by the schedule', 'by schedule', 20, 200],
] as const)('the same in the midst of %s', async (name, starts, days, latestMs) => {
  const run = await VerifyRun.open(starts, days, new Random(SEED));
  await run.killAtRandom(Math.ceil(KILLS / 4), latestMs);
  const { batches, kills, midway, repeats } = run;
  sayFigures(
    `${name}, kills ${kills}, midway ${midway}, batches ${batches}`,
    `days fetched again ${repeats}`,
  );
  expect(run.violations).toEqual([]);
});

const makePostgres = scratchPostgres();

it.each(TARGETS_ELSEWHERE)('the same while a target of the kind %s is written', async (kind) => {
  const run = await ElsewhereRun.open(kind, makePostgres, new Random(SEED));
  await run.kill(Math.ceil(KILLS / TARGETS_ELSEWHERE.length));
  const { atPoints, batches, kills, midway, reads, unfinished } = run;
  sayFigures(
    `${kind}, kills ${kills}, midway ${midway}, batches ${batches}`,
    `at points of the protocol ${atPoints}, days in without their outcome ${unfinished}`,
    `reads beside it ${reads}`,
  );
  expect(run.violations).toEqual([]);
});
