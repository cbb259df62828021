// The long form of the crash tests: `npm run test:crash -- --kills 200 --seed 1`. Syncs ten years of wildlife strikes
// repeatedly, until the number of kills is reached.
import { expect, it } from 'vitest';
import { TARGETS_ELSEWHERE } from '../elsewhere.js';
import { scratchPostgres } from '../postgres.js';
import { countRows } from '../target-table.js';
import { killAtRandom, MOST_RESUME_MS, type Kill } from './crash-loop.js';
import { CrashRun } from './crash-run.js';
import { ElsewhereRun } from './elsewhere-run.js';
import type { Violation } from './invariants.js';
import { numberOf, say } from './long-run-options.js';
import { anySeed, Random } from './random.js';
import { VerifyRun } from './verify-run.js';
import { TABLE, undisturbedRun } from './undisturbed-run.js';

const RANGE = { start_date: '1990-01-01', end_date: '1999-12-31' };
const LATEST_MS = 1_500;

it('loses no day, repeats none, and ends with the target of an undisturbed run', async () => {
  const kills = numberOf('CRASH_KILLS') ?? 200;
  const random = new Random(numberOf('CRASH_SEED') ?? anySeed());
  say(`seed ${random.seed}: ${kills} kills`);

  const undisturbed = await undisturbedRun(RANGE);
  const count = (state: string): number =>
    undisturbed.days.filter((day) => day.state === state).length;
  expect([count('success'), count('skipped')]).toEqual([2_788, 864]);

  const run = await CrashRun.open({ range: RANGE, undisturbed });
  const report = (kill: Kill): void => say(describeKill(kill, kills));
  await killAtRandom(run, { kills, random, latestMs: LATEST_MS, concurrency: [1, 3], report });
  say(summary(run, random.seed));
  for (const { kind, expected, received } of run.violations) {
    say(`✗ ${kind}: expected ${expected}, got ${received}`);
  }
  expect(run.violations).toEqual([]);
  expect(Math.max(0, ...run.resumedMs)).toBeLessThan(MOST_RESUME_MS);
  const written = await countRows(run.databaseFile, TABLE);
  const quarantined = await countRows(run.databaseFile, 'quarantined_row');
  expect({ all: written + quarantined, quarantined }).toEqual({ all: 7_213, quarantined: 72 });
});

function describeKill(kill: Kill, kills: number): string {
  const { number, batch, finished, days, afterMs, answered, resumedMs, concurrency } = kill;
  const moment = answered ? 'its first answer' : 'its start, before an answer';
  const inFlight = days.length === 0 ? 'nothing' : days.join(' ');
  const resumed = resumedMs === undefined ? '' : `; resumed in ${resumedMs.toFixed(0)} ms`;
  return (
    `kill ${number}/${kills}: batch ${batch}, ${finished} days finished, ` +
    `${inFlight} of ${concurrency} in flight, ${afterMs} ms after ${moment}${resumed}`
  );
}

function summary(run: CrashRun, seed: number): string {
  const found = (kind: Violation['kind']): number =>
    run.violations.filter((violation) => violation.kind === kind).length;
  const resumed = run.resumedMs.toSorted((a, b) => a - b);
  const median = resumed[Math.floor(resumed.length / 2)] ?? 0;
  return [
    new Date().toISOString().slice(0, 10),
    `seed ${seed}`,
    `kills ${run.kills}`,
    `batches ${run.batches}`,
    `days lost ${found('day lost')}`,
    `done days done again ${found('done day done again')}`,
    `in-flight repeats at most ${run.mostRepeats} a kill`,
    `resumed in at most ${(resumed.at(-1) ?? 0).toFixed(0)} ms, median ${median.toFixed(0)} ms (${resumed.length} seen)`,
    `target identical ${run.violations.length === 0 ? 'yes' : 'no'}`,
  ].join(', ');
}

it.each([
  ['verify and repair', 'by request', 200, 400],
  ['rechecks by the schedule', 'by schedule', 20, 200],
] as const)('the same in the midst of %s', async (name, starts, days, latestMs) => {
  const kills = Math.ceil((numberOf('CRASH_KILLS') ?? 200) / 4);
  const random = new Random(numberOf('CRASH_SEED') ?? anySeed());
  const run = await VerifyRun.open(starts, days, random);
  await run.killAtRandom(kills, latestMs);
  const { batches, midway, repeats, violations } = run;
  say(
    [
      `${new Date().toISOString().slice(0, 10)}, ${name}, seed ${random.seed}, kills ${run.kills}`,
      `midway ${midway}, batches ${batches}, days fetched again ${repeats}`,
      `violations ${violations.length}`,
    ].join(', '),
  );
  expect(violations).toEqual([]);
});

const makePostgres = scratchPostgres();

it.each(TARGETS_ELSEWHERE)('the same while a target of the kind %s is written', async (kind) => {
  const kills = Math.ceil((numberOf('CRASH_KILLS') ?? 200) / TARGETS_ELSEWHERE.length);
  const random = new Random(numberOf('CRASH_SEED') ?? anySeed());
  const run = await ElsewhereRun.open(kind, makePostgres, random);
  await run.kill(kills);
  const { atPoints, batches, midway, reads, unfinished, violations } = run;
  say(
    [
      `${new Date().toISOString().slice(0, 10)}, ${kind}, seed ${random.seed}, kills ${run.kills}`,
      `at points of the protocol ${atPoints}, midway ${midway}, batches ${batches}`,
      `days in without their outcome ${unfinished}, reads beside it ${reads}`,
      `violations ${violations.length}`,
    ].join(', '),
  );
  expect(violations).toEqual([]);
});
