import { parseCalendarDay } from '@daysync/progress';
import { Expected } from '../config/expectation.js';

/** A real date, written exactly so. */
export function ExpectedDay(): PropertyDecorator {
  return Expected(
    'a date written YYYY-MM-DD',
    (value) => typeof value === 'string' && parseCalendarDay(value) !== undefined,
  );
}
