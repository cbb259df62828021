import { parseCalendarDay, type CalendarDay } from '@daysync/progress';

/** One day of a dataset. */
export interface DayOf {
  readonly dataset: string;
  readonly day: CalendarDay;
}

/**
 * What opens the panel of a day, to be merged with the rest of an address. A page of many datasets is told which one
 * apart from its own filter.
 */
export function dayParams({ dataset, day }: DayOf): Readonly<Record<string, string>> {
  return { day, day_dataset: dataset };
}

/** What closes it. */
export const NO_DAY: Readonly<Record<string, null>> = { day: null, day_dataset: null };

/** What the address of a page may say of an open day. */
export interface DayQuery {
  readonly day: string | null;
  readonly day_dataset: string | null;
  /** The dataset that the page shows, if it shows one. */
  readonly dataset?: string | undefined;
}

/** The day whose panel an address opens; what it says wrong counts as not said. */
export function openDay({ day, day_dataset, dataset }: DayQuery): DayOf | undefined {
  const parsed = parseCalendarDay(day ?? '');
  const owner = day_dataset || dataset;
  return parsed === undefined || !owner ? undefined : { dataset: owner, day: parsed };
}
