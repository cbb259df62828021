import { calendarDay, newProgress, type Progress } from '@daysync/progress';

/** A batch of ten days, on its fourth. */
export function progressWith(changes: Partial<Progress> = {}): Progress {
  const range = {
    ...{ start_date: calendarDay('2012-01-01'), end_date: calendarDay('2012-01-10') },
    ...({ total: 10, mode: 'missing_and_failed', at: '2026-01-01T00:00:00.000Z' } as const),
  };
  return {
    ...newProgress({ task_id: '2012-01-01_2012-01-10_1795668737', dataset: 'weather', ...range }),
    status: 'running',
    ...{ current: 4, success: 2, skipped: 1, finished: 3, running: 1 },
    skip_reasons: [{ reason: 'already_synced', count: 1 }],
    ...{ percent: 40, current_date: calendarDay('2012-01-04') },
    message: '正在同步 2012-01-04...',
    message_code: 'DAY_STARTED',
    waiting_for: null,
    ...{ started_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:30.000Z' },
    eta: { likely: '2026-01-01T00:01:40.000Z', late: '2026-01-01T00:02:00.000Z' },
    ...{ days_per_minute: 6, rows_per_minute: 12, rows: 4, rev: 4 },
    ...changes,
  };
}

/** The same batch, completed. */
export function completed(changes: Partial<Progress> = {}): Progress {
  return progressWith({
    status: 'completed',
    ...{ current: 10, success: 9, finished: 10, running: 0, percent: 100 },
    message_code: 'BATCH_COMPLETED',
    finished_at: '2026-01-01T01:02:03.000Z',
    eta: null,
    rev: 11,
    ...changes,
  });
}
