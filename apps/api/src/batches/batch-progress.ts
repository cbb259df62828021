import {
  addSkips,
  countDays,
  estimateEnd,
  estimatePace,
  progressMessage,
  restoreProgress,
  type Control,
  type Eta,
  type Language,
  type MessageCode,
  type Progress,
  type TimedOutcome,
  type WaitingFor,
} from '@daysync/progress';
import type { BatchRow, LaneRow } from '../database/schema.js';
import { readSkips } from './skip-counts.js';
import { lastStarted, type BatchState } from './transition.js';

/** A lane keeps so many of its latest outcomes. */
const KEPT_OUTCOMES = 8;

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
    skip_reasons: [batch, ...lanes]
      .map(({ skip_reasons }) => readSkips(skip_reasons))
      .reduce(addSkips),
    repaired: batch.repaired,
    running: lanes.filter(({ day }) => day !== null).length,
    current_date: last?.current_day ?? batch.current_day,
    message_code: messageOf(batch, last),
    start_date: batch.start_date,
    end_date: batch.end_date,
    mode: batch.mode,
    verify: batch.verify,
    order: batch.day_order,
    chosen_days: hasChosenDays(batch),
    retry_of: batch.retry_of,
    started_by: batch.started_by,
    last_control: controlOf(batch),
    started_at: batch.started_at,
    updated_at,
    finished_at: batch.finished_at,
    error,
    rows: batch.rows + sum(lanes, 'rows'),
    unreadable_rows: batch.unreadable_rows,
    quarantined_rows: batch.quarantined_rows + sum(lanes, 'quarantined_rows'),
    rev: batch.rev + sum(lanes, 'rev'),
  });
  if (batch.status !== 'running') return progress;
  const waiting_for = waitOf(lanes, last);
  const finished = latestOutcomes(batch, lanes);
  return {
    ...progress,
    waiting_for,
    eta: etaOf(batch, totals, { at: updated_at, finished, until: waiting_for?.until ?? null }),
    ...(estimatePace(finished) ?? {}),
  };
}

/** The progress of a batch without lanes: it has not begun, or has ended. */
export function progressOfRow(batch: BatchRow): Progress {
  return progressOf({ batch, lanes: [] });
}

/** Whether the days of a batch were chosen one by one, so that its range says nothing about the days that it lacks. */
export function hasChosenDays(batch: BatchRow): boolean {
  const { chosen_days, end_date, retry_of, start_date, total } = batch;
  // Older versions did not store it.
  return chosen_days === 1 || retry_of !== null || total !== countDays(start_date, end_date);
}

/** A progress with its message in a language. */
export function inLanguage<P extends Progress>(progress: P, language: Language): P {
  return language === 'zh'
    ? progress
    : { ...progress, message: progressMessage(progress, language) };
}

function sum(
  lanes: readonly LaneRow[],
  count: 'success' | 'failed' | 'skipped' | 'planned' | 'rows' | 'quarantined_rows' | 'rev',
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
 * What a running batch waits for: its throttle or its source's limit, if no day has started since, and the target of a day in
 * flight; otherwise the next due day, if none is in flight.
 */
function waitOf(lanes: readonly LaneRow[], last: LaneRow | undefined): WaitingFor | null {
  const runs = lanes.some(({ day }) => day !== null);
  const [first] = lanes
    .filter(
      ({ wait_detail: day, wait_kind: kind, wait_until: until }) =>
        kind !== null &&
        (!runs || day === null || kind === 'target') &&
        (until ?? '') > (last?.current_at ?? ''),
    )
    .sort((one, other) => ((one.wait_until ?? '') < (other.wait_until ?? '') ? -1 : 1));
  if (first?.wait_kind == null) return null;
  return { kind: first.wait_kind, until: first.wait_until, detail: first.wait_detail };
}

function etaOf(
  { planned_skips, total }: BatchRow,
  { failed, planned, skipped, success }: Totals,
  {
    at,
    finished,
    until,
  }: {
    readonly at: string;
    readonly finished: readonly TimedOutcome[];
    readonly until: string | null;
  },
): Eta | null {
  return estimateEnd({
    at: Date.parse(at),
    outcomes: finished.map((outcome) => outcome.at),
    remaining: total - planned_skips - (success + failed + skipped - planned),
    waitsUntil: until === null ? null : Date.parse(until),
  });
}

/**
 * The latest outcomes of a running batch, as far back as every lane still has all of its own: the list of a fast lane
 * covers less time than that of a slow one. A pause is not part of it.
 */
function latestOutcomes(
  { running_since }: BatchRow,
  lanes: readonly LaneRow[],
): readonly TimedOutcome[] {
  const ofLanes = lanes.map(outcomesOf);
  const full = ofLanes.filter(({ length }) => length >= KEPT_OUTCOMES);
  const since = Math.max(
    running_since === null ? 0 : Date.parse(running_since),
    ...full.map(([first]) => first?.at ?? 0),
  );
  return ofLanes.flat().filter(({ at }) => at >= since);
}

type OutcomeLists = Pick<LaneRow, 'outcomes' | 'outcome_rows'>;

/** The latest days of a lane: when they ended, and the rows that they have written. */
function outcomesOf({ outcomes, outcome_rows }: OutcomeLists): readonly TimedOutcome[] {
  const instants = JSON.parse(outcomes) as readonly number[];
  const rows = JSON.parse(outcome_rows) as readonly number[];
  // A process of an older version writes no rows.
  const first = instants.length - rows.length;
  return instants.map((at, index) => ({ at, rows: rows[index - first] ?? 0 }));
}

/** The columns of a lane with one more outcome. */
export function withOutcome(lane: OutcomeLists, outcome: TimedOutcome): OutcomeLists {
  const kept = [...outcomesOf(lane), outcome].slice(-KEPT_OUTCOMES);
  return {
    outcomes: JSON.stringify(kept.map(({ at }) => at)),
    outcome_rows: JSON.stringify(kept.map(({ rows }) => rows)),
  };
}

function controlOf({
  control_verb: verb,
  control_by: by,
  control_at: at,
}: BatchRow): Control | null {
  return verb === null || at === null ? null : { verb, by, at };
}
