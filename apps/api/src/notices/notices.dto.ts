import { ApiProperty } from '@nestjs/swagger';
import { ExpectedOneOf, ExpectedText, Optional } from '../config/expectation.js';
import {
  NOTICE_EVENTS,
  NOTICE_STATES,
  type NoticeEvent,
  type NoticeState,
} from '../database/schema.js';
import { AskedPage, AskedPageSize, FIRST_PAGE, PAGE_SIZE, PageDto } from '../http/page.dto.js';
import { NOTICE_ERRORS } from './notice-errors.js';

const INSTANT = '2025-10-17T16:00:00.000Z';
const TASK_ID = '2025-10-01_2025-10-10_1760716800';

/** Which notices. */
export class NoticeQueryDto {
  @ApiProperty({
    enum: NOTICE_STATES,
    required: false,
    description: 'Only those in this state.',
    example: 'given_up',
  })
  @Optional()
  @ExpectedOneOf(NOTICE_STATES)
  readonly state?: NoticeState;

  @ApiProperty({
    type: String,
    required: false,
    minLength: 1,
    maxLength: 100,
    description: 'Only those of this batch.',
    example: TASK_ID,
  })
  @Optional()
  @ExpectedText(100)
  readonly task_id?: string;

  @ApiProperty({
    type: String,
    required: false,
    minLength: 1,
    maxLength: 63,
    description: 'Only those to this endpoint.',
    example: 'ops',
  })
  @Optional()
  @ExpectedText(63)
  readonly endpoint?: string;

  @AskedPage()
  readonly page: number = FIRST_PAGE;

  @AskedPageSize()
  readonly page_size: number = PAGE_SIZE;
}

export class NoticeErrorDto {
  @ApiProperty({
    enum: Object.keys(NOTICE_ERRORS),
    description: 'For programs.',
    example: 'NOTICE_REFUSED',
  })
  readonly code: string;

  @ApiProperty({
    type: String,
    description: 'What was expected and what came.',
    example: 'expected a status of 2xx, got 500',
  })
  readonly text: string;
}

/** One thing that one endpoint is told. */
export class NoticeDto {
  @ApiProperty({
    type: String,
    description: 'The `webhook-id`, the same at each attempt.',
    example: 'msg_8e03978e-40d5-43e8-bc93-6894a57f9324',
  })
  readonly id: string;

  @ApiProperty({ type: String, description: 'The name of the endpoint.', example: 'ops' })
  readonly endpoint: string;

  @ApiProperty({
    enum: NOTICE_EVENTS,
    description: 'What it tells: its `type` without `batch.`.',
    example: 'failed_days',
  })
  readonly event: NoticeEvent;

  @ApiProperty({ type: String, description: 'Of which batch.', example: TASK_ID })
  readonly task_id: string;

  @ApiProperty({ type: String, description: 'Of which dataset.', example: 'weather' })
  readonly dataset: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When it was written: when that happened which it tells.',
    example: INSTANT,
  })
  readonly created_at: string;

  @ApiProperty({
    enum: NOTICE_STATES,
    description: 'Whether it is still to be sent, was taken, or is not tried any more.',
    example: 'waiting',
  })
  readonly state: NoticeState;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Attempts, since it was written or was asked for anew.',
    example: 2,
  })
  readonly attempts: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the next attempt is due; null for one that is due now, or where there is none.',
    example: INSTANT,
  })
  readonly next_attempt_at: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the last attempt began.',
    example: INSTANT,
  })
  readonly last_attempt_at: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The HTTP status of the last attempt; null where there was no answer.',
    example: 500,
  })
  readonly last_status: number | null;

  @ApiProperty({
    type: NoticeErrorDto,
    nullable: true,
    description: 'Why the last attempt failed, or it was given up.',
    example: { code: 'NOTICE_REFUSED', text: 'expected a status of 2xx, got 500' },
  })
  readonly error: NoticeErrorDto | null;
}

/** Somebody who is told. */
export class NoticeEndpointDto {
  @ApiProperty({ type: String, description: 'Its name.', example: 'ops' })
  readonly name: string;

  @ApiProperty({
    type: String,
    description: 'Its address as the datasets file writes it.',
    example: 'https://hooks.example.com/${HOOK}',
  })
  readonly url: string;

  @ApiProperty({
    type: [String],
    enum: NOTICE_EVENTS,
    description: 'What it is told.',
    example: ['failed_days', 'failed'],
  })
  readonly on: readonly NoticeEvent[];

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Of which datasets; null for all.',
    example: null,
  })
  readonly datasets: readonly string[] | null;

  @ApiProperty({
    type: Boolean,
    description: 'Whether it has answered 410 Gone and is told nothing since.',
    example: false,
  })
  readonly gone: boolean;
}

export class NoticePageDto extends PageDto {
  @ApiProperty({ type: [NoticeDto], description: 'The notices, the newest first.', example: [] })
  readonly items: readonly NoticeDto[];

  @ApiProperty({
    type: [NoticeEndpointDto],
    description: 'Who is told, as the datasets file says.',
    example: [],
  })
  readonly endpoints: readonly NoticeEndpointDto[];
}
