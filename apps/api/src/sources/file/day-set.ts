import { addDays, calendarDay, toEpochDay, type CalendarDay } from '@daysync/progress';

const DAY_0 = calendarDay('1970-01-01');

/** Days in little memory, as thousands of files may have years of them: neighbouring days are one range. */
export class DaySet {
  /** The first and the last day of each range, ascending. */
  private readonly ranges: Int32Array;

  /** @param days ascending */
  constructor(days: readonly CalendarDay[]) {
    const ranges: number[] = [];
    for (const day of days.map(toEpochDay)) {
      const last = ranges.length - 1;
      if (ranges[last] === day - 1) ranges[last] = day;
      else ranges.push(day, day);
    }
    this.ranges = Int32Array.from(ranges);
  }

  has(day: CalendarDay): boolean {
    const number = toEpochDay(day);
    let [from, to] = [0, this.ranges.length / 2];
    // The first range that does not end before the day.
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.ranges[2 * middle + 1] ?? number) < number) from = middle + 1;
      else to = middle;
    }
    const first = this.ranges[2 * from];
    return first !== undefined && first <= number;
  }

  /** The days of all sets, ascending. */
  static union(sets: readonly DaySet[]): readonly CalendarDay[] {
    const ranges = sets.flatMap(({ ranges: numbers }) =>
      Array.from({ length: numbers.length / 2 }, (_, at) => numbers.subarray(2 * at, 2 * at + 2)),
    );
    const days: CalendarDay[] = [];
    let next = Number.NEGATIVE_INFINITY;
    for (const [first = 0, last = first] of ranges.sort(([a = 0], [b = 0]) => a - b)) {
      for (next = Math.max(next, first); next <= last; next += 1) days.push(addDays(DAY_0, next));
    }
    return days;
  }
}
