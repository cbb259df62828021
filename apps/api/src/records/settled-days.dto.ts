import type { CalendarDay } from '@daysync/progress';
import { ExpectedText } from '../config/expectation.js';
import {
  ApiCount,
  ApiDay,
  ApiInstant,
  ApiText,
  Asked,
  AskedDay,
  NULLABLE,
} from '../http/openapi/api-properties.js';

const MOST_REASON = 500;
const REASON = 'The source keeps 90 days';

/** A range of days whose settlement is taken back. */
export class SettledRangeDto {
  @AskedDay('The first day.', '2012-02-03') readonly start_date: CalendarDay;
  @AskedDay('The last day, included.', '2012-02-05') readonly end_date: CalendarDay;
}

export class SettleDaysDto extends SettledRangeDto {
  @Asked(ExpectedText(MOST_REASON), 'Why the source will never have these days.', REASON)
  readonly reason: string;
}

/** Who has marked a day as not expected, and why. */
export class SettlementDto {
  @ApiText('Why the source will never have the day.', REASON) readonly reason: string;

  @ApiText('The name of the token; null without `AUTH_TOKENS`.', 'ana', NULLABLE)
  readonly settled_by: string | null;

  @ApiInstant('When.') readonly settled_at: string;
}

/** Consecutive days that were settled together. */
export class SettledDaysDto extends SettlementDto {
  @ApiDay('The first day.', '2012-02-03') readonly start_date: CalendarDay;
  @ApiDay('The last day, included.', '2012-02-05') readonly end_date: CalendarDay;
}

export class SettledCountDto {
  @ApiText('The dataset.', 'weather') readonly dataset: string;
  @ApiDay('The first day that was asked for.', '2012-02-03') readonly start_date: CalendarDay;
  @ApiDay('The last one, included.', '2012-02-05') readonly end_date: CalendarDay;
  @ApiCount('How many days are settled now, or no longer are.', 3) readonly days: number;
}
