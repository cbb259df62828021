import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { refuseRange } from './refusal.js';
import { orProblem } from './sync.problems.js';

const [MONDAY, TUESDAY] = [calendarDay('2025-10-06'), calendarDay('2025-10-07')];

describe('a range that a caller asks for', () => {
  it('may be one day, and as many as the limit', () => {
    expect(refuseRange(MONDAY, MONDAY, 1)).toBeNull();
    expect(refuseRange(MONDAY, TUESDAY, 2)).toBeNull();
  });

  it('must not end before it starts', () => {
    expect(refuseRange(TUESDAY, MONDAY, 2)).toEqual({
      kind: 'range_reversed',
      start: TUESDAY,
      end: MONDAY,
    });
  });

  it('must not have more days than the limit', () => {
    expect(refuseRange(MONDAY, TUESDAY, 1)).toEqual({
      ...{ kind: 'range_too_large', days: 2, limit: 1, areExpected: false },
    });
  });
});

describe('the result of a service', () => {
  it('is the problem of its kind where it is a refusal', () => {
    expect(() => orProblem({ kind: 'range_reversed', start: TUESDAY, end: MONDAY })).toThrow(
      expect.objectContaining({
        code: 'RANGE_REVERSED',
        detail: 'expected end_date on or after 2025-10-07, got 2025-10-06',
      }),
    );
    expect(() => orProblem({ kind: 'range_too_large', days: 2, limit: 1 })).toThrow(
      expect.objectContaining({
        code: 'RANGE_TOO_LARGE',
        detail: 'expected at most 1 days (MAX_RANGE_DAYS=1), got 2',
        extras: { limit: 1 },
      }),
    );
    expect(() => orProblem({ kind: 'unknown_cursor', cursor: '7' })).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        detail: 'since: expected the `cursor` of an earlier answer, got "7" (text)',
      }),
    );
  });

  it('says when to try again where that is known', () => {
    expect(() => orProblem({ kind: 'stopping' })).toThrow(
      expect.objectContaining({ code: 'STOPPING', retryAfterSeconds: 1 }),
    );
    expect(() => orProblem({ kind: 'too_many_streams', open: 2, limit: 2 })).toThrow(
      expect.objectContaining({
        code: 'STREAMS_EXHAUSTED',
        retryAfterSeconds: 2,
        extras: { limit: 2 },
      }),
    );
  });

  it('is answered as it is otherwise', () => {
    const result = { kind: 'found', progress: 7 };
    expect(orProblem(result)).toBe(result);
  });
});
