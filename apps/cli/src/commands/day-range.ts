import {
  calendarDay,
  calendarDayAt,
  daysOfWord,
  type CalendarDay,
  type DayRange,
  type DayWord,
} from '@daysync/progress';
import type { Context } from '../api/context.js';

/** The days that the arguments of a command name; an end that they leave open is absent. */
export interface DayWords {
  readonly from?: DayWord | undefined;
  readonly to?: DayWord | undefined;
}

/** The first day of `from` and the last day of `to`. */
export interface NamedRange {
  readonly start_date?: CalendarDay;
  readonly end_date?: CalendarDay;
}

/**
 * The range that the words name, with "today" in the time zone of the dataset, or of this machine where no dataset is named.
 * @throws {RefusedError | BusyError | UnreachableError | StoppedError} if the time zone is needed and can't be read
 */
export function readRange(
  context: Context,
  dataset: string,
  words: Readonly<Record<'from' | 'to', DayWord>>,
): Promise<DayRange>;
export function readRange(
  context: Context,
  dataset: string | undefined,
  words: DayWords,
): Promise<NamedRange>;
export async function readRange(
  context: Context,
  dataset: string | undefined,
  words: DayWords,
): Promise<NamedRange> {
  const fixed = fixedRange(words);
  if (fixed !== undefined) return fixed;
  const zone = (await zoneOf(context, dataset)) ?? machineZone();
  return rangeOf(words, calendarDayAt(context.client.now(), zone));
}

/** The same where the words don't depend on what "today" is; undefined where they do. */
export function fixedRange(words: DayWords): NamedRange | undefined {
  const isFixed = [words.from, words.to].every(
    (word) => word === undefined || word.kind === 'fixed',
  );
  return isFixed ? rangeOf(words, ANY_DAY) : undefined;
}

/** Words that are fixed stand for the same days on each day. */
const ANY_DAY = calendarDay('1970-01-01');

/** @param today where the words depend on it */
export function rangeOf(
  words: Readonly<Record<'from' | 'to', DayWord>>,
  today: CalendarDay,
): DayRange;
export function rangeOf(words: DayWords, today: CalendarDay): NamedRange;
export function rangeOf({ from, to }: DayWords, today: CalendarDay): NamedRange {
  return {
    ...(from && { start_date: daysOfWord(from, today).start_date }),
    ...(to && { end_date: daysOfWord(to, today).end_date }),
  };
}

/** Undefined where no dataset is named, or the server has none of that name. */
async function zoneOf(
  { client }: Context,
  dataset: string | undefined,
): Promise<string | undefined> {
  if (dataset === undefined) return undefined;
  const { items } = await client.get('/api/v1/sync-status/datasets', {});
  return items.find(({ name }) => name === dataset)?.time_zone;
}

function machineZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
