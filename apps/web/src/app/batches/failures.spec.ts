import { describe, expect, it } from '@jest/globals';
import { addDays, calendarDay } from '@daysync/progress';
import type { BatchDay } from '../api/wire';
import { failuresOf } from './failures';

function dayOf(index: number, state: BatchDay['state']): BatchDay {
  const error = { code: 'TIMEOUT', text: 'took too long', row: null, column: null };
  return {
    day: addDays(calendarDay('2025-10-01'), index),
    state,
    reason: null,
    rows: null,
    attempts: 1,
    duration_ms: 10,
    started_at: null,
    finished_at: null,
    error: state === 'failed' ? error : null,
  };
}

describe('failuresOf', () => {
  it('lists the failed days and no other', () => {
    const days = [dayOf(0, 'success'), dayOf(1, 'failed'), dayOf(2, 'pending')];
    const { shown, hidden } = failuresOf(days);
    expect(shown).toEqual([
      { day: '2025-10-02', code: 'TIMEOUT', text: 'took too long', row: null, column: null },
    ]);
    expect(hidden).toBe(0);
  });

  it('shows five and counts the rest', () => {
    const { shown, hidden } = failuresOf(Array.from({ length: 8 }, (_, i) => dayOf(i, 'failed')));
    expect([shown.length, hidden]).toEqual([5, 3]);
  });
});
