import { parseCalendarDay } from '@daysync/progress';
import { Expected } from '../config/expectation.js';

/** What a schema says of a day beside its format, which has a year 0000. */
export const DAY_PATTERN = '^(?!0000)\\d{4}-\\d{2}-\\d{2}$';

/** A real date, written exactly so. */
export function ExpectedDay(): PropertyDecorator {
  return Expected(
    'a date written YYYY-MM-DD',
    (value) => typeof value === 'string' && parseCalendarDay(value) !== undefined,
  );
}
