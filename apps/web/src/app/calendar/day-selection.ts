import {
  addDays,
  compareDays,
  laterDay,
  toEpochDay,
  type CalendarDay,
  type DayRange,
} from '@daysync/progress';
import {
  dateOf,
  dayIn,
  monthOf,
  monthRange,
  nearestIn,
  weekdayOf,
  yearOf,
  yearRange,
} from '../time/calendar-days';

/** Whether the weeks of a year are columns or rows. */
export type WeeksAs = 'columns' | 'rows';

/** A pressed key. */
interface DayKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
}

/** A selection: from the fixed day to the moving one, and the ranges that were selected before it. */
export interface DaySelection {
  readonly anchor: CalendarDay;
  readonly to: CalendarDay;
  readonly kept?: readonly DayRange[];
}

/** The most ranges of a selection: each is a batch. */
export const MOST_RANGES = 20;

/** A pointer press on the days. */
export type Press =
  | { readonly kind: 'none' }
  /** It is still unknown whether it opens the day or selects a range. */
  | { readonly kind: 'pressed'; readonly day: CalendarDay; readonly isTouch: boolean }
  | { readonly kind: 'selecting'; readonly selection: DaySelection };

export const NO_PRESS: Press = { kind: 'none' };

/** The selected range, in order. */
export function rangeOf({ anchor, to }: DaySelection): DayRange {
  return compareDays(anchor, to) <= 0
    ? { start_date: anchor, end_date: to }
    : { start_date: to, end_date: anchor };
}

/** All selected ranges in order; those that meet are one. */
export function rangesOf(selection: DaySelection): readonly DayRange[] {
  const ordered = [...(selection.kept ?? []), rangeOf(selection)].sort((one, other) =>
    compareDays(one.start_date, other.start_date),
  );
  const ranges: DayRange[] = [];
  for (const range of ordered) {
    const last = ranges.at(-1);
    const meets =
      last !== undefined && toEpochDay(range.start_date) <= toEpochDay(last.end_date) + 1;
    if (!meets) ranges.push(range);
    else ranges[ranges.length - 1] = { ...last, end_date: laterDay(last.end_date, range.end_date) };
  }
  return ranges;
}

/** The selection with one more range, which starts at `day`. */
export function withRangeAt(selection: DaySelection | undefined, day: CalendarDay): DaySelection {
  const kept = selection === undefined ? [] : rangesOf(selection).slice(0, MOST_RANGES - 1);
  return { anchor: day, to: day, kept };
}

/**
 * The day that a key moves to from `day`, within the shown days; undefined for other keys. Arrows move as seen on the
 * page. Home and End go to the ends of the line, with Ctrl to those of all shown days. PageUp and PageDown move by a
 * month, with Alt by a year, and keep the day of the month if possible. Alt with other keys belongs to the browser.
 */
export function movedBy(
  { key, ctrlKey, altKey }: DayKey,
  day: CalendarDay,
  { weeksAs, shown }: { readonly weeksAs: WeeksAs; readonly shown: DayRange },
): CalendarDay | undefined {
  const [along, across] = weeksAs === 'columns' ? [7, 1] : [1, 7];
  const by = (days: number): CalendarDay => shifted(day, days, shown);
  if (altKey && !key.startsWith('Page')) return undefined;
  switch (key) {
    case 'ArrowRight':
      return by(along);
    case 'ArrowLeft':
      return by(-along);
    case 'ArrowDown':
      return by(across);
    case 'ArrowUp':
      return by(-across);
    case 'Home':
      return ctrlKey ? shown.start_date : nearestIn(lineEnds(day, weeksAs).start_date, shown);
    case 'End':
      return ctrlKey ? shown.end_date : nearestIn(lineEnds(day, weeksAs).end_date, shown);
    case 'PageUp':
      return monthsAway(day, altKey ? -12 : -1, shown);
    case 'PageDown':
      return monthsAway(day, altKey ? 12 : 1, shown);
    default:
      return undefined;
  }
}

/**
 * The selection after a move with Shift: it extends a selection that ends where the move starts, or starts a new one.
 */
export function extended(
  selection: DaySelection | undefined,
  from: CalendarDay,
  to: CalendarDay,
): DaySelection {
  return selection?.to === from ? { ...selection, to } : { anchor: from, to };
}

/** A press after the pointer moved over a day: a mouse selects a range at once, a finger scrolls the page. */
export function pressOver(press: Press, day: CalendarDay): Press {
  switch (press.kind) {
    case 'none':
      return press;
    case 'pressed':
      if (press.day === day) return press;
      return press.isTouch ? NO_PRESS : selecting(press.day, day);
    case 'selecting':
      if (press.selection.to === day) return press;
      return { kind: 'selecting', selection: { ...press.selection, to: day } };
  }
}

/** A long press: from now on a finger selects a range. */
export function pressedLong(press: Press): Press {
  return press.kind === 'pressed' ? selecting(press.day, press.day) : press;
}

function selecting(anchor: CalendarDay, to: CalendarDay): Press {
  return { kind: 'selecting', selection: { anchor, to } };
}

/** The ends of the line of a day: its week, or its weekday in all weeks. */
function lineEnds(day: CalendarDay, weeksAs: WeeksAs): DayRange {
  const weekday = weekdayOf(day);
  const year = yearRange(yearOf(day));
  if (weeksAs === 'rows') {
    return {
      start_date: shifted(day, -weekday, year),
      end_date: shifted(day, 6 - weekday, year),
    };
  }
  const before = Math.floor((toEpochDay(day) - toEpochDay(year.start_date)) / 7);
  const after = Math.floor((toEpochDay(year.end_date) - toEpochDay(day)) / 7);
  return { start_date: addDays(day, -7 * before), end_date: addDays(day, 7 * after) };
}

/** The day this many days away, limited to the shown days. */
function shifted(day: CalendarDay, days: number, shown: DayRange): CalendarDay {
  const room =
    days < 0
      ? toEpochDay(shown.start_date) - toEpochDay(day)
      : toEpochDay(shown.end_date) - toEpochDay(day);
  return addDays(day, days < 0 ? Math.max(days, room) : Math.min(days, room));
}

/** The same day of the month this many months away, or the last day of a shorter month. */
function monthsAway(day: CalendarDay, months: number, shown: DayRange): CalendarDay {
  const index = yearOf(day) * 12 + monthOf(day) - 1 + months;
  const [year, month] = [Math.floor(index / 12), (index % 12) + 1];
  if (year < yearOf(shown.start_date)) return shown.start_date;
  if (year > yearOf(shown.end_date)) return shown.end_date;
  const last = dateOf(monthRange(year, month).end_date);
  return nearestIn(dayIn(year, month, Math.min(dateOf(day), last)), shown);
}
