import type { CalendarDay } from '@daysync/progress';
import {
  ApiCount,
  ApiDay,
  ApiFlag,
  ApiInstantOrNull,
  ApiText,
  NULLABLE,
} from '../http/openapi/api-properties.js';

/** Whether the day of a dataset that is due is synced. */
export class FreshnessDto {
  @ApiText(
    'The time of the day by which a day has to be synced, in the time zone of the dataset.',
    '08:00',
  )
  readonly time: string;

  @ApiCount('How many days after the day itself.', 1) readonly days: number;

  @ApiFlag('Whether the day that is due is not synced.', false) readonly late: boolean;

  @ApiInstantOrNull('The first deadline that was missed; null while it is not late.')
  readonly late_since: string | null;

  @ApiDay(
    'The day that is due: the latest expected day whose deadline has passed. Null before the first deadline.',
    '2025-10-15',
    NULLABLE,
  )
  readonly due_day: CalendarDay | null;

  @ApiInstantOrNull('Its deadline.') readonly due_at: string | null;

  @ApiDay('The next day that will be due.', '2025-10-16', NULLABLE)
  readonly next_day: CalendarDay | null;

  @ApiInstantOrNull('Its deadline.') readonly next_at: string | null;
}
