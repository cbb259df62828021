import type { Logger } from 'pino';
import { MARK_KINDS } from '../batches/day-marks.js';
import type { SyncMetrics } from '../batches/batch-metrics.js';
import { countFetched, reasonOf } from '../batches/day-outcome.js';
import type { Dataset } from '../datasets/file/dataset.js';
import type { DayMessage } from '../webhooks/outbox.js';
import { isOutcome, type DecidedDay } from './day-commit.js';

/** Counts an attempt at a day in the metrics, and logs it in one line. Its commit is durable. */
export function reportDay(
  { logger, metrics }: { readonly logger: Logger; readonly metrics: SyncMetrics },
  { dataset, batchId }: { readonly dataset: Dataset; readonly batchId: string },
  decided: DecidedDay,
): void {
  const { durationMs, verdict } = decided;
  metrics.attempted(dataset.name, durationMs, verdict);
  const { quarantined_rows } = countFetched(decided.fetched, verdict);
  if (quarantined_rows !== null) metrics.rowsQuarantined(dataset.name, quarantined_rows);
  if (isOutcome(verdict)) {
    const ended = { outcome: verdict.state, reason: reasonOf(verdict), count: 1 };
    metrics.daysEnded(dataset.name, [ended]);
  }
  logDay(logger, dataset.name, batchId, decided, quarantined_rows ?? 0);
}

/** What webhooks report of a day that has ended. */
export function dayMessagesOf(
  { dataset, batchId }: { readonly dataset: Dataset; readonly batchId: string },
  { claim: { day }, durationMs, judgement, verdict }: DecidedDay,
): readonly DayMessage[] {
  const of = { task_id: batchId, dataset: dataset.name, day, duration_ms: Math.round(durationMs) };
  switch (verdict.state) {
    case 'success': {
      const { marks = [] } = judgement ?? {};
      return MARK_KINDS.flatMap((event) => {
        const ofKind = marks.filter(({ kind }) => kind === event);
        const { rows } = verdict;
        return ofKind.length === 0 ? [] : [{ event, ...of, rows, error: null, marks: ofKind }];
      });
    }
    case 'failed': {
      const { code, text } = verdict.error;
      if (code !== 'CHECK_FAILED') return [];
      return [{ event: 'check_failed', ...of, rows: null, error: { code, text }, marks: [] }];
    }
    case 'skipped':
    case 'waiting':
    case 'deferred':
      return [];
  }
}

function logDay(
  logger: Logger,
  dataset: string,
  batchId: string,
  { claim: { attempt, day }, durationMs, judgement, verdict }: DecidedDay,
  quarantined: number,
): void {
  const fields = { task_id: batchId, dataset, day, duration_ms: Math.round(durationMs) };
  switch (verdict.state) {
    case 'success':
      logger.info(
        { ...fields, rows: verdict.rows, ...(quarantined > 0 ? { quarantined } : {}) },
        `同步成功 ${day}`,
      );
      for (const { kind, of, text } of judgement?.marks ?? []) {
        logger.warn({ ...fields, mark: kind, of, text }, `数据异常 ${day}`);
      }
      return;
    case 'skipped':
      logger.info({ ...fields, reason: verdict.reason }, `已跳过 ${day}`);
      return;
    case 'failed':
      logger.warn({ ...fields, error: verdict.error }, `同步失败 ${day}`);
      return;
    case 'waiting': {
      const { error, waitMs } = verdict;
      logger.warn({ ...fields, attempt, error, wait_ms: waitMs }, `稍后重试 ${day}`);
      return;
    }
    case 'deferred':
      logger.warn({ ...fields, attempt, error: verdict.error }, `来源出错，暂缓 ${day}`);
      return;
  }
}
