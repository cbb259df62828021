import { isTerminal, progressMessage, type Language, type Progress } from '@daysync/progress';

/** What a batch looks like, told apart by icon, word and colour. */
export const LOOKS = [
  'queued',
  'running',
  'paused',
  'cancelling',
  'cancelled',
  'failed',
  'succeeded',
  'partly_failed',
  'all_failed',
] as const;
export type Look = (typeof LOOKS)[number];

/** How a batch looks: its status, and for a completed one how its days went. */
export function lookOf(progress: Progress): Look {
  if (progress.status !== 'completed') return progress.status;
  if (progress.failed === 0) return 'succeeded';
  return progress.success === 0 ? 'all_failed' : 'partly_failed';
}

const MARKS: Readonly<Record<Look, string>> = {
  queued: '🔄',
  running: '🔄',
  paused: '⏸️',
  cancelling: '🔄',
  cancelled: '⏹️',
  failed: '❌',
  succeeded: '✅',
  partly_failed: '⚠️',
  all_failed: '❌',
};

/** The first of the three lines: a mark, and the sentence that says where the batch stands. */
export function headline(progress: Progress, language: Language): string {
  return `${MARKS[lookOf(progress)]} ${progressMessage(progress, language)}`;
}

/** From its start to its end or to `now`, in milliseconds; `undefined` while it waits for its turn. */
export function durationOf(progress: Progress, now: number): number | undefined {
  const { started_at, finished_at, status } = progress;
  if (started_at === null) return undefined;
  const end = isTerminal(status) && finished_at !== null ? Date.parse(finished_at) : now;
  return Math.max(0, end - Date.parse(started_at));
}

/** One part of the bar. */
export interface Segment {
  readonly kind: 'success' | 'failed' | 'skipped' | 'in_flight';
  readonly days: number;
  /** Its share of the whole bar, 0 to 100. */
  readonly width: number;
}

/** The parts of the bar, in the order they are drawn. What is missing to 100 has not begun. */
export function segmentsOf(progress: Progress): readonly Segment[] {
  const share = (days: number): number =>
    progress.total === 0 ? 0 : (100 * days) / progress.total;
  const segment = (kind: Segment['kind'], days: number): Segment => ({
    kind,
    days,
    width: share(days),
  });
  return [
    segment('success', progress.success),
    segment('failed', progress.failed),
    segment('skipped', progress.skipped),
    segment('in_flight', progress.running),
  ];
}
