import { addDays, countDays, type DayRange } from '@daysync/progress';
import { planDays, type PlanInput, type PlannedDay } from './plan.js';

/** Days of a slice: a millisecond or two of work. */
const DAYS_A_SLICE = 500;

/**
 * Plans every day of the range, in the order of the batch, as `planDays` does.
 * @param turn called between slices, so that requests are answered meanwhile: a hundred years take 100 ms
 */
export async function planInSlices(
  input: PlanInput,
  turn: () => Promise<void>,
): Promise<PlannedDay[]> {
  const days: PlannedDay[] = [];
  for (const { start_date: start, end_date: end } of slicesOf(input)) {
    if (days.length > 0) await turn();
    days.push(...planDays({ ...input, start, end }));
  }
  return days;
}

/** Parts of the range, in the order of the batch. */
function slicesOf({ start, end, order }: PlanInput): DayRange[] {
  const count = Math.ceil(countDays(start, end) / DAYS_A_SLICE);
  const slices = Array.from({ length: count }, (_, index) => {
    const first = addDays(start, index * DAYS_A_SLICE);
    // There may be no day after the last of the range.
    const last = index === count - 1 ? end : addDays(first, DAYS_A_SLICE - 1);
    return { start_date: first, end_date: last };
  });
  return order === 'desc' ? slices.reverse() : slices;
}
