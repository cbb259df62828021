import { expect, it } from 'vitest';
import type { StoredDay } from '../crash/database-state.js';
import { checkAsks, type Ask, type RunnerLoss } from './asks.js';

const DAY = '2025-10-01';
const NOON = Date.parse('2025-10-17T12:00:00.000Z');

const ask = (pid: number, at: number): Ask => ({ day: DAY, pid, at, atWall: NOON + at });
const done = (at: number): StoredDay => ({
  day: DAY,
  action: 'run',
  state: 'success',
  reason: null,
  rows: 1,
  attempts: 1,
  finishedAt: new Date(NOON + at).toISOString(),
});
const killed = (pid: number, at: number): RunnerLoss => ({
  how: 'killed',
  pid,
  from: at,
  until: at,
});
const found = (asks: readonly Ask[], losses: readonly RunnerLoss[] = []): string[] =>
  checkAsks(asks, [done(5_000)], losses).violations.map(({ kind }) => kind);

it('accepts one request for a day', () => {
  expect(found([ask(1, 0)])).toEqual([]);
});

it('accepts a first request that is later than the end of its day by the database clock', () => {
  expect(found([ask(1, 5_002)])).toEqual([]);
});

it('finds a day without a request', () => {
  expect(found([])).toEqual(['calls']);
});

it('finds a second request unless the first process was lost before', () => {
  const asks = [ask(1, 0), ask(2, 1_000)];
  expect(found(asks)).toEqual(['calls']);
  expect(found(asks, [killed(1, 2_000)])).toEqual(['calls']);
  expect(found(asks, [killed(2, 500)])).toEqual(['calls']);
});

it('finds a request for a day that is done, also after a loss', () => {
  expect(found([ask(1, 0), ask(2, 5_001)], [killed(1, 4_000)])).toEqual(['done day done again']);
});

it('measures how long a lost day waits for its next runner', () => {
  const { redeliveries, violations } = checkAsks(
    [ask(1, 0), ask(2, 3_000)],
    [done(5_000)],
    [killed(1, 500)],
  );
  expect(violations).toEqual([]);
  expect(redeliveries).toEqual([{ day: DAY, how: 'killed', lostAt: 500, afterMs: 2_500 }]);
});

it('prefers the loss of one process to a loss of all', () => {
  const cut: RunnerLoss = { how: 'connections cut', pid: undefined, from: 2_000, until: 2_500 };
  const { redeliveries } = checkAsks(
    [ask(1, 0), ask(2, 3_000)],
    [done(5_000)],
    [killed(1, 500), cut],
  );
  expect(redeliveries).toMatchObject([{ how: 'killed', afterMs: 2_500 }]);
});

it('does not count the time without a database', () => {
  const away: RunnerLoss = { how: 'database away', pid: undefined, from: 600, until: 2_000 };
  const { redeliveries } = checkAsks(
    [ask(1, 700), ask(2, 3_000)],
    [done(5_000)],
    [killed(1, 800), away],
  );
  expect(redeliveries).toMatchObject([{ how: 'killed', afterMs: 1_000 }]);
});

it('allows a halted process one more request for what it had claimed before', () => {
  const halted: RunnerLoss = { how: 'halted', pid: 1, from: 0, until: 4_000 };
  expect(found([ask(2, 2_000), ask(1, 3_500)], [halted])).toEqual([]);
  expect(found([ask(2, 2_000), ask(1, 4_500)], [halted])).toEqual(['calls']);
});
