import type { Logger } from 'pino';
import type { Dataset } from '../datasets/dataset.js';
import type { DecidedDay } from './day-commit.js';

/** One line a day: how an attempt at it ended. */
export function logDay(
  logger: Logger,
  { dataset, batchId }: { readonly dataset: Dataset; readonly batchId: string },
  { finished, verdict }: DecidedDay,
): void {
  const { claim, durationMs } = finished;
  const { attempt, day } = claim;
  const fields = {
    task_id: batchId,
    dataset: dataset.name,
    day,
    duration_ms: Math.round(durationMs),
  };
  switch (verdict.state) {
    case 'success':
      logger.info({ ...fields, rows: verdict.rows }, `同步成功 ${day}`);
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
      logger.warn({ ...fields, attempt, error: verdict.error }, `数据源不可用，暂缓 ${day}`);
      return;
    default: {
      const unknown: never = verdict;
      return unknown;
    }
  }
}
