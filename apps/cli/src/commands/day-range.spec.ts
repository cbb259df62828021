import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseDayWord } from '@daysync/progress';
import { serveHttp } from '../../../../test/http-server.js';
import { createContext, type Context } from '../api/context.js';
import { portsWith } from '../terminal/ports.fixture.js';
import { fixedRange, readRange } from './day-range.js';

let url: URL;
let requests: string[];
beforeAll(async () => {
  const address = await serveHttp((request, response) => {
    requests.push(request.url ?? '');
    response.setHeader('date', 'Sun, 29 Nov 2026 20:00:00 GMT');
    const items = [
      { name: 'weather', time_zone: 'UTC' },
      { name: 'tokyo', time_zone: 'Asia/Tokyo' },
    ];
    response.end(JSON.stringify({ status: 'success', data: { items } }));
  });
  url = new URL(address);
});

let context: Context;
beforeEach(() => {
  requests = [];
  // A machine whose clock is a year late: the server's time counts.
  const { ports } = portsWith({ now: () => Date.parse('2025-11-29T20:00:00Z') });
  context = createContext(ports, 'en', { url });
});

const words = (from: string | undefined, to: string | undefined) => ({
  from: parseDayWord(from ?? ''),
  to: parseDayWord(to ?? ''),
});

describe('the range that words name', () => {
  it.each([
    ['weather', 'yesterday', 'today', { start_date: '2026-11-28', end_date: '2026-11-29' }],
    ['tokyo', 'yesterday', 'today', { start_date: '2026-11-29', end_date: '2026-11-30' }],
    ['tokyo', '-7d', 'yesterday', { start_date: '2026-11-23', end_date: '2026-11-29' }],
    ['tokyo', 'last-month', '2026-11', { start_date: '2026-10-01', end_date: '2026-11-30' }],
    ['weather', 'last-month', 'last-month', { start_date: '2026-10-01', end_date: '2026-10-31' }],
    ['weather', undefined, '-1d', { end_date: '2026-11-28' }],
  ])('of %s: %s to %s, on the day of its time zone', async (dataset, from, to, range) => {
    expect(await readRange(context, dataset, words(from, to))).toEqual(range);
    expect(requests).toEqual(['/api/v1/sync-status/datasets']);
  });

  it('asks no server for days that are fixed', async () => {
    const fixed = { start_date: '2026-11-01', end_date: '2026-11-29' };
    expect(await readRange(context, 'tokyo', words('2026-11', '2026-W48'))).toEqual(fixed);
    expect(await readRange(context, 'tokyo', words(undefined, undefined))).toEqual({});
    expect(requests).toEqual([]);
  });

  it('is not fixed where one end depends on the day', () => {
    expect(fixedRange(words('2026-11', 'today'))).toBeUndefined();
    expect(fixedRange(words('2026-11', undefined))).toEqual({ start_date: '2026-11-01' });
  });

  it('takes the day of this machine where no dataset is named, or none of that name exists', async () => {
    const today = new Intl.DateTimeFormat('sv-SE').format(Date.parse('2026-11-29T20:00:00Z'));
    expect(await readRange(context, 'unknown', words('today', 'today'))).toMatchObject({
      end_date: today,
    });
  });
});
