import {
  OUTCOMES,
  SKIP_REASONS,
  type CalendarDay,
  type Outcome,
  type SkipReason,
} from '@daysync/progress';
import { FINDING_CODES, type FindingCode } from '../batches/day-finding.js';
import { DayErrorDto, DayMarkDto } from '../sync/sync.dto.js';
import {
  ApiCount,
  ApiDay,
  ApiFlag,
  ApiInstant,
  ApiInstantOrNull,
  ApiModel,
  ApiOneOf,
  ApiText,
  AskedDataset,
  AskedDayIfAny,
  AskedOneOf,
  AskedText,
  NULLABLE,
} from '../http/openapi/api-properties.js';
import {
  AskedPage,
  AskedPageSize,
  FIRST_PAGE,
  PAGE_SIZE,
  PageDto,
} from '../http/input/page.dto.js';

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

export class RecordFilterDto {
  @AskedDataset('Only records of this dataset.') readonly dataset?: string;
  @AskedOneOf(OUTCOMES, 'Only days with this outcome of their last try.', 'failed')
  readonly status?: Outcome;
  @AskedText(63, 'Only days whose last try failed with this code.', 'VALUE_INVALID')
  readonly code?: string;
  @AskedText(200, 'Only days whose error has this text, in any case.', 'no answer')
  readonly text?: string;
  @AskedOneOf(
    ['true', 'false'],
    'Only marked days that no operator has accepted, or only the others.',
    'true',
  )
  readonly unusual?: 'true' | 'false';

  @AskedDayIfAny('The first day.', '2012-03-01') readonly start_date?: CalendarDay;
  @AskedDayIfAny('The last day, included.', '2012-03-31') readonly end_date?: CalendarDay;

  @AskedOneOf(SORTS, 'The sort order; a leading `-` means descending.', '-day', '-day')
  readonly sort: RecordSort = '-day';
}

export class RecordQueryDto extends RecordFilterDto {
  @AskedPage() readonly page: number = FIRST_PAGE;
  @AskedPageSize() readonly page_size: number = PAGE_SIZE;
}

/** What a comparison of a day with its source has found. */
export class FindingDto {
  @ApiOneOf(
    FINDING_CODES,
    'What has changed since the day was synced: the source, or only the target.',
    'SOURCE_CHANGED',
  )
  readonly code: FindingCode;

  @ApiCount('Rows of the source that the target lacked.', 2) readonly added: number;
  @ApiCount('Rows of the target that the source lacks.', 1) readonly removed: number;

  @ApiCount(
    'Rows that both have by the key of the target, with other values: they are neither added nor removed. Null without a key.',
    1,
    NULLABLE,
  )
  readonly changed: number | null;

  @ApiFlag('Whether the day was written again.', true) readonly repaired: boolean;
}

/** The state of one day of a dataset over all batches. */
export class RecordDto {
  @ApiText('The dataset.', 'weather') readonly dataset: string;
  @ApiDay('The day.', '2012-03-01') readonly day: CalendarDay;
  @ApiOneOf(OUTCOMES, 'The outcome of its last try.', 'success') readonly status: Outcome;
  @ApiOneOf(SKIP_REASONS, 'Why it was skipped.', null, NULLABLE) readonly reason: SkipReason | null;
  @ApiCount('Rows written by the last try.', 2, NULLABLE) readonly rows: number | null;

  @ApiCount('Rows fetched by the last try: those written and those in quarantine.', 2, NULLABLE)
  readonly fetched_rows: number | null;

  @ApiCount('Rows that the last try put in quarantine.', 0, NULLABLE)
  readonly quarantined_rows: number | null;

  @ApiCount('Attempts of the last try.', 1) readonly attempts: number;

  @ApiCount('The duration of the last try, in milliseconds.', 4, NULLABLE)
  readonly duration_ms: number | null;

  @ApiModel(DayErrorDto, 'The error of the last try.', null, NULLABLE)
  readonly error: DayErrorDto | null;

  @ApiText('The batch of its last try.', '2012-03-01_2012-03-31_1760716800')
  readonly last_task_id: string;

  @ApiInstant('The time of its last try.') readonly last_tried_at: string;
  @ApiInstantOrNull('The time of its last success.') readonly last_success_at: string | null;

  @ApiText(
    'The fingerprint of the rows that it left in the target, in 32 hexadecimal digits; null from before fingerprints.',
    'd41d8cd98f00b204e9800998ecf8427e',
    NULLABLE,
  )
  readonly fingerprint: string | null;

  @ApiInstantOrNull('When its rows were last compared with the source.')
  readonly verified_at: string | null;

  @ApiModel(FindingDto, 'What that found; null if all was the same.', null, NULLABLE)
  readonly finding: FindingDto | null;

  @ApiModel(
    [DayMarkDto],
    'What its rows, those of the last success, are marked for; they stand until `accepted_at`.',
    [],
  )
  readonly marks: readonly DayMarkDto[];

  @ApiInstantOrNull('When an operator has accepted the marked day as it is.', null)
  readonly accepted_at: string | null;

  @ApiText('The name of that token; null without tokens.', null, NULLABLE)
  readonly accepted_by: string | null;

  @ApiFlag(
    'Whether it was synced and its rows are not in the target table, because that is new or was created again.',
    false,
  )
  readonly elsewhere: boolean;
}

export class RecordPageDto extends PageDto {
  @ApiModel([RecordDto], 'The records.', []) readonly items: readonly RecordDto[];
}
