import { describe, expect, it } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import type { BatchDay } from '../api/wire';
import { failureGroups } from './failures';

function dayOf(index: number, state: BatchDay['state'], code = 'TIMEOUT'): BatchDay {
  const error = { code, text: 'took too long', row: null, column: null };
  return {
    day: addDays(calendarDay('2025-10-01'), index),
    state,
    reason: null,
    rows: null,
    attempts: 1,
    next_at: null,
    duration_ms: 10,
    started_at: null,
    finished_at: null,
    error: state === 'failed' ? error : null,
  };
}

describe('failureGroups', () => {
  it('lists the failed days and no other', () => {
    const days = [dayOf(0, 'success'), dayOf(1, 'failed'), dayOf(2, 'pending')];
    expect(failureGroups(days)).toEqual([
      {
        code: 'TIMEOUT',
        count: 1,
        shown: [
          { day: '2025-10-02', code: 'TIMEOUT', text: 'took too long', row: null, column: null },
        ],
        hidden: 0,
      },
    ]);
  });

  it('groups them by what was wrong, the largest group first', () => {
    const codes = ['EMPTY_DAY', 'TIMEOUT', 'VALUE_INVALID', 'TIMEOUT'];
    const groups = failureGroups(codes.map((code, index) => dayOf(index, 'failed', code)));
    expect(groups.map(({ code, count }) => [code, count])).toEqual([
      ['TIMEOUT', 2],
      ['EMPTY_DAY', 1],
      ['VALUE_INVALID', 1],
    ]);
  });

  it('shows three of a group and counts the rest', () => {
    const [group] = failureGroups(Array.from({ length: 8 }, (_, i) => dayOf(i, 'failed')));
    expect([group?.count, group?.shown.length, group?.hidden]).toEqual([8, 3, 5]);
  });
});
