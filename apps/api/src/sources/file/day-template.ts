import { addDays, toEpochDay, type CalendarDay } from '@daysync/progress';
import { SourceError } from '../day-source.js';

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

const SECONDS_A_DAY = 86_400;
/** Matches `${NAME}` too, so that it does not count as a placeholder. */
const PLACEHOLDER = /\$\{(?<variable>\w+)\}|\{(?<name>[a-z_]+)\}/g;

/** The names of the placeholders, as templates write them: `{day}`, `{yyyy}`, … */
export const DAY_PLACEHOLDERS = Object.keys(PLACEHOLDERS).map((name) => `{${name}}`);

/** Whether a text has a placeholder for the day. */
export function isDayTemplate(text: string): boolean {
  return DAY_PLACEHOLDERS.some((placeholder) => text.includes(placeholder));
}

const ANY_NAME = Object.keys(PLACEHOLDERS).join('|');

/** A text with a placeholder. */
export const DAY_TEMPLATE = new RegExp(`\\{(?:${ANY_NAME})\\}`);
/** A text with no braces except those of placeholders. */
export const DAY_BRACES_ALONE = new RegExp(`^(?:[^{}]|\\{(?:${ANY_NAME})\\})*$`);
/** A text without unknown placeholders; `${NAME}` is not one. */
export const NO_UNKNOWN_PLACEHOLDER = new RegExp(
  `^(?![^]*(?<!\\$)\\{(?!(?:${ANY_NAME})\\})[a-z_]+\\})`,
);
/** A text with placeholders that differs for any two days. */
export const SEPARATES_DAYS = String.raw`(?=[^]*(?:\{(?:day|next_day|epoch|epoch_next)\}|^(?=[^]*\{yyyy\})(?=[^]*\{mm\})(?=[^]*\{dd\})))`;
/** A path with one file a day: no placeholder before a `..`. */
export const DAY_FILES_PATH = new RegExp(
  String.raw`^${SEPARATES_DAYS}(?![^]*\{[^]*[\\/]\.\.(?:[\\/]|$))`,
);

/**
 * Whether the placeholders of these texts together differ for any two days. `${NAME}` is none, whatever its value has.
 */
export function separatesDays(texts: readonly string[]): boolean {
  const found = texts.flatMap((text) =>
    [...text.matchAll(PLACEHOLDER)].map(([written]) => written),
  );
  return (
    ['{day}', '{next_day}', '{epoch}', '{epoch_next}'].some((name) => found.includes(name)) ||
    ['{yyyy}', '{mm}', '{dd}'].every((name) => found.includes(name))
  );
}

/** The unknown placeholders of a text, as written. */
export function unknownPlaceholders(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)]
    .map(([placeholder]) => placeholder)
    .filter((found) => !found.startsWith('$') && !DAY_PLACEHOLDERS.includes(found));
}

/**
 * Fills a template for one day. `{epoch}` and `{epoch_next}` are seconds since 1970 at midnight UTC. Other braces stay.
 * @param variables the values of `${NAME}`; placeholders inside them are not filled
 * @throws {SourceError} as {@link dayAfter} does, for `{next_day}`
 */
export function fillDayTemplate(
  template: string,
  day: CalendarDay,
  variables: Readonly<Record<string, string>> = {},
): string {
  return template.replace(PLACEHOLDER, (written, variable: string | undefined, name: string) => {
    if (variable !== undefined) {
      return Object.hasOwn(variables, variable) ? (variables[variable] ?? written) : written;
    }
    return Object.hasOwn(PLACEHOLDERS, name)
      ? PLACEHOLDERS[name as keyof typeof PLACEHOLDERS](day)
      : written;
  });
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
