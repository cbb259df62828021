import { estimateDuration, type DurationInput, type Eta } from '@daysync/progress';

/**
 * When the remaining days will have ended, by the durations of those that are done.
 * To be removed with the runners that use it: `estimateEnd` of the library goes by elapsed time.
 */
export function estimateByDurations(input: DurationInput & { readonly at: number }): Eta | null {
  const duration = estimateDuration(input);
  if (duration === null) return null;
  const after = (ms: number): string => new Date(input.at + ms).toISOString();
  return { likely: after(duration.likely_ms), late: after(duration.late_ms) };
}
