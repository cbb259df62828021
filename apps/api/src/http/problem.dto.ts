import { ApiProperty } from '@nestjs/swagger';
import { ACTIVE_STATUSES, TERMINAL_STATUSES, type BatchStatus } from '@daysync/progress';
import { problemType } from './error-catalogue.js';
import {
  PROBLEM_CODES,
  type InputError,
  type ProblemCode,
  type ReadinessCheck,
} from './problem.js';

export class InputErrorDto implements InputError {
  @ApiProperty({
    type: String,
    description:
      'Where: a JSON pointer (RFC 6901) into the body or the query, or `/headers/` or `/path/` and a name.',
    example: '/start_date',
  })
  readonly pointer: string;

  @ApiProperty({
    type: String,
    description: 'What was expected there.',
    example: 'a date written YYYY-MM-DD',
  })
  readonly expected: string;

  @ApiProperty({
    type: String,
    description: 'What came, and its type.',
    example: '"2025-02-30" (text)',
  })
  readonly received: string;
}

export class ReadinessCheckDto implements ReadinessCheck {
  @ApiProperty({ type: String, description: 'What was looked at.', example: 'disk' })
  readonly name: string;

  @ApiProperty({ type: Boolean, description: 'Whether it is as it has to be.', example: false })
  readonly ok: boolean;

  @ApiProperty({ type: String, description: 'How it is.', example: '12 MB free' })
  readonly detail: string;
}

/** An error, as RFC 9457 has it. */
export class ProblemDto {
  @ApiProperty({
    type: String,
    format: 'uri-reference',
    description: 'Identifies the kind of the error, and leads to what is known of it.',
    example: problemType('VALIDATION_FAILED'),
  })
  readonly type: string;

  @ApiProperty({
    type: String,
    description: 'The kind of the error in words.',
    example: 'The request is not as expected',
  })
  readonly title: string;

  @ApiProperty({
    type: 'integer',
    minimum: 400,
    maximum: 599,
    description: 'The HTTP status.',
    example: 400,
  })
  readonly status: number;

  @ApiProperty({
    type: String,
    description: 'This very error in words.',
    example: 'start_date: expected a date written YYYY-MM-DD, got "2025-02-30" (text)',
  })
  readonly detail: string;

  @ApiProperty({
    type: String,
    description: 'The path that was asked for.',
    example: '/api/v1/sync-status/sync/batch',
  })
  readonly instance: string;

  @ApiProperty({
    enum: PROBLEM_CODES,
    description: 'The kind of the error, for programs.',
    example: 'VALIDATION_FAILED',
  })
  readonly code: ProblemCode;

  @ApiProperty({
    type: String,
    description: 'Finds the request in the log.',
    example: '5f0c2a34-6a52-4b8e-9d0b-7f3a5f0f6f11',
  })
  readonly request_id: string;

  @ApiProperty({
    type: [InputErrorDto],
    required: false,
    description: 'With VALIDATION_FAILED: everything that is wrong.',
    example: [
      {
        pointer: '/start_date',
        expected: 'a date written YYYY-MM-DD',
        received: '"2025-02-30" (text)',
      },
    ],
  })
  readonly errors?: readonly InputErrorDto[];

  @ApiProperty({
    type: String,
    required: false,
    description: 'With BATCH_OVERLAPS: the batch to watch instead.',
    example: '2025-10-01_2025-10-10_1760716800',
  })
  readonly task_id?: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    required: false,
    description:
      'With RANGE_TOO_LARGE: the most days that a range may have. With RATE_LIMITED: the most calls in the time that the detail names, or the most exports at a time.',
    example: 3660,
  })
  readonly limit?: number;

  @ApiProperty({
    enum: [...ACTIVE_STATUSES, ...TERMINAL_STATUSES],
    required: false,
    description: 'With BATCH_STATE: the state that the batch is in.',
    example: 'completed',
  })
  readonly state?: BatchStatus;

  @ApiProperty({
    type: [ReadinessCheckDto],
    required: false,
    description: 'With NOT_READY: each part that was looked at.',
    example: [{ name: 'disk', ok: false, detail: 'expected at least 100 MB free, got 12 MB free' }],
  })
  readonly checks?: readonly ReadinessCheckDto[];
}
