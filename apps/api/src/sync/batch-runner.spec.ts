import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CalendarDay, Progress } from '@daysync/progress';
import { ProgressModule, ProgressRegistry } from '@daysync/progress/nest';
import { afterEach, describe, expect, it } from 'vitest';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { DatabaseUnavailableError } from '../database/unavailable.js';
import type { Dataset } from '../datasets/dataset.js';
import { LocalSpacedLimiter } from '../limits/spaced-limiter.js';
import type { DayDispatcher } from '../dispatch/day-dispatcher.js';
import type { BatchCommit } from './batch-commit.js';
import { BatchControl } from './batch-control.js';
import { progressOfRow } from './batch-progress.js';
import { BatchRunner, type RunnerPorts } from './batch-runner.js';
import { AT, D1, D2, D3, failedWith, makeDataset, rowsOf, ScratchSync } from './sync.fixture.js';
import { Metrics } from '../metrics/metrics.js';
import { SyncMetrics } from './sync-metrics.js';

let sync: ScratchSync;
afterEach(() => sync.close());

interface Run {
  readonly taskId: string;
  readonly runner: BatchRunner;
  readonly registry: ProgressRegistry;
  readonly seen: Progress[];
  readonly done: Promise<void>;
  readonly stopping: AbortController;
  readonly aborting: AbortController;
}

async function run(
  fetchDay: DayDispatcher['fetchDay'],
  {
    spacingMs = 0,
    silentUntilMs = () => null,
    ...overrides
  }: Partial<Dataset> & { spacingMs?: number; silentUntilMs?: () => number | null } = {},
  through: (commit: BatchCommit) => RunnerPorts['commit'] = (commit) => commit,
  wallClock = (): number => Date.parse(AT),
  before: (scratch: ScratchSync) => Promise<void> = () => Promise.resolve(),
): Promise<Run> {
  sync = await ScratchSync.open(makeDataset(overrides));
  await before(sync);
  const batch = await sync.start(D1, D3);
  const module = await Test.createTestingModule({ imports: [ProgressModule.forRoot()] }).compile();
  const registry = module.get(ProgressRegistry);
  registry.register(progressOfRow(batch));
  const seen: Progress[] = [];
  // Time stands still, but for the waits of a throttle or a limit: they are over, or nearly, as soon as they are told.
  let monotonic = 0;
  registry.watch(batch.task_id).subscribe((progress) => {
    seen.push(progress);
    if (progress.waiting_for?.kind === 'throttle') monotonic += spacingMs;
    if (progress.waiting_for?.kind === 'rate_limit') monotonic += 990;
  });
  const runner = new BatchRunner(
    {
      commit: through(sync.commit),
      registry,
      dispatcher: {
        fetchDay,
        waitMs: () => {
          const until = silentUntilMs();
          return until === null ? null : Math.max(0, until - monotonic);
        },
      },
      clock: {
        now: wallClock,
        monotonic: () => (monotonic += 1),
        steady: () => Date.parse(AT) + (monotonic += 1),
      },
      logger: pino({ level: 'silent' }),
      metrics: new SyncMetrics(new Metrics([])),
    },
    {
      taskId: batch.task_id,
      dataset: sync.dataset,
      throttle: new LocalSpacedLimiter(spacingMs, () => monotonic),
      durations: [],
      remaining: 3,
    },
  );
  const [stopping, aborting] = [new AbortController(), new AbortController()];
  const done = runner.run(stopping.signal, aborting.signal);
  return { taskId: batch.task_id, runner, registry, seen, done, stopping, aborting };
}

const shown = (seen: readonly Progress[]): string[] =>
  seen.map(({ status, current, total, percent }) => `${status} ${current}/${total} ${percent}%`);

