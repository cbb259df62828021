import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { CrashRun } from './crash-run.js';
import type { UndisturbedRun } from './invariants.js';
import { undisturbedRun } from './undisturbed-run.js';

const RANGE = { start_date: '1990-01-01', end_date: '1990-04-30' };
const DAYS = 120;
const NEVER = '9999-12-31';
const LONG_AGO = '2000-01-01T00:00:00.000Z';

let undisturbed: UndisturbedRun;
beforeAll(async () => {
  undisturbed = await undisturbedRun(RANGE);
});

const status = (run: CrashRun): string => run.state.batches.at(-1)?.status ?? 'no batch';
const dayAt = (position: number): string => undisturbed.days[position]?.day ?? NEVER;

// As in loop-points.long.spec.ts, each table is one folder: a row starts the program on what the previous row left.
describe('killed as an operator', () => {
  const CONCURRENCY = 3;
  /** So many days run between two kills; others are in flight when the control arrives. */
  const DAYS_BETWEEN = 10;
  let run: CrashRun;
  let letThrough = 0;
  beforeAll(async () => {
    run = await CrashRun.open({ range: RANGE, undisturbed, blockedFrom: RANGE.start_date });
  });

  it.each([
    { word: 'pause', point: 'before_commit', left: 'running' },
    { word: 'pause', point: 'after_commit', left: 'paused' },
    { word: 'resume', point: 'before_commit', left: 'paused' },
    { word: 'resume', point: 'after_commit', left: 'queued' },
    { word: 'cancel', point: 'before_commit', left: 'running' },
    { word: 'cancel', point: 'after_commit', left: 'cancelling' },
  ])('sends $word, at control:$point: the batch is $left', async ({ word, point, left }) => {
    const life = await run.launchBatch(CONCURRENCY, { killAt: `control:${point}@1` });
    if (status(run) !== 'paused') {
      letThrough += DAYS_BETWEEN;
      run.blockFrom(dayAt(letThrough));
      await run.follow(life, ({ finished }) => finished === letThrough);
    }
    expect(await run.control(life, word)).toBeUndefined();
    await run.died(life);
    expect(status(run)).toBe(left);
    expect(run.violations).toEqual([]);
  });

  it.each([
    { point: 'before_commit', left: 'cancelling' },
    { point: 'after_commit', left: 'cancelled' },
  ])('has cancelled, and the boot ends the batch, at recover:$point: it is $left', async (row) => {
    await run.died(await run.launch(CONCURRENCY, { killAt: `recover:${row.point}@1` }));
    expect(status(run)).toBe(row.left);
    expect(run.violations).toEqual([]);
  });

  it('and the batch is cancelled, and the next batch runs its open days', async () => {
    run.blockFrom(NEVER);
    const life = await run.launch(CONCURRENCY);
    await life.answers();
    await run.follow(life);
    run.checkEndedAs(life, 'cancelled');
    const cancelled = run.state.days.filter(({ reason }) => reason === 'cancelled');
    expect(cancelled).toHaveLength(DAYS - letThrough);

    expect(await run.runMissing(life)).toEqual([]);
  });
});

/** Long enough for a signal to arrive, and much shorter than a stop waits for a day. */
const STOPPING_MS = 500;

describe('killed while it stops', () => {
  const FINISHED = 10;
  let run: CrashRun;
  beforeAll(async () => {
    run = await CrashRun.open({ range: RANGE, undisturbed, blockedFrom: dayAt(FINISHED) });
  });

  // The same day is alone in flight at all three kills, which it did not cause.
  it.each([1, 2, 3])('for the %i. time', async () => {
    const life = await run.launchBatch(1);
    await run.follow(life, ({ finished, running }) => finished === FINISHED && running === 1);
    life.stop();
    await sleep(STOPPING_MS);
    await life.daysync.kill();
    await run.died(life);
    expect(status(run)).toBe('running');
    expect(run.violations).toEqual([]);
  });

  it('and no day fails', async () => {
    run.blockFrom(NEVER);
    await run.liveToTheEnd(1);
    expect(run.violations).toEqual([]);
  });
});

describe('killed as a stop requeues the days in flight, one after another', () => {
  const FINISHED = 10;
  let run: CrashRun;
  beforeAll(async () => {
    run = await CrashRun.open({ range: RANGE, undisturbed, blockedFrom: dayAt(FINISHED) });
  });

  it.each([
    { point: 'before_commit', running: 3 },
    { point: 'after_commit', running: 2 },
  ])('at requeue:$point: $running are running', async ({ point, running }) => {
    const life = await run.launchBatch(3, { killAt: `requeue:${point}@1` });
    await run.follow(life, (now) => now.finished === FINISHED && now.running === 3);
    life.stop();
    await run.died(life);
    expect(run.state.batches).toMatchObject([{ status: 'running', finished: FINISHED, running }]);
    expect(run.violations).toEqual([]);
  });

  it('and that costs them no attempt', async () => {
    run.blockFrom(NEVER);
    await run.liveToTheEnd(3);
    expect(run.violations).toEqual([]);
  });
});

describe('killed as a batch ends whose dataset has changed', () => {
  let run: CrashRun;
  beforeAll(async () => {
    run = await CrashRun.open({ range: RANGE, undisturbed });
    const life = await run.launchBatch(3, { killAt: 'step:after_commit@40' });
    await run.died(life);
  });

  it.each([
    { point: 'before_commit', left: 'running' },
    { point: 'after_commit', left: 'failed' },
  ])('at fail:$point: it is $left', async ({ point, left }) => {
    const life = await run.launch(3, { killAt: `fail:${point}@1`, edition: 2 });
    await run.died(life);
    expect(status(run)).toBe(left);
    expect(run.violations).toEqual([]);
  });

  it('and the next batch runs its open days', async () => {
    const life = await run.launch(3, { edition: 2 });
    await life.answers();
    await run.follow(life);
    run.checkEndedAs(life, 'failed');
    const notRun = run.state.days.filter(({ reason }) => reason === 'not_run');
    expect(notRun.length).toBeGreaterThan(DAYS / 2);

    expect(await run.runMissing(life)).toEqual([]);
  });
});

describe('killed as it deletes a batch that ended long ago', () => {
  let run: CrashRun;
  beforeAll(async () => {
    run = await CrashRun.open({ range: RANGE, undisturbed });
    await run.liveToTheEnd(1);
    const database = new DatabaseSync(run.databaseFile);
    database.prepare('UPDATE batch SET finished_at = ?').run(LONG_AGO);
    database.close();
  });

  it('at forget:before_commit: the batch exists, with every day', async () => {
    await run.died(await run.launch(1, { killAt: 'forget:before_commit@1' }));
    expect(run.state.batches).toHaveLength(1);
    expect(run.state.days).toHaveLength(DAYS);
    expect(run.violations).toEqual([]);
  });

  it('at forget:after_commit: the batch is deleted with every day, and its records and rows exist', async () => {
    run.forgets();
    await run.died(await run.launch(1, { killAt: 'forget:after_commit@1' }));
    expect(run.state).toMatchObject({ batches: [], strayDays: 0 });
    expect(run.state.records.size).toBe(DAYS);
    expect([...run.violations, ...(await run.checkTarget())]).toEqual([]);
  });
});
