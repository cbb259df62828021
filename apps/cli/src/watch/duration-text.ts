import type { Progress } from '@daysync/progress';
import type { Words } from '../words.js';

/** A duration in whole seconds, or in the two largest units that matter. */
export function durationText(ms: number, words: Words): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return words.seconds(seconds);
  if (minutes < 60) return words.minutes(minutes, seconds % 60);
  return words.hours(Math.floor(minutes / 60), minutes % 60);
}

/** The time left, or what it took; nothing where neither is known. */
export function timeText(progress: Progress, now: number, words: Words): string | undefined {
  const { eta, started_at, finished_at } = progress;
  if (finished_at !== null) {
    if (started_at === null) return undefined;
    return words.took(durationText(Date.parse(finished_at) - Date.parse(started_at), words));
  }
  if (eta === null) return undefined;
  return words.left(durationText(Date.parse(eta.likely) - now, words));
}
