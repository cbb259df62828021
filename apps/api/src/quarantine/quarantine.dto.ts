import type { CalendarDay } from '@daysync/progress';
import {
  ApiDay,
  ApiInstant,
  ApiModel,
  ApiPositive,
  ApiText,
  AskedDataset,
  AskedDayIfAny,
  AskedOneOf,
  AskedText,
  NULLABLE,
  TASK_ID,
} from '../http/openapi/api-properties.js';
import {
  AskedPage,
  AskedPageSize,
  FIRST_PAGE,
  PAGE_SIZE,
  PageDto,
} from '../http/input/page.dto.js';

const QUARANTINE_FIELDS = ['day', 'dataset', 'code', 'quarantined_at'] as const;
export type QuarantineField = (typeof QUARANTINE_FIELDS)[number];
const SORTS = QUARANTINE_FIELDS.flatMap((field) => [field, `-${field}`] as const);
type QuarantineSort = (typeof SORTS)[number];

export class QuarantineFilterDto {
  @AskedDataset('Only rows of this dataset.') readonly dataset?: string;
  @AskedDayIfAny('The first day.', '2012-03-01') readonly start_date?: CalendarDay;
  @AskedDayIfAny('The last day, included.', '2012-03-31') readonly end_date?: CalendarDay;
  @AskedText(63, 'Only rows with this code.', 'VALUE_INVALID') readonly code?: string;
  @AskedText(63, 'Only rows that this batch put in quarantine.', TASK_ID) readonly task_id?: string;

  @AskedOneOf(
    SORTS,
    'The sort order; a leading `-` means descending. The rows of a day stay in the order of the source.',
    '-day',
    '-day',
  )
  readonly sort: QuarantineSort = '-day';
}

export class QuarantineQueryDto extends QuarantineFilterDto {
  @AskedPage() readonly page: number = FIRST_PAGE;
  @AskedPageSize() readonly page_size: number = PAGE_SIZE;
}

/** A row of a source that did not fit its target. */
export class QuarantinedRowDto {
  @ApiText('The dataset.', 'weather') readonly dataset: string;

  @ApiDay(
    'The day; null for a row whose day can not be read (`SOURCE_DAY_UNREADABLE`).',
    '2012-03-01',
    NULLABLE,
  )
  readonly day: CalendarDay | null;

  @ApiText('The file, or what else the source is.', 'data/weather.csv') readonly file: string;
  @ApiPositive('The row of the source, starting at 1.', 12) readonly row: number;
  @ApiText('For programs.', 'VALUE_INVALID') readonly code: string;
  @ApiText('The column.', 'temp_max', NULLABLE) readonly column: string | null;

  @ApiText(
    'The expected and the received value.',
    'row 12, column temp_max: expected a finite number, got "n/a" (text)',
  )
  readonly text: string;

  @ApiText('The text of the row, up to 4 kB.', 'Seattle,2012-03-01,0.0,n/a,sun')
  readonly content: string;

  @ApiText('The batch that put it in quarantine.', TASK_ID, NULLABLE)
  readonly task_id: string | null;

  @ApiInstant('When it was put in quarantine.') readonly quarantined_at: string;
}

export class QuarantinePageDto extends PageDto {
  @ApiModel([QuarantinedRowDto], 'The rows.', []) readonly items: readonly QuarantinedRowDto[];
}
