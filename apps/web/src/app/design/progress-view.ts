import { isTerminal, progressMessage, type Language, type Progress } from '@daysync/progress';
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

/** The status to show: of a completed batch it depends on its days. */
export function displayStatus(progress: Progress): DisplayStatus {
  if (progress.status !== 'completed') return progress.status;
  if (progress.failed === 0) return 'succeeded';
  return progress.success === 0 ? 'all_failed' : 'partly_failed';
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

/** The segments of the bar. The rest up to 100 has not started. */
export function segmentsOf({ total, running, ...counts }: Progress): readonly Segment[] {
  return SEGMENTS.map((kind) => {
    const days = kind === 'in_flight' ? running : counts[kind];
    return { kind, days, width: total === 0 ? 0 : (100 * days) / total };
  });
}

/** The server's name for a start by schedule; no token has this name. */
const SCHEDULE = 'schedule';

/** The name of who started a batch. */
export function startedBy(name: string, t: Words['t']): string {
  return name === SCHEDULE ? t('progress.by_schedule') : name;
}
