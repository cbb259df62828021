// Two thousand clients poll a batch every two seconds: measures how long they wait, and how long the batch takes.
import { expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { largeDays } from '../scratch.js';
import { atMost, figure, figureBeside, keep } from './figures.js';
import { measureInTurn } from './in-turn.js';
import { quantile, runWatched, type WatchedRun } from './watchers-run.js';

const ROUNDS = 4;
/** The maximum days of a batch, with ten rows each, from a source without delay. */
const RANGE = { start_date: '2012-01-01', end_date: '2021-12-28' };
const POLLERS = { count: 2_000, periodMs: 2_000 };
/** One client, which polls for the end of the batch. */
const NO_POLLERS = { count: 1 };
/** The share of polls during the batch; some are due after its end. */
const LEAST_SHARE_OF_POLLS = 0.8;
const MOST_P99_MS = 20;
const MOST_SLOWDOWN = 1.15;
const WHAT = '2,000 pollers, every 2 s, of a batch at full speed';

it('many pollers, and the batch that they poll', async () => {
  const daysync = await startDaysync({
    datasets: [largeDays('readings', 10)],
    env: { LIMIT_POLLS: '0' },
  });
  // The first round is slower, because Node compiles the code.
  await runWatched(daysync, RANGE, NO_POLLERS);
  const runs: WatchedRun[] = [];
  const times = await measureInTurn(ROUNDS, {
    alone: async () => (await runWatched(daysync, RANGE, NO_POLLERS)).ms,
    polled: async () => {
      const run = await runWatched(daysync, RANGE, POLLERS);
      runs.push(run);
      return run.ms;
    },
  });
  for (const { latencies, ms } of runs) {
    const wanted = (POLLERS.count * ms) / POLLERS.periodMs;
    expect(latencies.length).toBeGreaterThan(LEAST_SHARE_OF_POLLS * wanted);
  }
  const polls = (share: number): number[] =>
    runs.map(({ latencies }) => quantile(latencies, share));
  const lags = runs.map(({ lagMs }) => lagMs);
  const alone = ['the same without them', times.alone] as const;
  const more = {
    aim: atMost(MOST_SLOWDOWN, 'ratio'),
    note: 'the pollers run on the same machine',
  };
  await keep('pollers', [
    figure(`${WHAT}: a poll, p50`, 'ms', polls(0.5)),
    figure(`${WHAT}: a poll, p99`, 'ms', polls(0.99), { aim: atMost(MOST_P99_MS, 'own') }),
    figure(`${WHAT}: delay of the event loop, p99`, 'ms', lags),
    figureBeside(`${WHAT}: its 3,650 days`, 'ms', times.polled, alone, more),
  ]);
});
