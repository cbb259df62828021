import { calendarDay, newProgress, type Progress } from '@daysync/progress';

/** A running batch of ten days, with the changes of a spec. */
export function progressOf(changes: Partial<Progress> = {}): Progress {
  return {
    ...newProgress({
      task_id: '2025-10-01_2025-10-10_1760716800',
      dataset: 'weather',
      total: 10,
      start_date: calendarDay('2025-10-01'),
      end_date: calendarDay('2025-10-10'),
      mode: 'missing_and_failed',
      at: '2025-10-17T16:00:00.000Z',
    }),
    status: 'running',
    started_at: '2025-10-17T16:00:00.000Z',
    waiting_for: null,
    ...changes,
  };
}

/** The note's own example. */
export const THIRD_OF_TEN = progressOf({
  current: 3,
  success: 2,
  failed: 0,
  skipped: 1,
  finished: 3,
  percent: 30,
  current_date: calendarDay('2025-10-03'),
  message: '正在同步 2025-10-03...',
  message_code: 'DAY_STARTED',
});

/** A completed batch of ten days, `failed` of them failed. */
export function completed(failed = 0, success = 9 - failed): Progress {
  const skipped = 10 - failed - success;
  return progressOf({
    status: 'completed',
    current: 10,
    finished: 10,
    percent: 100,
    success,
    failed,
    skipped,
    message: `批量同步完成: 成功${success}, 失败${failed}, 跳过${skipped}`,
    message_code: 'BATCH_COMPLETED',
    finished_at: '2025-10-17T16:00:42.000Z',
  });
}
