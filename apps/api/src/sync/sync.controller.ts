import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Language, Progress } from '@daysync/progress';
import type { Response } from 'express';
import { ApiEnvelope, ApiProblems } from '../http/api-answers.js';
import { IdempotencyKey } from '../http/idempotency-key.js';
import { AcceptedLanguage } from '../http/language.js';
import {
  BatchDaysDto,
  BatchPageDto,
  BatchQueryDto,
  RetryBatchDto,
  StartBatchDto,
} from './sync.dto.js';
import { PreviewDto } from './preview.dto.js';
import { ProgressDto } from './progress.dto.js';
import { StartService, type Started } from './start.service.js';
import { SyncService } from './sync.service.js';

const BASE = 'api/v1/sync-status';
const TASK_ID = {
  name: 'task_id',
  description: 'The id of a batch, as its start answered it.',
  example: '2025-10-01_2025-10-10_1760716800',
};
/** How any POST can be refused before its own errors. One that asks for no body is refused a wrong one as well. */
const POST_PROBLEMS = [
  'VALIDATION_FAILED',
  'CROSS_SITE',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'WRONG_HOST',
] as const;
/** How a request for a batch can be refused, started or previewed. */
const START_PROBLEMS = [
  ...POST_PROBLEMS,
  'RANGE_REVERSED',
  'DATASET_NOT_FOUND',
  'BATCH_OVERLAPS',
  'PLAN_CHANGED',
  'RANGE_TOO_LARGE',
] as const;
const RETRY_PROBLEMS = [
  ...POST_PROBLEMS,
  'BATCH_NOT_FOUND',
  'DATASET_NOT_FOUND',
  'BATCH_OVERLAPS',
  'BATCH_STATE',
  'NOTHING_TO_RETRY',
  'IDEMPOTENCY_KEY_REUSED',
  'DATABASE_UNAVAILABLE',
] as const;
const CONTROL_PROBLEMS = [
  ...POST_PROBLEMS,
  'BATCH_NOT_FOUND',
  'BATCH_STATE',
  'DATABASE_UNAVAILABLE',
] as const;
const IN_LANGUAGE = {
  name: 'Accept-Language',
  required: false,
  description: 'The language of `message`: zh (the default) or en.',
  schema: { type: 'string', example: 'zh-CN' },
} as const;
const SENT_ONCE = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'Any text of 1 to 255 visible ASCII characters, quoted or not, such as a UUID. For 24 hours the same request ' +
    'with the same key starts nothing: it is answered with the batch that it started first.',
  schema: { type: 'string', example: '8e03978e-40d5-43e8-bc93-6894a57f9324' },
} as const;
const REPLAYED = '`Idempotency-Replayed: true` says that it was there before, by the same key.';

