import type { CalendarDay } from '@daysync/progress';

const MS_PER_DAY = 86_400_000;
const FIRST_EPOCH_DAY = -719_162; // 0001-01-01
const LAST_EPOCH_DAY = 2_932_896; // 9999-12-31
/** Days whose offsets are kept: about a hundred years, in less than 10 MB. */
const MOST_DAYS = 40_000;

/** An instant that a wall clock shows, and how often it shows that time. */
export interface WallInstant {
  /** The earlier instant, where a clock change skips the time or shows it twice. */
  readonly epochMs: number;
  readonly shown: 'once' | 'twice' | 'never';
}

/** The offset of a zone in one UTC day: one number, or another from an instant on. */
interface DayOffset {
  readonly before: number;
  /** Infinity where the offset does not change on that day. */
  readonly changeAt: number;
  readonly after: number;
}

/**
 * The wall clock of a time zone. `Intl` takes microseconds for each instant; this asks it twice for a whole UTC day.
 */
export class ZoneClock {
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, DayOffset>();
  private readonly days = new Map<number, CalendarDay>();

  /** @throws {RangeError} for a zone that does not exist */
  constructor(readonly timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** The local date at an instant; undefined outside the years 0001 to 9999. */
  dayAt(epochMs: number): CalendarDay | undefined {
    // Also refuses NaN.
    if (!(Math.abs(epochMs) < (LAST_EPOCH_DAY + 2) * MS_PER_DAY)) return undefined;
    return this.dayNumbered(Math.floor((epochMs + this.offsetAt(epochMs)) / MS_PER_DAY));
  }

  /**
   * The instant at which the clock shows a time.
   * @param wallMs the time as if it were UTC
   */
  instantAt(wallMs: number): WallInstant {
    // A change that concerns this time is at most a day away from it.
    const before = this.offsetAt(wallMs - MS_PER_DAY);
    const after = this.offsetAt(wallMs + MS_PER_DAY);
    const earlier = wallMs - Math.max(before, after);
    if (before === after) return { epochMs: earlier, shown: 'once' };
    const later = wallMs - Math.min(before, after);
    const isEarlier = earlier + this.offsetAt(earlier) === wallMs;
    const isLater = later + this.offsetAt(later) === wallMs;
    if (isEarlier && isLater) return { epochMs: earlier, shown: 'twice' };
    if (isLater) return { epochMs: later, shown: 'once' };
    return { epochMs: earlier, shown: isEarlier ? 'once' : 'never' };
  }

  /**
   * The first instant of a day: midnight, or the clock change that skips midnight. A day that the zone skips as a whole
   * begins and ends at the same instant.
   */
  dayStart(day: CalendarDay): number {
    return this.firstAt(Date.parse(day));
  }

  /**
   * The first instant at which the clock shows a time, or the clock change that skips it.
   * @param wallMs the time as if it were UTC
   */
  firstAt(wallMs: number): number {
    const { epochMs, shown } = this.instantAt(wallMs);
    // The change is the first instant with the later offset.
    return shown === 'never' ? this.changeAfter(epochMs) : epochMs;
  }

  /** The first instant after a day, which is the first one of the next day that the zone has. */
  dayEnd(day: CalendarDay): number {
    return this.firstAt(Date.parse(day) + MS_PER_DAY);
  }

  /** The offset at an instant in milliseconds: what the clock shows, less UTC. */
  private offsetAt(epochMs: number): number {
    const { before, changeAt, after } = this.offsetsOf(Math.floor(epochMs / MS_PER_DAY));
    return epochMs < changeAt ? before : after;
  }

  private changeAfter(epochMs: number): number {
    for (let epochDay = Math.floor(epochMs / MS_PER_DAY); ; epochDay += 1) {
      const { changeAt } = this.offsetsOf(epochDay);
      if (changeAt > epochMs && changeAt !== Number.POSITIVE_INFINITY) return changeAt;
    }
  }

  private offsetsOf(epochDay: number): DayOffset {
    let offset = this.offsets.get(epochDay);
    if (offset === undefined) {
      offset = this.findOffsets(epochDay * MS_PER_DAY);
      if (this.offsets.size >= MOST_DAYS) this.offsets.clear();
      this.offsets.set(epochDay, offset);
    }
    return offset;
  }

  private findOffsets(start: number): DayOffset {
    const end = start + MS_PER_DAY;
    const before = this.askOffset(start);
    const after = this.askOffset(end);
    if (before === after) return { before, changeAt: Number.POSITIVE_INFINITY, after };
    let [unchanged, changed] = [start, end];
    // Changes are at whole seconds.
    while (changed - unchanged > 1_000) {
      const middle = unchanged + Math.floor((changed - unchanged) / 2_000) * 1_000;
      if (this.askOffset(middle) === before) unchanged = middle;
      else changed = middle;
    }
    return { before, changeAt: changed, after };
  }

  /** @param epochMs a whole second */
  private askOffset(epochMs: number): number {
    const parts = new Map<string, string>();
    for (const { type, value } of this.format.formatToParts(epochMs)) parts.set(type, value);
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
    const wall = new Date(0);
    wall.setUTCFullYear(year, part('month') - 1, part('day'));
    wall.setUTCHours(part('hour'), part('minute'), part('second'));
    return wall.getTime() - epochMs;
  }

  private dayNumbered(epochDay: number): CalendarDay | undefined {
    let day = this.days.get(epochDay);
    if (day === undefined) {
      if (epochDay < FIRST_EPOCH_DAY || epochDay > LAST_EPOCH_DAY) return undefined;
      day = new Date(epochDay * MS_PER_DAY).toISOString().slice(0, 10) as CalendarDay;
      if (this.days.size >= MOST_DAYS) this.days.clear();
      this.days.set(epochDay, day);
    }
    return day;
  }
}

const clocks = new Map<string, ZoneClock>();

/**
 * The clock of a zone: the same one at each call.
 * @throws {RangeError} for a zone that does not exist
 */
export function zoneClock(timeZone: string): ZoneClock {
  let clock = clocks.get(timeZone);
  if (clock === undefined) clocks.set(timeZone, (clock = new ZoneClock(timeZone)));
  return clock;
}

/** The instant in epoch milliseconds at which a day begins in a zone. */
export function dayStart(day: CalendarDay, timeZone: string): number {
  return zoneClock(timeZone).dayStart(day);
}

/** The instant in epoch milliseconds at which a day ends in a zone: the first one that is no longer in it. */
export function dayEnd(day: CalendarDay, timeZone: string): number {
  return zoneClock(timeZone).dayEnd(day);
}
