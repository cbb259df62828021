import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { progressOf } from '../design/progress.fixture';
import {
  formParams,
  readStartQuery,
  inOrder,
  overlapsBatch,
  quickRange,
  requestedDays,
  startModeOf,
  startRequest,
  type StartValues,
} from './start-values';

const values = (start_date: string | null, end_date: string | null): StartValues => ({
  dataset: 'weather',
  start_date,
  end_date,
  mode: 'all',
  order: 'desc',
});

describe('startRequest', () => {
  it('is the form where it is complete', () => {
    const request = startRequest(values('2025-10-01', '2025-10-03'));
    expect(request).toEqual(values('2025-10-01', '2025-10-03'));
    expect(request && requestedDays(request)).toBe(3);
  });

  it.each([
    [null, '2025-10-03'],
    ['2025-10-01', null],
    ['invalid', '2025-10-03'],
    ['2025-10-04', '2025-10-03'],
  ])('is nothing for %s to %s', (start, end) => {
    expect(startRequest(values(start, end))).toBeUndefined();
  });

  it('wants a dataset', () => {
    const form = { ...values('2025-10-01', '2025-10-03'), dataset: '' };
    expect(startRequest(form)).toBeUndefined();
  });
});

describe('overlapsBatch', () => {
  const batch = progressOf(); // weather, 2025-10-01 to 2025-10-10

  it.each([
    ['2025-09-01', '2025-10-01', true],
    ['2025-10-10', '2025-10-31', true],
    ['2025-10-04', '2025-10-05', true],
    ['2025-09-01', '2025-09-30', false],
    ['2025-10-11', '2025-10-31', false],
  ])('%s to %s: %s', (start, end, overlaps) => {
    const request = startRequest(values(start, end));
    expect(request && overlapsBatch(request, batch)).toBe(overlaps);
    expect(request && overlapsBatch({ ...request, dataset: 'other' }, batch)).toBe(false);
  });
});

describe('readStartQuery', () => {
  const text = { dataset: 'weather', start_date: '2025-10-01', end_date: '2025-10-03' };

  it('is what the address says, without what it says wrong', () => {
    const chosen = { mode: 'all', order: 'desc' };
    expect(readStartQuery({ ...text, ...chosen })).toEqual({ ...text, ...chosen });
    const wrong = { end_date: '2025-13-01', mode: 'some', order: 'random' };
    expect(readStartQuery({ ...text, ...wrong })).toEqual({
      ...text,
      end_date: undefined,
      mode: undefined,
      order: undefined,
    });
  });

  it('is nothing where the address says nothing that is right', () => {
    expect(readStartQuery({ dataset: '', start_date: 'x', mode: 'y' })).toBeUndefined();
  });
});

const day = calendarDay;

describe('formParams', () => {
  it('open the form as it is, without what it has not', () => {
    const form = { ...values(null, '2025-10-03'), dataset: 'orders' };
    expect(formParams(form)).toEqual(form);
    expect(formParams({ ...form, dataset: '' }).dataset).toBeNull();
  });
});

describe('inOrder', () => {
  const ranges = [
    { start_date: day('2025-10-01'), end_date: day('2025-10-02') },
    { start_date: day('2025-10-05'), end_date: day('2025-10-05') },
  ];

  it.each([
    ['asc', ['2025-10-01', '2025-10-05']],
    ['desc', ['2025-10-05', '2025-10-01']],
  ] as const)('%s: %j', (order, starts) => {
    expect(inOrder(ranges, order).map(({ start_date }) => start_date)).toEqual(starts);
  });
});

describe('quickRange', () => {
  it.each([
    ['yesterday', '2025-03-01', '2025-02-28', '2025-02-28'],
    ['last_7', '2025-03-01', '2025-02-23', '2025-03-01'],
    ['last_30', '2025-03-01', '2025-01-31', '2025-03-01'],
    ['last_month', '2025-03-31', '2025-02-01', '2025-02-28'],
    ['last_month', '2024-03-01', '2024-02-01', '2024-02-29'],
    ['last_month', '2025-01-15', '2024-12-01', '2024-12-31'],
  ] as const)('%s on %s is %s to %s', (range, today, start_date, end_date) => {
    expect(quickRange(range, day(today), undefined)).toEqual({ start_date, end_date });
  });

  it('knows the latest days of a source only where the source knows them', () => {
    const recent = { start_date: day('2015-12-22'), end_date: day('2015-12-31') };
    expect(quickRange('recent', day('2025-03-01'), recent)).toEqual(recent);
    expect(quickRange('recent', day('2025-03-01'), undefined)).toBeUndefined();
  });
});

describe('a start that verifies', () => {
  it('is one choice for each of what happens to a day that differs', () => {
    const only = { ...values('2025-10-01', '2025-10-03'), mode: 'verify_report' } as const;
    expect(startRequest(only)).toMatchObject({ mode: 'verify', verify: 'report' });
    expect(
      startRequest({ ...values('2025-10-01', '2025-10-03'), mode: 'verify' }),
    ).not.toHaveProperty('verify');
    expect(formParams(only).mode).toBe('verify_report');
    expect(readStartQuery({ mode: 'verify_report' })?.mode).toBe('verify_report');
    expect(startModeOf({ mode: 'verify', verify: 'report' })).toBe('verify_report');
    expect(startModeOf({ mode: 'verify' })).toBe('verify');
  });
});