@ApiTags('sync')
@Controller(`${BASE}/sync/batch`)
export class SyncController {
  constructor(
    private readonly sync: SyncService,
    private readonly starts: StartService,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ operationId: 'startBatch', summary: 'Start a batch over a range of days' })
  @ApiHeader(IN_LANGUAGE)
  @ApiHeader(SENT_ONCE)
  @ApiEnvelope(ProgressDto, `The batch is kept and will run. ${REPLAYED}`, 202)
  @ApiProblems(...START_PROBLEMS, 'IDEMPOTENCY_KEY_REUSED', 'DATABASE_UNAVAILABLE')
  async start(
    @Body() request: StartBatchDto,
    @IdempotencyKey() key: string | null,
    @AcceptedLanguage() language: Language,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Progress> {
    return answerStarted(await this.starts.start(request, { key, language }), response);
  }

  @Post('preview')
  @HttpCode(200)
  @ApiOperation({ operationId: 'previewBatch', summary: 'What a start would do with each day' })
  @ApiEnvelope(PreviewDto, 'The plan. Nothing is started.')
  @ApiProblems(...START_PROBLEMS)
  preview(@Body() request: StartBatchDto): Promise<PreviewDto> {
    return this.starts.preview(request);
  }

  @Get()
  @ApiOperation({ operationId: 'listBatches', summary: 'List batches, the active ones first' })
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(BatchPageDto, 'A page of batches.')
  @ApiProblems('VALIDATION_FAILED', 'WRONG_HOST')
  list(
    @Query() query: BatchQueryDto,
    @AcceptedLanguage() language: Language,
  ): Promise<BatchPageDto> {
    return this.sync.list(query, language);
  }

  @Get('progress/:task_id')
  @Header('Cache-Control', 'private, no-cache')
  @ApiOperation({ operationId: 'getProgress', summary: 'The progress of a batch' })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(ProgressDto, 'The progress, also of a batch that has ended or failed.')
  @ApiProblems('BATCH_NOT_FOUND', 'WRONG_HOST')
  progress(
    @Param('task_id') taskId: string,
    @AcceptedLanguage() language: Language,
  ): Promise<Progress> {
    return this.sync.progress(taskId, language);
  }

  @Get(':task_id/days')
  @ApiOperation({ operationId: 'listBatchDays', summary: 'Every day of a batch with its outcome' })
  @ApiParam(TASK_ID)
  @ApiEnvelope(BatchDaysDto, 'The days, in the order of the batch.')
  @ApiProblems('BATCH_NOT_FOUND', 'WRONG_HOST')
  days(@Param('task_id') taskId: string): Promise<BatchDaysDto> {
    return this.sync.days(taskId);
  }

  @Post(':task_id/pause')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'pauseBatch',
    summary: 'Pause a batch: days in flight may finish, no other begins',
  })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(ProgressDto, 'The batch is paused.')
  @ApiProblems(...CONTROL_PROBLEMS)
  pause(
    @Param('task_id') taskId: string,
    @AcceptedLanguage() language: Language,
  ): Promise<Progress> {
    return this.sync.control(taskId, 'pause', language);
  }

  @Post(':task_id/resume')
  @HttpCode(200)
  @ApiOperation({ operationId: 'resumeBatch', summary: 'Go on with a paused batch, in its turn' })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(ProgressDto, 'The batch is in the queue, or runs.')
  @ApiProblems(...CONTROL_PROBLEMS)
  resume(
    @Param('task_id') taskId: string,
    @AcceptedLanguage() language: Language,
  ): Promise<Progress> {
    return this.sync.control(taskId, 'resume', language);
  }

  @Post(':task_id/cancel')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'cancelBatch',
    summary: 'Cancel a batch for good: days in flight may finish',
  })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(ProgressDto, 'The batch is cancelled, or will be with its days in flight.')
  @ApiProblems(...CONTROL_PROBLEMS)
  cancel(
    @Param('task_id') taskId: string,
    @AcceptedLanguage() language: Language,
  ): Promise<Progress> {
    return this.sync.control(taskId, 'cancel', language);
  }

  @Post(':task_id/retry')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'retryBatch',
    summary: 'Try the failed days of a batch again, as a batch of their own',
  })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiHeader(SENT_ONCE)
  @ApiBody({ type: RetryBatchDto, required: false })
  @ApiEnvelope(ProgressDto, `The new batch is kept and will run. ${REPLAYED}`, 202)
  @ApiEnvelope(ProgressDto, 'A retry of this batch has not ended: this one.')
  @ApiProblems(...RETRY_PROBLEMS)
  async retry(
    @Param('task_id') taskId: string,
    @Body() request: RetryBatchDto,
    @IdempotencyKey() key: string | null,
    @AcceptedLanguage() language: Language,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Progress> {
    return answerStarted(await this.starts.retry(taskId, request, { key, language }), response);
  }
}

/** Tells where to watch the batch, and whether it was there before. */
function answerStarted({ by, progress }: Started, response: Response): Progress {
  response
    .location(`/${BASE}/sync/batch/progress/${progress.task_id}`)
    .set('Retry-After', String(progress.poll_after_ms / 1_000));
  switch (by) {
    case 'start':
      break;
    case 'key':
      response.set('Idempotency-Replayed', 'true');
      break;
    case 'active_child':
      response.status(200);
      break;
    default: {
      const unknown: never = by;
      return unknown;
    }
  }
  return progress;
}
