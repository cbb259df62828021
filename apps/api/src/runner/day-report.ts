import type { Logger } from 'pino';
import { MARK_KINDS } from '../batches/day-marks.js';
import { resultOf, type SyncMetrics } from '../batches/batch-metrics.js';
import type { BatchTracing } from '../batches/batch-tracing.js';
import type { RequeueReason } from '../batches/sync-log.js';
import type { LaneRow } from '../database/schema.js';
import type { TraceContext } from '../tracing/trace-context.js';
import { countFetched, reasonOf } from '../batches/day-outcome.js';
import type { Dataset } from '../datasets/file/dataset.js';
import type { DayMessage } from '../webhooks/outbox.js';
import { attemptOf, isOutcome, type Claim, type DecidedDay } from './day-commit.js';

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

/** A day in flight of a batch, and its lane as it was claimed. */
interface TracedDay {
  readonly dataset: string;
  readonly batchId: string;
  readonly trace: TraceContext | null;
  readonly lane: Pick<LaneRow, 'current_at'> | null;
  /** The instant at which it was committed. */
  readonly at: string;
}

/** Traces the attempt that has ended, those before it that its source has repeated, and the day if it has ended. */
export function traceDay(
  tracing: BatchTracing,
  { dataset, batchId, trace, lane, at }: TracedDay,
  decided: DecidedDay,
): void {
  if (trace === null) return;
  const { claim, repeated = [], verdict } = decided;
  const { day, token } = claim;
  const of = { dataset, batchId, trace, day, token };
  let startedAt = lane?.current_at ?? at;
  for (const { at: endedAt, attempt, code, text } of repeated) {
    const error = { code: code ?? '', text: text ?? '' };
    const end = Date.parse(endedAt);
    tracing.attempted({
      ...of,
      attempt: attempt ?? claim.attempt,
      startedAt,
      end,
      result: 'retried',
      error,
    });
    startedAt = endedAt;
  }
  tracing.attempted({
    ...of,
    startedAt,
    attempt: attemptOf(decided),
    end: Date.parse(at),
    result: resultOf(verdict),
    reason: isOutcome(verdict) ? (reasonOf(verdict) ?? undefined) : undefined,
    rows: verdict.state === 'success' ? verdict.rows : undefined,
    error: 'error' in verdict ? verdict.error : null,
  });
  if (isOutcome(verdict)) tracing.dayEnded(of);
}

/** Traces an attempt that was broken off: the day has no outcome yet. */
export function traceRequeued(
  tracing: BatchTracing,
  { dataset, batchId, trace, lane, at }: TracedDay,
  { attempt, day, token }: Claim,
  reason: RequeueReason,
): void {
  if (trace === null) return;
  const startedAt = lane?.current_at ?? at;
  const of = { dataset, batchId, trace, day, token, attempt, startedAt };
  tracing.attempted({ ...of, end: Date.parse(at), result: 'requeued', reason, error: null });
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
