import {
  estimateEnd,
  progressMessage,
  restoreProgress,
  type Control,
  type Eta,
  type Language,
  type MessageCode,
  type Progress,
  type WaitingFor,
} from '@daysync/progress';
import type { BatchRow, LaneRow } from '../database/schema.js';
import { lastStarted, type BatchState } from './transition.js';

/** The sums of a batch and its lanes. */
interface Totals {
  readonly success: number;
  readonly failed: number;
  readonly skipped: number;
  /** The planned skips among `skipped`, as far as lanes have counted them. */
  readonly planned: number;
}

/** Computes the progress of a batch from its row and its lanes alone: the same in every process. */
export function progressOf({ batch, lanes }: BatchState): Progress {
  const totals: Totals = {
    success: batch.success + sum(lanes, 'success'),
    failed: batch.failed + sum(lanes, 'failed'),
    skipped: batch.skipped + sum(lanes, 'skipped'),
    planned: sum(lanes, 'planned'),
  };
  const error =
    batch.error_code === null ? null : { code: batch.error_code, text: batch.error_text ?? '' };
  const last = lastStarted(lanes);
  const updated_at = lanes.reduce(
    (latest, lane) => (lane.updated_at > latest ? lane.updated_at : latest),
    batch.updated_at,
  );
  const progress = restoreProgress({
    task_id: batch.batch_id,
    dataset: batch.dataset,
    status: batch.status,
    total: batch.total,
    success: totals.success,
    failed: totals.failed,
    skipped: totals.skipped,
    running: lanes.filter(({ day }) => day !== null).length,
    current_date: last?.current_day ?? batch.current_day,
    message_code: messageOf(batch, last),
    start_date: batch.start_date,
    end_date: batch.end_date,
    mode: batch.mode,
    retry_of: batch.retry_of,
    started_by: batch.started_by,
    last_control: controlOf(batch),
    started_at: batch.started_at,
    updated_at,
    finished_at: batch.finished_at,
    error,
    unreadable_rows: batch.unreadable_rows,
    quarantined_rows: batch.quarantined_rows + sum(lanes, 'quarantined_rows'),
    rev: batch.rev + sum(lanes, 'rev'),
  });
  if (batch.status !== 'running') return progress;
  return {
    ...progress,
    waiting_for: waitOf(lanes, last),
    eta: etaOf(batch, lanes, totals, updated_at),
  };
}

/** The progress of a batch without lanes: it has not begun, or has ended. */
export function progressOfRow(batch: BatchRow): Progress {
  return progressOf({ batch, lanes: [] });
}

/** A progress with its message in a language. */
export function inLanguage(progress: Progress, language: Language): Progress {
  return language === 'zh'
    ? progress
    : { ...progress, message: progressMessage(progress, language) };
}

function sum(
  lanes: readonly LaneRow[],
  count: 'success' | 'failed' | 'skipped' | 'planned' | 'quarantined_rows' | 'rev',
): number {
  return lanes.reduce((all, lane) => all + lane[count], 0);
}

/** The message of a running batch is about the day that it started last, if it has started one since it began to run. */
function messageOf(
  { message_code, running_since, status }: BatchRow,
  last: LaneRow | undefined,
): MessageCode {
  const started = status === 'running' && (last?.current_at ?? '') >= (running_since ?? '');
  return started ? 'DAY_STARTED' : message_code;
}

/**
 * What a running batch waits for: its throttle or its source's limit, if no day has started since; otherwise the next due
 * day, if none is in flight.
 */
function waitOf(lanes: readonly LaneRow[], last: LaneRow | undefined): WaitingFor | null {
  const runs = lanes.some(({ day }) => day !== null);
  const [first] = lanes
    .filter(
      ({ wait_detail: day, wait_kind: kind, wait_until: until }) =>
        kind !== null && (!runs || day === null) && (until ?? '') > (last?.current_at ?? ''),
    )
    .sort((one, other) => ((one.wait_until ?? '') < (other.wait_until ?? '') ? -1 : 1));
  if (first?.wait_kind == null) return null;
  return { kind: first.wait_kind, until: first.wait_until, detail: first.wait_detail };
}

function etaOf(
  { planned_skips, total }: BatchRow,
  lanes: readonly LaneRow[],
  { failed, planned, skipped, success }: Totals,
  updatedAt: string,
): Eta | null {
  return estimateEnd({
    at: Date.parse(updatedAt),
    outcomes: lanes.flatMap(outcomesOf),
    remaining: total - planned_skips - (success + failed + skipped - planned),
  });
}

/** When the latest days of a lane ended, in milliseconds since the epoch. */
export function outcomesOf({ outcomes }: Pick<LaneRow, 'outcomes'>): readonly number[] {
  return JSON.parse(outcomes) as readonly number[];
}

function controlOf({
  control_verb: verb,
  control_by: by,
  control_at: at,
}: BatchRow): Control | null {
  return verb === null || at === null ? null : { verb, by, at };
}
