import { isTerminal, progressMessage, type Language, type Progress } from '@daysync/progress';
import type { Words } from '../i18n/words';

/** What a batch looks like: the mark before its sentence, and the colour of its badge. */
export const LOOKS = {
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
export type DisplayStatus = keyof typeof LOOKS;

/** How a batch looks: its status, and for a completed one how its days went. */
export function lookOf(progress: Progress): DisplayStatus {
  if (progress.status !== 'completed') return progress.status;
  if (progress.failed === 0) return 'succeeded';
  return progress.success === 0 ? 'all_failed' : 'partly_failed';
}

/** The first of the three lines: a mark, and the sentence that says where the batch stands. */
export function headline(progress: Progress, language: Language): string {
  return `${LOOKS[lookOf(progress)].mark} ${progressMessage(progress, language)}`;
}

/** From its start to its end or to `now`, in milliseconds; `undefined` while it waits for its turn. */
export function durationOf(progress: Progress, now: number): number | undefined {
  const { started_at, finished_at, status } = progress;
  if (started_at === null) return undefined;
  const end = isTerminal(status) && finished_at !== null ? Date.parse(finished_at) : now;
  return Math.max(0, end - Date.parse(started_at));
}

/** The parts of the bar, in the order they are drawn. */
const SEGMENTS = ['success', 'failed', 'skipped', 'in_flight'] as const;

/** One part of the bar. */
export interface Segment {
  readonly kind: (typeof SEGMENTS)[number];
  readonly days: number;
  /** Its share of the whole bar, 0 to 100. */
  readonly width: number;
}

/** The parts of the bar. What is missing to 100 has not begun. */
export function segmentsOf({ total, running, ...counts }: Progress): readonly Segment[] {
  return SEGMENTS.map((kind) => {
    const days = kind === 'in_flight' ? running : counts[kind];
    return { kind, days, width: total === 0 ? 0 : (100 * days) / total };
  });
}

/** What the server calls whoever starts a batch that nobody has asked for; no token has that name. */
const SCHEDULE = 'schedule';

/** Who has started a batch, in words. */
export function startedBy(name: string, t: Words['t']): string {
  return name === SCHEDULE ? t('progress.by_schedule') : name;
}
