import { ApiProperty } from '@nestjs/swagger';
import type { BatchStatus } from '@daysync/progress';
import {
  ApiCount,
  ApiFlag,
  ApiModel,
  ApiOneOf,
  ApiText,
  BATCH_STATUSES,
  OPTIONAL,
  TASK_ID,
} from './api-properties.js';
import {
  PROBLEM_CODES,
  type InputError,
  type ProblemCode,
  type ReadinessCheck,
  problemType,
} from '../problems/problem.js';

export class InputErrorDto implements InputError {
  @ApiText(
    'Where: a JSON pointer (RFC 6901) into the body or the query, or `/headers/` or `/path/` and a name.',
    '/start_date',
  )
  readonly pointer: string;

  @ApiText('What was expected there.', 'a date written YYYY-MM-DD') readonly expected: string;
  @ApiText('What came, and its type.', '"2025-02-30" (text)') readonly received: string;
}

export class ReadinessCheckDto implements ReadinessCheck {
  @ApiText('What was looked at.', 'disk') readonly name: string;
  @ApiFlag('Whether it is as it has to be.', false) readonly ok: boolean;
  @ApiText('How it is.', '12 MB free') readonly detail: string;
}

/** An error, as RFC 9457 has it. */
export class ProblemDto {
  @ApiText(
    'Identifies the kind of the error, and leads to what is known of it.',
    problemType('VALIDATION_FAILED'),
    { format: 'uri-reference' },
  )
  readonly type: string;

  @ApiText('The kind of the error in words.', 'The request is not as expected')
  readonly title: string;

  @ApiProperty({
    type: 'integer',
    minimum: 400,
    maximum: 599,
    description: 'The HTTP status.',
    example: 400,
  })
  readonly status: number;

  @ApiText(
    'This very error in words.',
    'start_date: expected a date written YYYY-MM-DD, got "2025-02-30" (text)',
  )
  readonly detail: string;

  @ApiText('The path that was asked for.', '/api/v1/sync-status/sync/batch')
  readonly instance: string;

  @ApiOneOf(PROBLEM_CODES, 'The kind of the error, for programs.', 'VALIDATION_FAILED')
  readonly code: ProblemCode;

  @ApiText('Finds the request in the log.', '5f0c2a34-6a52-4b8e-9d0b-7f3a5f0f6f11')
  readonly request_id: string;

  @ApiModel(
    [InputErrorDto],
    'With VALIDATION_FAILED: everything that is wrong.',
    [
      {
        pointer: '/start_date',
        expected: 'a date written YYYY-MM-DD',
        received: '"2025-02-30" (text)',
      },
    ],
    OPTIONAL,
  )
  readonly errors?: readonly InputErrorDto[];

  @ApiText('With BATCH_OVERLAPS: the batch to watch instead.', TASK_ID, OPTIONAL)
  readonly task_id?: string;

  @ApiCount(
    'With RANGE_TOO_LARGE: the most days that a range may have. With RATE_LIMITED: the most calls in the time that the detail names, or the most exports at a time.',
    3660,
    OPTIONAL,
  )
  readonly limit?: number;

  @ApiOneOf(
    BATCH_STATUSES,
    'With BATCH_STATE: the state that the batch is in.',
    'completed',
    OPTIONAL,
  )
  readonly state?: BatchStatus;

  @ApiModel(
    [ReadinessCheckDto],
    'With NOT_READY: each part that was looked at.',
    [{ name: 'disk', ok: false, detail: 'expected at least 100 MB free, got 12 MB free' }],
    OPTIONAL,
  )
  readonly checks?: readonly ReadinessCheckDto[];
}
