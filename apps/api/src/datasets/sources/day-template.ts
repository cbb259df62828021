import { addDays, toEpochDay, type CalendarDay } from '@daysync/progress';

/** What a template of a path, an address or a body may have in it, each with what stands there for a day. */
const PLACEHOLDERS = {
  day: (day: CalendarDay) => day,
  yyyy: (day: CalendarDay) => day.slice(0, 4),
  mm: (day: CalendarDay) => day.slice(5, 7),
  dd: (day: CalendarDay) => day.slice(8, 10),
  next_day: (day: CalendarDay) => addDays(day, 1),
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
 * @throws {RangeError} for `{next_day}` after 9999-12-31
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
