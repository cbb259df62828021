import type { CalendarDay } from '@daysync/progress';
import type { Dataset } from '../../datasets/dataset.js';
import type { FetchedDay } from '../../sources/fetched-day.js';

/** Has a day fetched, wherever that happens. */
export interface DayDispatcher {
  /**
   * One attempt at a day, which ends at the dataset's timeout whatever its source does.
   * @throws only the signal's reason, when it aborts
   */
  fetchDay(dataset: Dataset, day: CalendarDay, signal: AbortSignal): Promise<FetchedDay>;

  /**
   * How long no day of a dataset is to begin, as its source can't be asked yet, in milliseconds; null where a source
   * never makes a day wait. The days of one that may are to begin one at a time.
   */
  waitMs(dataset: Dataset): number | null;
}

export const DAY_DISPATCHER = Symbol('DAY_DISPATCHER');
