// Kills the program at random moments until the number of kills is reached and the last batch has ended.
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashRun } from './crash-run.js';
import { violation } from './invariants.js';
import { halt, type Life } from './life.js';
import type { Random } from './random.js';

/** A boot takes about half a second; a kill before the API answers comes within it. */
const BOOT_MS = 700;
const BEFORE_IT_ANSWERS = 0.2;
/** A process that lives this long has to continue its batch before it is killed. */
const MUST_GO_ON_MS = 300;
/** Three times the promised limit. */
export const MOST_RESUME_MS = 6_000;
/** At least two, because rows of a synced day must be replaced, not added to. */
const LEAST_BATCHES = 2;
const LOOK_MS = 5;

export interface Kill {
  /** Counted from 1. */
  readonly number: number;
  readonly batch: number;
  readonly concurrency: number;
  readonly finished: number;
  readonly days: readonly string[];
  /** The time since the first answer, or since the start if there was no answer yet. */
  readonly afterMs: number;
  readonly answered: boolean;
  /** The time from the first answer until the batch continued; undefined if it was not seen to. */
  readonly resumedMs: number | undefined;
}

export interface KillOptions {
  readonly kills: number;
  readonly random: Random;
  /** The latest time of a kill after the first answer. */
  readonly latestMs: number;
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

/** Runs batches until the process dies or there were enough. */
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

/** Without this check, a program that never continues would just be killed forever. */
async function mustGoOn(run: CrashRun, life: Life): Promise<void> {
  const latest = (life.answeredAt ?? 0) + MOST_RESUME_MS;
  while (!life.wentOn && performance.now() < latest) await sleep(1);
  if (life.wentOn) return;
  run.violations.push(
    violation('resumed', `within ${MOST_RESUME_MS} ms of the first answer`, 'not in that time'),
  );
}

/**
 * Kills the process, unless that would be the second kill with the same single day in flight: such a day counts as the
 * cause and fails, which another test covers. The process is halted before its state is read.
 */
async function kill(run: CrashRun, { daysync }: Life): Promise<readonly string[]> {
  for (;;) {
    await halt(daysync);
    // It has ended by itself; the wait for the kill reports that.
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
