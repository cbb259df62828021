import { OUTCOMES, type CalendarDay, type Outcome } from '@daysync/progress';
import { SKIP_REASONS, type SkipReason } from '../database/schema.js';
import { DayErrorDto } from '../sync/sync.dto.js';
import {
  ApiCount,
  ApiDay,
  ApiInstant,
  ApiInstantOrNull,
  ApiModel,
  ApiOneOf,
  ApiText,
  AskedDataset,
  AskedDayIfAny,
  AskedOneOf,
  NULLABLE,
} from '../http/openapi/api-properties.js';
import {
  AskedPage,
  AskedPageSize,
  FIRST_PAGE,
  PAGE_SIZE,
  PageDto,
} from '../http/input/page.dto.js';

/** What records can be sorted by. */
export const RECORD_FIELDS = [
  'day',
  'dataset',
  'status',
  'rows',
  'duration_ms',
  'last_tried_at',
] as const;
export type RecordField = (typeof RECORD_FIELDS)[number];
const SORTS = RECORD_FIELDS.flatMap((field) => [field, `-${field}`] as const);
export type RecordSort = (typeof SORTS)[number];

/** Which records, in which order. */
export class RecordFilterDto {
  @AskedDataset('Only records of this dataset.') readonly dataset?: string;
  @AskedOneOf(OUTCOMES, 'Only days whose last try ended so.', 'failed') readonly status?: Outcome;
  @AskedDayIfAny('Only this day and later ones.', '2012-03-01') readonly start_date?: CalendarDay;
  @AskedDayIfAny('Only this day and earlier ones.', '2012-03-31') readonly end_date?: CalendarDay;

  @AskedOneOf(SORTS, 'What to sort by; `-` before it descends.', '-day', '-day')
  readonly sort: RecordSort = '-day';
}

/** Which page of which records. */
export class RecordQueryDto extends RecordFilterDto {
  @AskedPage() readonly page: number = FIRST_PAGE;
  @AskedPageSize() readonly page_size: number = PAGE_SIZE;
}

/** What is known of one day of a dataset over all batches. */
export class RecordDto {
  @ApiText('The dataset.', 'weather') readonly dataset: string;
  @ApiDay('The day.', '2012-03-01') readonly day: CalendarDay;
  @ApiOneOf(OUTCOMES, 'How its last try ended.', 'success') readonly status: Outcome;
  @ApiOneOf(SKIP_REASONS, 'Why it was skipped.', null, NULLABLE) readonly reason: SkipReason | null;
  @ApiCount('Rows written at the last try.', 2, NULLABLE) readonly rows: number | null;
  @ApiCount('Attempts of the last try.', 1) readonly attempts: number;

  @ApiCount('How long the last try took, in milliseconds.', 4, NULLABLE)
  readonly duration_ms: number | null;

  @ApiModel(DayErrorDto, 'Why the last try failed.', null, NULLABLE)
  readonly error: DayErrorDto | null;

  @ApiText('The batch that tried it last.', '2012-03-01_2012-03-31_1760716800')
  readonly last_task_id: string;

  @ApiInstant('When it was tried last.') readonly last_tried_at: string;
  @ApiInstantOrNull('When it succeeded last.') readonly last_success_at: string | null;
}

export class RecordPageDto extends PageDto {
  @ApiModel([RecordDto], 'The records.', []) readonly items: readonly RecordDto[];
}