describe('BatchRunner', () => {
  it("shows the note's steps: the day in progress counts", async () => {
    const { seen, done } = await run(() => Promise.resolve(rowsOf(1)));
    await done;
    expect(shown(seen)).toEqual([
      'queued 0/3 0%',
      'running 1/3 33%',
      'running 2/3 67%',
      'running 3/3 100%',
      'completed 3/3 100%',
    ]);
    expect(seen.at(-1)?.message).toBe('批量同步完成: 成功3, 失败0, 跳过0');
  });

  it('goes on after a day that fails', async () => {
    const { seen, done } = await run((_dataset, day) =>
      Promise.resolve(day === D2 ? failedWith('lasting') : rowsOf(1)),
    );
    await done;
    expect(seen.at(-1)).toMatchObject({ status: 'completed', success: 2, failed: 1 });
  });

  it('fetches side by side and loses no day that ends at the same moment', async () => {
    const release = Promise.withResolvers<void>();
    const begun: CalendarDay[] = [];
    const { seen, done } = await run(
      async (_dataset, day) => {
        begun.push(day);
        if (begun.length === 2) release.resolve();
        await release.promise;
        return rowsOf(1);
      },
      { concurrency: 2 },
    );
    await done;
    expect(begun).toEqual([D1, D2, D3]);
    expect(seen.at(-1)).toMatchObject({ status: 'completed', success: 3 });
    expect(Math.max(...seen.map(({ running }) => running))).toBe(2);
  });

  it('says that it waits for the throttle, and for what', async () => {
    const { seen, done } = await run(() => Promise.resolve(rowsOf(1)), { spacingMs: 60_000 });
    await done;
    expect(seen.map(({ waiting_for }) => waiting_for?.kind ?? null)).toContain('throttle');
    expect(shown(seen).filter((step) => step.startsWith('running 1/3'))).toHaveLength(2);
    expect(seen.at(-1)).toMatchObject({ status: 'completed', waiting_for: null });
  });

  it('lets the day in flight finish when it is stopped, and begins no other', async () => {
    const release = Promise.withResolvers<void>();
    const { taskId, done, stopping } = await run(async () => {
      await release.promise;
      return rowsOf(1);
    });
    stopping.abort();
    release.resolve();
    await done;
    expect(await sync.batch(taskId)).toMatchObject({ status: 'running', success: 1, running: 0 });
  });

  it('drops the day in flight when it is aborted; it is not failed', async () => {
    const { taskId, done, aborting } = await run((_dataset, _day, signal) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    aborting.abort();
    await done;
    expect(await sync.batch(taskId)).toMatchObject({ status: 'running', failed: 0, running: 0 });
    const [day] = await sync.days(taskId);
    expect(day).toMatchObject({ state: 'pending', attempts: 0, token: null });
  });

  it.each(['is aborted', 'breaks'])('drops rows that are staged when it %s', async (how) => {
    const dropped: string[] = [];
    const fetched = Promise.withResolvers<void>();
    let steps = 0;
    const { done, aborting } = await run(
      (_dataset, day) =>
        fetched.promise.then(() => ({
          kind: 'staged',
          rows: { count: 1, table: 'none', read: () => [], drop: () => dropped.push(day) },
        })),
      { concurrency: 3 },
      (commit) => ({
        giveBack: commit.giveBack.bind(commit),
        async step(step, onCommitted) {
          steps += 1;
          if (step.finished.length === 0) return commit.step(step, onCommitted);
          if (how === 'breaks') throw new Error('a bug');
          aborting.abort(new Error('stopped'));
          throw aborting.signal.reason;
        },
      }),
    );
    const ended = done.catch((error: unknown) => error);
    fetched.resolve();
    await ended;
    await nextTurn();
    expect(steps).toBeGreaterThan(1);
    expect(dropped.toSorted()).toEqual([D1, D2, D3]);
  });
});

describe('the loop', () => {
  it('gives the event loop a turn after every day', async () => {
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    const turnsAtDay: number[] = [];
    const { done } = await run(() => {
      turnsAtDay.push(turns);
      return Promise.resolve(rowsOf(1));
    });
    await done;
    clearImmediate(immediate);
    expect(new Set(turnsAtDay).size).toBe(3);
  });

  it('waits for a database that can not be written, and loses nothing', async () => {
    let failures = 2;
    const { taskId, seen, done } = await run(
      () => Promise.resolve(rowsOf(1)),
      {},
      (commit) => ({
        giveBack: commit.giveBack.bind(commit),
        step: (step, committed) =>
          failures-- > 0
            ? Promise.reject(new DatabaseUnavailableError('disk', 'the disk is full'))
            : commit.step(step, committed),
      }),
    );
    await done;
    expect(seen.at(-1)).toMatchObject({ status: 'completed', success: 3, failed: 0 });
    const days = await sync.days(taskId);
    expect(days.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    const waits = seen.map(({ waiting_for }) => waiting_for);
    expect(waits).toContainEqual({ kind: 'disk', until: null, detail: 'the disk is full' });
    expect(seen.at(-1)?.waiting_for).toBeNull();
  });

  it('tries a day again when its wait is over, and runs the others meanwhile', async () => {
    const begun: CalendarDay[] = [];
    const { taskId, seen, done } = await run((_dataset, day) => {
      begun.push(day);
      const first = day === D1 && begun.length === 1;
      return Promise.resolve(first ? failedWith('passing', { retryAfterMs: 1_000 }) : rowsOf(1));
    });
    await done;
    expect(begun).toEqual([D1, D2, D3, D1]);
    expect(seen.map(({ waiting_for }) => waiting_for?.kind)).toContain('rate_limit');
    expect(seen.at(-1)).toMatchObject({ status: 'completed', success: 3, waiting_for: null });
    expect(await sync.days(taskId)).toMatchObject([{ attempts: 1 }, {}, {}]);
  });

  it('begins no day while the source asks to be left alone, and says so', async () => {
    const begun: CalendarDay[] = [];
    let until = 0;
    const { taskId, seen, done } = await run(
      (_dataset, day) => {
        begun.push(day);
        if (begun.length > 1) return Promise.resolve(rowsOf(1));
        until = 1_000;
        return Promise.resolve(failedWith('passing', { retryAfterMs: 1_000 }));
      },
      { silentUntilMs: () => until },
    );
    await done;
    // Not the other two meanwhile, each only to be told the same.
    const waits = seen.filter(({ waiting_for }) => waiting_for?.kind === 'rate_limit');
    expect(waits).toMatchObject([{ waiting_for: { detail: null }, success: 0 }]);
    expect(begun).toHaveLength(4);
    expect(seen.at(-1)).toMatchObject({ status: 'completed', success: 3, waiting_for: null });
    expect(await sync.days(taskId)).toMatchObject([{ attempts: 1 }, {}, {}]);
  });

  it('begins the days of a source that may make them wait one at a time', async () => {
    const release = Promise.withResolvers<void>();
    const { seen, done } = await run(
      async () => {
        await release.promise;
        return rowsOf(1);
      },
      { concurrency: 3, silentUntilMs: () => 0 },
      (commit) => ({
        giveBack: commit.giveBack.bind(commit),
        step: async (step, committed) => {
          const result = await commit.step(step, committed);
          if (result.outlook.ready) return result;
          release.resolve();
          return result;
        },
      }),
    );
    await done;
    expect(seen.map(({ running }) => running)).toEqual([0, 1, 2, 3, 2, 1, 0]);
  });

  it('is not misled by a system clock that is set forward and back an hour', async () => {
    const HOUR = 3_600_000;
    let reads = 0;
    const begun: CalendarDay[] = [];
    const { taskId, seen, done } = await run(
      (_dataset, day) => {
        begun.push(day);
        const first = day === D1 && begun.length === 1;
        return Promise.resolve(first ? failedWith('passing', { retryAfterMs: 1_000 }) : rowsOf(1));
      },
      {},
      (commit) => commit,
      () => Date.parse(AT) + ((reads++ % 3) - 1) * HOUR,
    );
    await done;
    // Not at once, where the clock was set forward; and not an hour late, where it was set back.
    expect(begun).toEqual([D1, D2, D3, D1]);
    expect(seen.at(-1)).toMatchObject({ status: 'completed', success: 3 });
    const updates = seen.map(({ updated_at }) => updated_at);
    expect(updates).toEqual([...updates].sort());
    for (const day of await sync.days(taskId)) {
      expect(day.duration_ms).toBeGreaterThanOrEqual(0);
      expect([day.started_at, day.finished_at]).toEqual([day.started_at, day.finished_at].sort());
    }
  });

  it('sees what happens to its batch behind its back, however long it was going to wait', async () => {
    const hour = failedWith('passing', { retryAfterMs: 3_600_000 });
    const { taskId, seen, done, runner, registry } = await run(
      () => Promise.resolve(hour),
      { concurrency: 3 },
      (commit) => ({
        giveBack: commit.giveBack.bind(commit),
        step: (step, options) =>
          commit.step(step, {
            committed: (result) => {
              options?.committed?.(result);
              // Just behind the commit that leaves nothing but to wait.
              if (result.outlook.waiting === null || result.change === null) return;
              if (registry.get(taskId)?.running !== 0) return;
              void new BatchControl(sync.database)
                .apply(taskId, { verb: 'cancel', by: null, at: AT }, (change) => {
                  if (change.kind === 'changed') registry.apply(taskId, change.change);
                })
                .then(() => runner.nudge());
            },
          }),
      }),
    );
    await done;
    expect(seen.at(-1)).toMatchObject({ status: 'cancelled', skipped: 3 });
  });

  it('commits nothing while nothing changes', async () => {
    const release = Promise.withResolvers<void>();
    const other = Promise.withResolvers<void>();
    let blocked = 0;
    const { taskId, done } = await run(
      () => Promise.resolve(rowsOf(1)),
      {},
      (commit) => ({
        giveBack: commit.giveBack.bind(commit),
        step: async (step, committed) => {
          const result = await commit.step(step, committed);
          if (result.outlook.blocked) blocked += 1;
          if (blocked === 3) release.resolve();
          return result;
        },
      }),
      undefined,
      async (scratch) => {
        // A suspect of another batch, whose turn it is not yet.
        const { task_id } = await scratch.startOther(D1, D1);
        await scratch.step(task_id);
        await scratch.recover();
        other.resolve();
      },
    );
    await other.promise;
    await release.promise;
    const { rev } = await sync.batch(taskId);
    expect(rev).toBeLessThanOrEqual(2);
    await sync.database.write('control', ({ db }) =>
      db.updateTable('batch_day').set({ suspect: 0 }).where('suspect', '=', 1).execute(),
    );
    await done;
    expect(await sync.batch(taskId)).toMatchObject({ status: 'completed', success: 3 });
  });
});
