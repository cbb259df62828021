// The cost of a change with two thousand event streams, compared with as many polling clients.
import { expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { providerSource } from '../scratch.js';
import { atMost, figureBeside, keep, type Figure } from './figures.js';
import { delaysOf, quantile, runWatched, type WatchedRun } from './watchers-run.js';

const ROUNDS = 3;
const COUNT = 2_000;
const PERIOD_MS = 2_000;
const DAY_MS = 1_000;
/** One change a second. */
const RANGE = { start_date: '2025-10-01', end_date: '2025-10-06' };
/** The share of the polls' cost that event streams aim at. */
const MOST_COST = 0.1;
const WHAT = '2,000 event streams, a change a second';
const POLLS = '2,000 polling every 2 s';

const dataset = {
  name: 'timed',
  source: providerSource('timed-day', { ms: DAY_MS }),
  target: { table: 'timed', columns: { value: 'text' } },
};

const kilobytesAChange = ({ bytes, changes }: WatchedRun): number => bytes / 1_000 / changes;
const cpuAChange = ({ cpuMs, changes }: WatchedRun): number => cpuMs / changes;
const delay = (run: WatchedRun): number => quantile(delaysOf(run), 0.5);
const countSeen = ({ seen }: WatchedRun): number => seen.flat().length;
const bytesAChangeSeen = (run: WatchedRun): number => run.bytes / countSeen(run);
const cpuAChangeSeen = (run: WatchedRun): number => (1_000 * run.cpuMs) / countSeen(run);

it('event streams, compared with polls', async () => {
  const daysync = await startDaysync({ datasets: [dataset], env: { LIMIT_POLLS: '0' } });
  const [streams, polls]: [WatchedRun[], WatchedRun[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    streams.push(await runWatched(daysync, RANGE, { count: COUNT }));
    polls.push(await runWatched(daysync, RANGE, { count: COUNT, periodMs: PERIOD_MS }));
  }
  // Each watcher gets each change, except for the first ones, which follow each other too fast.
  for (const run of streams) {
    expect(countSeen(run)).toBeGreaterThanOrEqual(COUNT * (run.changes - 2));
  }

  type Of = (run: WatchedRun) => number;
  const besidePolls = (what: string, unit: string, of: Of, more = {}): Figure =>
    figureBeside(`${WHAT}: ${what}`, unit, streams.map(of), [POLLS, polls.map(of)], more);
  const aim = atMost(MOST_COST, 'ratio');
  /** Polling twice as often shows changes twice as soon, and costs twice as much. */
  const besidePromptPolls = (what: string, unit: string, of: Of): Figure => {
    const prompt = polls.map((run, round) => {
      const stream = streams[round];
      return stream === undefined ? NaN : (of(run) * delay(run)) / delay(stream);
    });
    const peer = ['2,000 polling often enough to know equally soon', prompt] as const;
    const note = 'computed: the cost of polling every 2 s, scaled by how much sooner events arrive';
    const full = `${WHAT}: ${what}, known equally soon`;
    return figureBeside(full, unit, streams.map(of), peer, { note });
  };
  await keep('watchers', [
    besidePolls('sent for a change', 'kB', kilobytesAChange, { aim }),
    besidePolls('processor for a change', 'ms', cpuAChange, { aim }),
    besidePolls('sent for a change that a client sees', 'bytes', bytesAChangeSeen),
    besidePolls('processor for a change that a client sees', 'µs', cpuAChangeSeen),
    besidePolls('delay until a change is known, p50', 'ms', delay),
    besidePromptPolls('sent for a change', 'kB', kilobytesAChange),
    besidePromptPolls('processor for a change', 'ms', cpuAChange),
  ]);
});
