import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../config/clock.js';
import type { DayTime } from '../day-source.js';
import { listOf, rowsOf } from '../day-source.fixture.js';
import { DAY, failureOfDay, HttpServerFixture, idsOf, NEVER, rows } from './http-server.fixture.js';

let server: HttpServerFixture;
beforeEach(async () => {
  server = await HttpServerFixture.start();
});
afterEach(() => server.close());

const open: HttpServerFixture['open'] = (changes, settings) => server.open(changes, settings);

describe('a rate limit', () => {
  it.each<[string, number, Record<string, string>, number]>([
    ['seconds', 429, { 'retry-after': '7' }, 7_000],
    ['seconds', 503, { 'retry-after': '7' }, 7_000],
    [
      'a date',
      429,
      { 'retry-after': 'Fri, 03 Oct 2025 10:00:09 GMT', date: 'Fri, 03 Oct 2025 10:00:00 GMT' },
      9_000,
    ],
  ])('in %s, by %i, is a wait and no attempt', async (_, status, headers, retryAfterMs) => {
    server.answering = (_request, response) => {
      response.sendDate = false;
      response.writeHead(status, headers).end();
    };
    const of = open();
    const error = await failureOfDay(of);
    expect(error).toMatchObject({ kind: 'passing', code: 'SOURCE_RATE_LIMITED', retryAfterMs });
    expect(server.urls).toHaveLength(1);
    // Nor does any other day ask meanwhile.
    expect((await failureOfDay(of)).code).toBe('SOURCE_RATE_LIMITED');
    expect(server.urls).toHaveLength(1);
  });

  it('that stays, without a time, is a wait as well', async () => {
    server.always('', {}, 429);
    expect(await failureOfDay(open())).toMatchObject({
      code: 'SOURCE_RATE_LIMITED',
      kind: 'passing',
      retryAfterMs: 1,
    });
    expect(server.urls).toHaveLength(3);
  });

  it('of more than max_wait_seconds in all is the whole source’s', async () => {
    server.always('', { 'retry-after': '0' }, 429);
    let now = 0;
    const of = open({ max_wait_seconds: 2 }, { clock: { ...systemClock, monotonic: () => now } });
    const codes: string[] = [];
    for (let time = 0; time < 3; time += 1, now += 1_000) codes.push((await failureOfDay(of)).code);
    expect(codes).toEqual(['SOURCE_RATE_LIMITED', 'SOURCE_RATE_LIMITED', 'SOURCE_WAIT_TOO_LONG']);
    expect((await failureOfDay(of)).code).toBe('SOURCE_RATE_LIMITED');
  });

  it.each([
    ['rows', 200],
    ['no data', 204],
    ['a refusal', 418],
  ])('is never too long for days that wait while others are answered %s', async (_, status) => {
    let now = 0;
    const of = open({ max_wait_seconds: 2 }, { clock: { ...systemClock, monotonic: () => now } });
    for (let window = 0; window < 5; window += 1, now += 1_500) {
      server.always(rows(1), {}, status);
      await listOf(rowsOf(of.fetchDay(DAY, NEVER))).catch(() => undefined);
      server.always('', { 'retry-after': '1' }, 429);
      expect((await failureOfDay(of)).code).toBe('SOURCE_RATE_LIMITED');
      expect(of.waitMs()).toBe(1_000);
      // Those that are not even asked count nothing.
      for (let day = 0; day < 9; day += 1) {
        expect((await failureOfDay(of)).code).toBe('SOURCE_RATE_LIMITED');
      }
    }
    expect(server.urls).toHaveLength(10);
  });

  it('of our own takes nothing of a day’s time, and keeps other days from beginning', async () => {
    server.always(rows(1));
    const of = open({ requests_per_second: 0.1 });
    expect(await idsOf(of)).toEqual([1]);
    const waiting: Promise<unknown>[] = [];
    const time: DayTime = {
      standStill: (turn) => {
        waiting.push(turn);
        return turn;
      },
    };
    const abort = new AbortController();
    const second = listOf(rowsOf(of.fetchDay(DAY, abort.signal, time)));
    expect(waiting).toHaveLength(1);
    expect(of.waitMs()).toBeGreaterThan(18_000);
    abort.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    // It begins a second before its turn.
    expect(of.waitMs()).toBeGreaterThan(8_000);
    expect(of.waitMs()).toBeLessThanOrEqual(9_000);
  });
});
