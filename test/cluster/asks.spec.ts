import { expect, it } from 'vitest';
import type { StoredDay } from '../crash/database-state.js';
import { checkAsks, type Ask, type RunnerLoss } from './asks.js';

const DAY = '2025-10-01';
const NOON = Date.parse('2025-10-17T12:00:00.000Z');

const ask = (pid: number, at: number): Ask => ({ day: DAY, pid, at, atWall: NOON + at });
/** The day is done at 5,000. */
const DONE: StoredDay = {
  ...{ day: DAY, action: 'run', state: 'success', reason: null, rows: 1, attempts: 1 },
  finishedAt: new Date(NOON + 5_000).toISOString(),
};
const lost = (
  how: RunnerLoss['how'],
  pid: number | undefined,
  from: number,
  until: number,
): RunnerLoss => ({ how, pid, from, until });
const killed = (pid: number, at: number): RunnerLoss => lost('killed', pid, at, at);

const TWICE = [ask(1, 0), ask(2, 1_000)];
const HALTED = lost('halted', 1, 0, 4_000);

it.each<[string, Ask[], RunnerLoss[], string[]]>([
  ['accepts one request for a day', [ask(1, 0)], [], []],
  ['accepts a first request that is after the end by the database clock', [ask(1, 5_002)], [], []],
  ['finds a day without a request', [], [], ['calls']],
  ['finds a second request', TWICE, [], ['calls']],
  [
    'finds a second request before the first process was lost',
    TWICE,
    [killed(1, 2_000)],
    ['calls'],
  ],
  ['finds a second request after the loss of another process', TWICE, [killed(2, 500)], ['calls']],
  [
    'finds a request for a day that is done, also after a loss',
    [ask(1, 0), ask(2, 5_001)],
    [killed(1, 4_000)],
    ['done day done again'],
  ],
  [
    'allows a halted process one more request for what it had claimed before',
    [ask(2, 2_000), ask(1, 3_500)],
    [HALTED],
    [],
  ],
  [
    'allows a process that was halted no request later',
    [ask(2, 2_000), ask(1, 4_500)],
    [HALTED],
    ['calls'],
  ],
])('%s', (_, asks, losses, found) => {
  expect(checkAsks(asks, [DONE], losses).violations.map(({ kind }) => kind)).toEqual(found);
});

it.each<[string, number, RunnerLoss[], object]>([
  ['measures how long a lost day waits', 0, [killed(1, 500)], { lostAt: 500, afterMs: 2_500 }],
  [
    'prefers the loss of one process to a loss of all',
    0,
    [killed(1, 500), lost('connections cut', undefined, 2_000, 2_500)],
    { lostAt: 500, afterMs: 2_500 },
  ],
  [
    'does not count the time without a database',
    700,
    [killed(1, 800), lost('database away', undefined, 600, 2_000)],
    { lostAt: 800, afterMs: 1_000 },
  ],
])('%s', (_, firstAt, losses, redelivery) => {
  const { redeliveries, violations } = checkAsks([ask(1, firstAt), ask(2, 3_000)], [DONE], losses);
  expect(violations).toEqual([]);
  expect(redeliveries).toEqual([{ day: DAY, how: 'killed', ...redelivery }]);
});
