import {
  isTerminal,
  percentOf,
  progressMessage,
  type Language,
  type Progress,
  type SkipReason,
} from '@daysync/progress';
import type { Words } from '../i18n/words';

/** The mark and the colour of each status. */
export const STATUS_DISPLAY = {
  queued: { mark: '🔄', tone: 'skipped' },
  running: { mark: '🔄', tone: 'active' },
  paused: { mark: '⏸️', tone: 'warning' },
  cancelling: { mark: '🔄', tone: 'warning' },
  cancelled: { mark: '⏹️', tone: 'skipped' },
  failed: { mark: '❌', tone: 'failed' },
  succeeded: { mark: '✅', tone: 'success' },
  partly_failed: { mark: '⚠️', tone: 'warning' },
  all_failed: { mark: '❌', tone: 'failed' },
} as const;
export type DisplayStatus = keyof typeof STATUS_DISPLAY;

/** The words of each status are those of the states that people filter by. */
export const BATCH_STATE_WORDS = {
  queued: 'queued',
  running: 'running',
  paused: 'paused',
  cancelling: 'cancelling',
  cancelled: 'cancelled',
  failed: 'failed_to_run',
  succeeded: 'completed',
  partly_failed: 'partly_failed',
  all_failed: 'all_failed',
} as const satisfies Record<DisplayStatus, string>;

/** The status to show: of a completed batch it depends on its days. */
export function displayStatus(progress: Progress): DisplayStatus {
  if (progress.status !== 'completed') return progress.status;
  if (progress.failed === 0) return 'succeeded';
  // A day without data was answered as well, and so was one that is the same as its source.
  const answered = progress.success + countOf(progress, 'no_data', 'unchanged');
  return answered === 0 ? 'all_failed' : 'partly_failed';
}

/** How many days of a batch were skipped for a reason. */
function countOf({ skip_reasons }: Progress, ...reasons: readonly SkipReason[]): number {
  return skip_reasons.reduce(
    (sum, { reason, count }) => (reasons.includes(reason) ? sum + count : sum),
    0,
  );
}

/** The days of a batch that have finished: it never goes down, and a cancelled batch leaves days out. */
export interface DoneDays {
  readonly done: number;
  /** Days that the batch has left out, because it was cancelled or could not go on. */
  readonly notRun: number;
  /** Of `done`; 100 only if these are all days. */
  readonly percent: number;
}

export function doneDays(progress: Progress): DoneDays {
  const { finished, total } = progress;
  const notRun = countOf(progress, 'cancelled', 'not_run');
  const done = finished - notRun;
  return { done, notRun, percent: percentOf(done, total) };
}

/** The finished days, and those in flight and left out beside them. */
export function doneText(progress: Progress, t: Words['t']): string {
  const { running, total } = progress;
  const { done, notRun } = doneDays(progress);
  const parts = [
    t('progress.done', { done, total }),
    running > 0 && t('progress.done_running', { count: running }),
    notRun > 0 && t('progress.done_not_run', { count: notRun }),
  ];
  return parts.filter((part) => part !== false).join(' · ');
}

/** The first of the three lines: the mark of the status, and the message. */
export function headline(progress: Progress, language: Language): string {
  return `${STATUS_DISPLAY[displayStatus(progress)].mark} ${progressMessage(progress, language)}`;
}

/** From its start to its end or to `now`, in milliseconds; `undefined` while it is queued. */
export function durationOf(progress: Progress, now: number): number | undefined {
  const { started_at, finished_at, status } = progress;
  if (started_at === null) return undefined;
  const end = isTerminal(status) && finished_at !== null ? Date.parse(finished_at) : now;
  return Math.max(0, end - Date.parse(started_at));
}

/** The segments of the bar, in the order they are drawn. */
const SEGMENTS = ['success', 'failed', 'skipped', 'in_flight'] as const;

interface Segment {
  readonly kind: (typeof SEGMENTS)[number];
  readonly days: number;
  /** Its share of the whole bar, 0 to 100. */
  readonly width: number;
}

/** The segments of the bar. The rest up to 100 has not started, or will not. */
export function segmentsOf(progress: Progress): readonly Segment[] {
  const { failed, running, success, total } = progress;
  const skipped = progress.skipped - doneDays(progress).notRun;
  const days = { success, failed, skipped, in_flight: running };
  return SEGMENTS.map((kind) => ({
    kind,
    days: days[kind],
    width: total === 0 ? 0 : (100 * days[kind]) / total,
  }));
}

/** The server's name for a start by schedule; no token has this name. */
const SCHEDULE = 'schedule';

/** The name of who started a batch. */
export function startedBy(name: string, t: Words['t']): string {
  return name === SCHEDULE ? t('progress.by_schedule') : name;
}
