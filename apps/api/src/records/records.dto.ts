import { ApiProperty } from '@nestjs/swagger';
import { OUTCOMES, type CalendarDay, type Outcome } from '@daysync/progress';
import { ExpectedOneOf, ExpectedText, Optional } from '../config/expectation.js';
import { SKIP_REASONS, type SkipReason } from '../database/schema.js';
import { DAY_PATTERN, ExpectedDay } from '../http/expected-day.js';
import { AskedPage, AskedPageSize, FIRST_PAGE, PAGE_SIZE, PageDto } from '../http/page.dto.js';
import { DayErrorDto } from '../dispatch/day-error.dto.js';

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

const INSTANT = '2025-10-17T16:00:00.000Z';

/** Which records, in which order. */
export class RecordFilterDto {
  @ApiProperty({
    type: String,
    required: false,
    minLength: 1,
    maxLength: 63,
    description: 'Only records of this dataset.',
    example: 'weather',
  })
  @Optional()
  @ExpectedText(63)
  readonly dataset?: string;

  @ApiProperty({
    enum: OUTCOMES,
    required: false,
    description: 'Only days whose last try ended so.',
    example: 'failed',
  })
  @Optional()
  @ExpectedOneOf(OUTCOMES)
  readonly status?: Outcome;

  @ApiProperty({
    type: String,
    format: 'date',
    pattern: DAY_PATTERN,
    required: false,
    description: 'Only this day and later ones.',
    example: '2012-03-01',
  })
  @Optional()
  @ExpectedDay()
  readonly start_date?: CalendarDay;

  @ApiProperty({
    type: String,
    format: 'date',
    pattern: DAY_PATTERN,
    required: false,
    description: 'Only this day and earlier ones.',
    example: '2012-03-31',
  })
  @Optional()
  @ExpectedDay()
  readonly end_date?: CalendarDay;

  @ApiProperty({
    enum: SORTS,
    required: false,
    default: '-day',
    description: 'What to sort by; `-` before it descends.',
    example: '-day',
  })
  @Optional()
  @ExpectedOneOf(SORTS)
  readonly sort: RecordSort = '-day';
}

/** Which page of which records. */
export class RecordQueryDto extends RecordFilterDto {
  @AskedPage()
  readonly page: number = FIRST_PAGE;

  @AskedPageSize()
  readonly page_size: number = PAGE_SIZE;
}

/** What is known of one day of a dataset over all batches. */
export class RecordDto {
  @ApiProperty({ type: String, description: 'The dataset.', example: 'weather' })
  readonly dataset: string;

  @ApiProperty({ type: String, format: 'date', description: 'The day.', example: '2012-03-01' })
  readonly day: CalendarDay;

  @ApiProperty({ enum: OUTCOMES, description: 'How its last try ended.', example: 'success' })
  readonly status: Outcome;

  @ApiProperty({
    enum: SKIP_REASONS,
    nullable: true,
    description: 'Why it was skipped.',
    example: null,
  })
  readonly reason: SkipReason | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    description: 'Rows written at the last try.',
    example: 2,
  })
  readonly rows: number | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Attempts of the last try.',
    example: 1,
  })
  readonly attempts: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    nullable: true,
    description: 'How long the last try took, in milliseconds.',
    example: 4,
  })
  readonly duration_ms: number | null;

  @ApiProperty({
    type: DayErrorDto,
    nullable: true,
    description: 'Why the last try failed.',
    example: null,
  })
  readonly error: DayErrorDto | null;

  @ApiProperty({
    type: String,
    description: 'The batch that tried it last.',
    example: '2012-03-01_2012-03-31_1760716800',
  })
  readonly last_task_id: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When it was tried last.',
    example: INSTANT,
  })
  readonly last_tried_at: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it succeeded last.',
    example: INSTANT,
  })
  readonly last_success_at: string | null;
}

export class RecordPageDto extends PageDto {
  @ApiProperty({ type: [RecordDto], description: 'The records.', example: [] })
  readonly items: readonly RecordDto[];
}
