import { describe, expect, it } from 'vitest';
import { dailyInShanghai } from './dataset.fixture';
import { scheduleView } from './schedule-view';

describe('scheduleView', () => {
  it('shows the next times in the schedule’s time zone', () => {
    const now = Date.parse('2026-05-09T22:00:00Z');
    expect(scheduleView(dailyInShanghai(), now)).toEqual({
      next: ['2026-05-10 06:30', '2026-05-11 06:30', '2026-05-12 06:30'],
      last: null,
    });
    const later = Date.parse('2026-05-10T22:30:00Z');
    expect(scheduleView(dailyInShanghai(), later).next).toEqual([
      ...['2026-05-12 06:30', '2026-05-13 06:30'],
    ]);
  });

  it('shows the outcome of the last run', () => {
    const last_run = {
      due_at: '2026-05-08T22:30:00.000Z',
      at: '2026-05-09T03:00:00.000Z',
      outcome: 'skipped_overlap',
      task_id: 't1',
    } as const;
    expect(scheduleView(dailyInShanghai({ last_run }), 0).last).toEqual({
      ...{ time: '2026-05-09 06:30', outcome: 'run_outcome.skipped_overlap' },
      ...{ isSkipped: true, batchId: 't1' },
    });
    const started = { ...last_run, outcome: 'started', task_id: null } as const;
    expect(scheduleView(dailyInShanghai({ last_run: started }), 0).last).toMatchObject({
      ...{ outcome: 'run_outcome.started', isSkipped: false, batchId: null },
    });
  });
});
