import {
  progressMessage,
  restoreProgress,
  type Control,
  type Language,
  type Progress,
} from '@daysync/progress';
import type { BatchRow } from '../database/schema.js';

/** The progress that the row of a batch tells. */
export function progressOfRow(row: BatchRow): Progress {
  const error =
    row.error_code === null ? null : { code: row.error_code, text: row.error_text ?? '' };
  return restoreProgress({
    task_id: row.task_id,
    dataset: row.dataset,
    status: row.status,
    total: row.total,
    success: row.success,
    failed: row.failed,
    skipped: row.skipped,
    running: row.running,
    current_date: row.current_day,
    message_code: row.message_code,
    start_date: row.start_date,
    end_date: row.end_date,
    mode: row.mode,
    retry_of: row.retry_of,
    started_by: row.started_by,
    last_control: controlOf(row),
    started_at: row.started_at,
    updated_at: row.updated_at,
    finished_at: row.finished_at,
    error,
    rev: row.rev,
  });
}

function controlOf({
  control_verb: verb,
  control_by: by,
  control_at: at,
}: BatchRow): Control | null {
  return verb === null || at === null ? null : { verb, by, at };
}

/** A progress with its sentence in a language. */
export function inLanguage(progress: Progress, language: Language): Progress {
  return language === 'zh'
    ? progress
    : { ...progress, message: progressMessage(progress, language) };
}
