import { addDays, toEpochDay, type CalendarDay } from '@daysync/progress';
import { SourceError } from '../day-source.js';
import { dayEnd as endOfDay, dayStart } from '../values/zone-clock.js';

/** The placeholders of paths, addresses and bodies, with their values for a day. */
const PLACEHOLDERS = {
  day: (day: CalendarDay) => day,
  yyyy: (day: CalendarDay) => day.slice(0, 4),
  mm: (day: CalendarDay) => day.slice(5, 7),
  dd: (day: CalendarDay) => day.slice(8, 10),
  next_day: dayAfter,
  epoch: (day: CalendarDay) => String(toEpochDay(day) * SECONDS_A_DAY),
  epoch_next: (day: CalendarDay) => String((toEpochDay(day) + 1) * SECONDS_A_DAY),
} as const satisfies Record<string, (day: CalendarDay) => string>;

/** The placeholders of addresses and bodies alone: the instants at which a day begins and ends in a zone. */
const INSTANTS = {
  day_start: (day: CalendarDay, zone: string) => isoInstant(dayStart(day, zone)),
  day_end: (day: CalendarDay, zone: string) => isoInstant(dayEnd(day, zone)),
  day_start_s: (day: CalendarDay, zone: string) => String(dayStart(day, zone) / MS_A_SECOND),
  day_end_s: (day: CalendarDay, zone: string) => String(dayEnd(day, zone) / MS_A_SECOND),
  day_start_ms: (day: CalendarDay, zone: string) => String(dayStart(day, zone)),
  day_end_ms: (day: CalendarDay, zone: string) => String(dayEnd(day, zone)),
} as const satisfies Record<string, (day: CalendarDay, zone: string) => string>;

const SECONDS_A_DAY = 86_400;
const MS_A_SECOND = 1_000;
/** Matches `${NAME}` too, so that it does not count as a placeholder. */
const PLACEHOLDER = /\$\{(?<variable>\w+)\}|\{(?<name>[a-z_]+)\}/g;

const written = (names: readonly string[]): readonly string[] => names.map((name) => `{${name}}`);

/** The placeholders of paths, as they are written: `{day}`, `{yyyy}`, … */
export const DAY_PLACEHOLDERS = written(Object.keys(PLACEHOLDERS));
const INSTANT_PLACEHOLDERS = written(Object.keys(INSTANTS));
/** The placeholders of addresses, headers and bodies. */
export const REQUEST_PLACEHOLDERS = [...DAY_PLACEHOLDERS, ...INSTANT_PLACEHOLDERS];

/** Whether a path has a placeholder for the day. */
export function isDayTemplate(path: string): boolean {
  return DAY_PLACEHOLDERS.some((placeholder) => path.includes(placeholder));
}

/** Whether one of these texts has the instant at which a day begins or ends, which a time zone decides. */
export function hasInstant(texts: readonly string[]): boolean {
  return texts.some((text) => INSTANT_PLACEHOLDERS.some((name) => text.includes(name)));
}

const PATH_NAMES = Object.keys(PLACEHOLDERS).join('|');
const REQUEST_NAMES = [...Object.keys(PLACEHOLDERS), ...Object.keys(INSTANTS)].join('|');
/** Each of them alone differs for any two days. */
const OF_PATHS = ['day', 'next_day', 'epoch', 'epoch_next'];
const OF_REQUESTS = [...OF_PATHS, ...Object.keys(INSTANTS)];

/** A path with no braces except those of placeholders. */
export const DAY_BRACES_ALONE = new RegExp(`^(?:[^{}]|\\{(?:${PATH_NAMES})\\})*$`);
/** A text of a request without unknown placeholders; `${NAME}` is not one. */
export const NO_UNKNOWN_PLACEHOLDER = new RegExp(
  `^(?![^]*(?<!\\$)\\{(?!(?:${REQUEST_NAMES})\\})[a-z_]+\\})`,
);
/** A text of a request with placeholders that differs for any two days. */
export const REQUEST_SEPARATES_DAYS = separating(OF_REQUESTS);
/** A path without a `..` after a placeholder or a `*`, so that its files lie in the folder before them. */
export const NO_WAY_OUT = new RegExp(String.raw`^(?![^]*[{*][^]*[\\/]\.\.(?:[\\/]|$))`);
/** The same for a path whose files have one day each. */
export const DAY_FILES_PATH = new RegExp(`${NO_WAY_OUT.source}${separating(OF_PATHS)}`);

function separating(names: readonly string[]): string {
  const parts = String.raw`^(?=[^]*\{yyyy\})(?=[^]*\{mm\})(?=[^]*\{dd\})`;
  return String.raw`(?=[^]*(?:\{(?:${names.join('|')})\}|${parts}))`;
}

/**
 * Whether the placeholders of a request's texts together differ for any two days. `${NAME}` is none, whatever its value
 * has.
 */
export function separatesDays(texts: readonly string[]): boolean {
  const found = texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map(([name]) => name));
  return (
    written(OF_REQUESTS).some((name) => found.includes(name)) ||
    ['{yyyy}', '{mm}', '{dd}'].every((name) => found.includes(name))
  );
}

/** The unknown placeholders of a request's text, as written. */
export function unknownPlaceholders(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)]
    .map(([placeholder]) => placeholder)
    .filter((found) => !found.startsWith('$') && !REQUEST_PLACEHOLDERS.includes(found));
}

/** What a template is filled with beside the day. */
export interface Filling {
  /** The values of `${NAME}`; placeholders inside them are not filled. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The zone in which a day begins and ends; without one, the placeholders of instants stay. */
  readonly timeZone?: string;
}

/**
 * Fills a template for one day. `{epoch}` and `{epoch_next}` are seconds since 1970 at midnight UTC. Other braces stay.
 * @throws {SourceError} as {@link dayAfter} does, for `{next_day}` and `{day_end}`
 */
export function fillDayTemplate(
  template: string,
  day: CalendarDay,
  { variables = {}, timeZone }: Filling = {},
): string {
  return template.replace(PLACEHOLDER, (found, variable: string | undefined, name: string) => {
    if (variable !== undefined) {
      return Object.hasOwn(variables, variable) ? (variables[variable] ?? found) : found;
    }
    if (Object.hasOwn(PLACEHOLDERS, name)) {
      return PLACEHOLDERS[name as keyof typeof PLACEHOLDERS](day);
    }
    return timeZone !== undefined && Object.hasOwn(INSTANTS, name)
      ? INSTANTS[name as keyof typeof INSTANTS](day, timeZone)
      : found;
  });
}

/**
 * The instant in epoch milliseconds at which a day ends in a zone, and the next one begins.
 * @throws {SourceError} lasting `NEXT_DAY_OUT_OF_RANGE` for 9999-12-31
 */
export function dayEnd(day: CalendarDay, timeZone: string): number {
  dayAfter(day);
  return endOfDay(day, timeZone);
}

/** As ISO 8601 in UTC; clocks change at whole seconds. */
export function isoInstant(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/**
 * The day after a day.
 * @throws {SourceError} lasting `NEXT_DAY_OUT_OF_RANGE` for 9999-12-31
 */
export function dayAfter(day: CalendarDay): CalendarDay {
  try {
    return addDays(day, 1);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const text = `expected a day that has another after it, got ${day}`;
    throw new SourceError('lasting', 'NEXT_DAY_OUT_OF_RANGE', text, {}, { cause: error });
  }
}
