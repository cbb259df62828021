import { addDays, toEpochDay, type CalendarDay } from '@daysync/progress';
import { SourceError } from '../day-source.js';

/** What a template of a path, an address or a body may have in it, each with what stands there for a day. */
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
/** `${NAME}` as well, so that it is not taken for one. */
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
/** A text whose braces are those of placeholders alone. */
export const DAY_BRACES_ALONE = new RegExp(`^(?:[^{}]|\\{(?:${ANY_NAME})\\})*$`);
/** A text without a placeholder that there is not; `${NAME}` is none. */
export const NO_UNKNOWN_PLACEHOLDER = new RegExp(
  `^(?![^]*(?<!\\$)\\{(?!(?:${ANY_NAME})\\})[a-z_]+\\})`,
);
/** A text with placeholders that differs for any two days. */
const TELLS_DAYS_APART = String.raw`(?=[^]*(?:\{(?:day|next_day|epoch|epoch_next)\}|^(?=[^]*\{yyyy\})(?=[^]*\{mm\})(?=[^]*\{dd\})))`;
/** A path of one file a day: no placeholder comes before a `..`. */
export const DAY_FILES_PATH = new RegExp(
  String.raw`^${TELLS_DAYS_APART}(?![^]*\{[^]*[\\/]\.\.(?:[\\/]|$))`,
);

/** The placeholders of a text that there are not, as it writes them. */
export function unknownPlaceholders(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)]
    .map(([placeholder]) => placeholder)
    .filter((found) => !found.startsWith('$') && !DAY_PLACEHOLDERS.includes(found));
}

/**
 * A template for one day. `{epoch}` and `{epoch_next}` are seconds since 1970 at midnight UTC. What else stands in
 * braces stays.
 * @param variables what stands in the place of each `${NAME}`; that is not looked at again, whatever braces it has
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
 * The day after a day, as a source is asked for it.
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
