import { calendarDay, type Progress } from '@daysync/progress';

/** A batch of ten days, on its fourth. */
export function progressWith(changes: Partial<Progress> = {}): Progress {
  return {
    task_id: '2012-01-01_2012-01-10_1795668737',
    dataset: 'weather',
    status: 'running',
    total: 10,
    current: 4,
    success: 2,
    failed: 0,
    skipped: 1,
    skip_reasons: [{ reason: 'already_synced', count: 1 }],
    repaired: 0,
    finished: 3,
    running: 1,
    percent: 40,
    current_date: calendarDay('2012-01-04'),
    message: '正在同步 2012-01-04...',
    message_code: 'DAY_STARTED',
    start_date: calendarDay('2012-01-01'),
    end_date: calendarDay('2012-01-10'),
    mode: 'missing_and_failed',
    verify: null,
    order: 'asc',
    chosen_days: false,
    retry_of: null,
    started_by: null,
    last_control: null,
    started_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:30.000Z',
    finished_at: null,
    eta: { likely: '2026-01-01T00:01:40.000Z', late: '2026-01-01T00:02:00.000Z' },
    days_per_minute: 6,
    rows_per_minute: 12,
    waiting_for: null,
    error: null,
    rows: 4,
    unreadable_rows: 0,
    quarantined_rows: 0,
    rev: 4,
    poll_after_ms: 2_000,
    ...changes,
  };
}

/** The same batch, completed. */
export function completed(changes: Partial<Progress> = {}): Progress {
  return progressWith({
    status: 'completed',
    current: 10,
    success: 9,
    finished: 10,
    running: 0,
    percent: 100,
    message_code: 'BATCH_COMPLETED',
    finished_at: '2026-01-01T01:02:03.000Z',
    eta: null,
    rev: 11,
    ...changes,
  });
}
