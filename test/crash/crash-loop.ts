// Kills at random moments, over and over, until as many have been as were asked for and the last batch has ended.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DaysyncProcess } from '../daysync-process.js';
import type { CrashRun } from './crash-run.js';
import { violation } from './invariants.js';
import type { Life } from './life.js';
import type { Random } from './random.js';

/** A boot takes about half a second; a kill before the API answers comes within it. */
const BOOT_MS = 700;
const BEFORE_IT_ANSWERS = 0.2;
/** A life that is left this long has to go on with its batch before it is killed. */
const MUST_GO_ON_MS = 300;
/** Three times what is promised. */
export const MOST_RESUME_MS = 6_000;
/** A day that was synced before must be replaced, not added to: that takes a second batch. */
const LEAST_BATCHES = 2;
const LOOK_MS = 5;
/** A process that was asked to halt does so at once; where that can't be seen, it is given this. */
const HALT_MS = 10;

export interface Kill {
  /** Counted from 1. */
  readonly number: number;
  readonly batch: number;
  readonly concurrency: number;
  readonly finished: number;
  /** What was in flight. */
  readonly days: readonly string[];
  /** How long after the first answer; or after the start of a process that had not answered yet. */
  readonly afterMs: number;
  readonly answered: boolean;
  /** How long after the first answer the batch of the life before went on; undefined if it was not seen to. */
  readonly resumedMs: number | undefined;
}

export interface KillOptions {
  readonly kills: number;
  readonly random: Random;
  /** How long after its first answer a process is killed at the latest. */
  readonly latestMs: number;
  /** One of these at each start. */
  readonly concurrency: readonly [number, ...number[]];
  readonly report?: (kill: Kill) => void;
}

/** Ends early at the first violation. */
export async function killAtRandom(run: CrashRun, options: KillOptions): Promise<void> {
  const { kills, random, latestMs, report } = options;
  const concurrency = (): number => random.oneOf(options.concurrency);
  for (let number = 1; number <= kills; number++) {
    const life = await run.launch(concurrency());
    const answered = !random.chance(BEFORE_IT_ANSWERS);
    const afterMs = random.between(0, answered ? latestMs : BOOT_MS);
    const [days] = await Promise.all([
      killAfter(run, life, afterMs, answered),
      drive(run, life, { showDaysMs: random.between(0, latestMs), batches: Infinity }),
    ]);
    await run.died(life);
    report?.({
      number,
      batch: run.state.batches.length,
      concurrency: life.concurrency,
      finished: run.state.batches.at(-1)?.finished ?? 0,
      days,
      afterMs,
      answered,
      resumedMs: life.resumedMs,
    });
    if (run.violations.length > 0) return;
  }
  const life = await run.launch(concurrency());
  const open = run.taskId === undefined ? 0 : 1;
  await drive(run, life, {
    showDaysMs: 0,
    batches: Math.max(open, LEAST_BATCHES - run.batches),
  });
  run.checkEarlier();
  await life.daysync.stop();
}

/** Runs batch after batch until the process dies or there were enough. */
async function drive(
  run: CrashRun,
  life: Life,
  { showDaysMs, batches }: { showDaysMs: number; batches: number },
): Promise<void> {
  if (!(await life.answers())) return;
  const showAt = performance.now() + showDaysMs;
  let shown = false;
  for (let ended = 0; ended < batches && run.violations.length === 0; ended++) {
    if (run.taskId === undefined && (await run.start(life)) === undefined) return;
    let progress = await run.follow(life, () => !shown && performance.now() >= showAt);
    if (progress?.finished_at === null) {
      shown = true;
      await run.showDays(life);
      progress = await run.follow(life);
    }
    if (progress === undefined) return;
    await run.checkEnd(life);
  }
}

async function killAfter(
  run: CrashRun,
  life: Life,
  afterMs: number,
  answered: boolean,
): Promise<readonly string[]> {
  if (answered) {
    while (life.answeredAt === undefined && life.daysync.isRunning) await sleep(1);
  }
  await sleep(afterMs);
  if (answered && afterMs > MUST_GO_ON_MS) await mustGoOn(run, life);
  return kill(run, life);
}

/** One that does not go on would be killed for ever, and nobody would see it. */
async function mustGoOn(run: CrashRun, life: Life): Promise<void> {
  const latest = (life.answeredAt ?? 0) + MOST_RESUME_MS;
  while (!life.wentOn && performance.now() < latest) await sleep(1);
  if (life.wentOn) return;
  run.violations.push(
    violation('resumed', `within ${MOST_RESUME_MS} ms of the first answer`, 'not in that time'),
  );
}

/**
 * Kills the process where it stands, unless that would be the second time for a day that is alone in flight: such a
 * day is taken for one that kills the process, and fails as it should, which has a test of its own. The process is
 * halted before the look, so that what is seen is what is killed.
 */
async function kill(run: CrashRun, { daysync }: Life): Promise<readonly string[]> {
  for (;;) {
    daysync.signal('SIGSTOP');
    await halted(daysync);
    // It has ended by itself, and who waits for the kill is told.
    if (!daysync.isRunning) return [];
    const inFlight = run.inFlight();
    const [day] = inFlight ?? [];
    const spared = inFlight?.length === 1 && day !== undefined && run.wasAlone(day);
    if (inFlight !== undefined && !spared) {
      await daysync.kill();
      return inFlight;
    }
    daysync.signal('SIGCONT');
    await sleep(LOOK_MS);
  }
}

/** Waits until a process that was sent SIGSTOP stands still. */
async function halted({ pid, isRunning }: DaysyncProcess): Promise<void> {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) {
    if (isRunning) await sleep(HALT_MS);
    return;
  }
  // The state is the first field after the name, which stands in parentheses.
  while (!/\) [TZX]/.test(readFileSync(file, 'utf8'))) await sleep(1);
}
