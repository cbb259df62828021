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
    'The place: a JSON pointer (RFC 6901) into the body or the query, or `/headers/` or `/path/` and a name.',
    '/start_date',
  )
  readonly pointer: string;

  @ApiText('The expected value.', 'a date written YYYY-MM-DD') readonly expected: string;
  @ApiText('The received value and its type.', '"2025-02-30" (text)') readonly received: string;
}

export class ReadinessCheckDto implements ReadinessCheck {
  @ApiText('The part of the program.', 'disk') readonly name: string;
  @ApiFlag('Whether it works.', false) readonly ok: boolean;
  @ApiText('Its state in words.', '12 MB free') readonly detail: string;
}

/** An error (RFC 9457). */
export class ProblemDto {
  @ApiText(
    'Identifies the kind of the error, and links to its description.',
    problemType('VALIDATION_FAILED'),
    { format: 'uri-reference' },
  )
  readonly type: string;

  @ApiText('The kind of the error in words.', 'Invalid request')
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
    'This error in words.',
    'start_date: expected a date written YYYY-MM-DD, got "2025-02-30" (text)',
  )
  readonly detail: string;

  @ApiText('The path of the request.', '/api/v1/sync-status/sync/batch')
  readonly instance: string;

  @ApiOneOf(PROBLEM_CODES, 'The kind of the error, for programs.', 'VALIDATION_FAILED')
  readonly code: ProblemCode;

  @ApiText('The id of the request in the log.', '5f0c2a34-6a52-4b8e-9d0b-7f3a5f0f6f11')
  readonly request_id: string;

  @ApiModel(
    [InputErrorDto],
    'With VALIDATION_FAILED: every invalid place.',
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

  @ApiText('With BATCH_OVERLAPS and DATASET_IN_USE: the active batch.', TASK_ID, OPTIONAL)
  readonly task_id?: string;

  @ApiCount(
    'With RANGE_TOO_LARGE: the maximum number of days in a range. With RATE_LIMITED: the maximum number of requests or wrong tokens in the window that `detail` names, or of open event streams of one caller. With BUSY: the maximum number of reads that run or wait, as `detail` says.',
    3660,
    OPTIONAL,
  )
  readonly limit?: number;

  @ApiOneOf(BATCH_STATUSES, 'With BATCH_STATE: the state of the batch.', 'completed', OPTIONAL)
  readonly state?: BatchStatus;

  @ApiModel(
    [ReadinessCheckDto],
    'With NOT_READY: each part of the program that was checked.',
    [{ name: 'disk', ok: false, detail: 'expected at least 100 MB free, got 12 MB free' }],
    OPTIONAL,
  )
  readonly checks?: readonly ReadinessCheckDto[];

  @ApiProperty({
    type: [String],
    description:
      'With DATASETS_FILE_INVALID: every error of the file. With DATASET_IN_USE: every active batch of a dataset that it changes.',
    example: ['datasets.yaml:4:11 datasets[0].source: expected a mapping, got nothing'],
    ...OPTIONAL,
  })
  readonly lines?: readonly string[];

  @ApiProperty({
    type: [String],
    description: 'With METHOD_NOT_ALLOWED: the methods of the path, as in `Allow`.',
    example: ['GET', 'HEAD'],
    ...OPTIONAL,
  })
  readonly allow?: readonly string[];
}
