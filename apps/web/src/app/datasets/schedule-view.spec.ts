import { describe, expect, it } from 'vitest';
import { dailyInShanghai } from './dataset.fixture';
import { minuteText } from '../time/instant';
import { scheduleView } from './schedule-view';

const WORDS = {
  minute: (instant: string, timeZone: string | undefined) =>
    minuteText(instant, { locale: 'zh-CN', timeZone }),
};

describe('scheduleView', () => {
  it('shows the next times in the schedule’s time zone', () => {
    const now = Date.parse('2026-05-09T22:00:00Z');
    expect(scheduleView(dailyInShanghai(), now, WORDS)).toEqual({
      next: ['2026年5月10日 06:30', '2026年5月11日 06:30', '2026年5月12日 06:30'],
      last: null,
    });
    const later = Date.parse('2026-05-10T22:30:00Z');
    expect(scheduleView(dailyInShanghai(), later, WORDS).next).toEqual([
      ...['2026年5月12日 06:30', '2026年5月13日 06:30'],
    ]);
  });

  it('shows the outcome of the last run', () => {
    const last_run = {
      due_at: '2026-05-08T22:30:00.000Z',
      at: '2026-05-09T03:00:00.000Z',
      outcome: 'skipped_overlap',
      task_id: 't1',
    } as const;
    expect(scheduleView(dailyInShanghai({ last_run }), 0, WORDS).last).toEqual({
      ...{ time: '2026年5月9日 06:30', outcome: 'run_outcome.skipped_overlap' },
      ...{ isSkipped: true, batchId: 't1' },
    });
    const started = { ...last_run, outcome: 'started', task_id: null } as const;
    expect(scheduleView(dailyInShanghai({ last_run: started }), 0, WORDS).last).toMatchObject({
      ...{ outcome: 'run_outcome.started', isSkipped: false, batchId: null },
    });
  });
});
