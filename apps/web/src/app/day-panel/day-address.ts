import { parseCalendarDay, type CalendarDay } from '@daysync/progress';

/** One day of a dataset. */
interface DayOf {
  readonly dataset: string;
  readonly day: CalendarDay;
}

/**
 * The address parameters that open the panel of a day. On a page with many datasets, `day_dataset` is separate from the
 * filter by dataset.
 */
export function dayParams({ dataset, day }: DayOf): Readonly<Record<string, string>> {
  return { day, day_dataset: dataset };
}

/** The address parameters that close it. */
export const NO_DAY: Readonly<Record<string, null>> = { day: null, day_dataset: null };

interface DayQuery {
  readonly day: string | null;
  readonly day_dataset: string | null;
  /** The dataset of the page, if the page shows only one. */
  readonly dataset?: string | undefined;
}

/** The open day of an address; invalid values are ignored. */
export function openDay({ day, day_dataset, dataset }: DayQuery): DayOf | undefined {
  const parsed = parseCalendarDay(day ?? '');
  const owner = day_dataset || dataset;
  return parsed === undefined || !owner ? undefined : { dataset: owner, day: parsed };
}
