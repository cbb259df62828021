import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { isTerminal, type Control, type Language, type Progress } from '@daysync/progress';
import type { Request, Response } from 'express';
import { API_PATH } from '../http/pipeline/paths.js';
import { ExpensiveRead } from '../http/pipeline/expensive-read.js';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { Limited } from '../http/pipeline/rate-limit.guard.js';
import { CallerName, callerOf, countedAs } from '../http/pipeline/caller.js';
import { IdempotencyKey } from '../http/input/idempotency-key.js';
import { Traceparent } from '../http/input/traceparent.js';
import type { TraceContext } from '../tracing/trace-context.js';
import { AcceptedLanguage, IN_LANGUAGE } from '../http/input/language.js';
import {
  BatchDaysDto,
  BatchDaysQueryDto,
  BatchPageDto,
  BatchQueryDto,
  ExtendBatchDto,
  RetryBatchDto,
  StartBatchDto,
} from './sync.dto.js';
import { PageQueryDto } from '../http/input/page.dto.js';
import { UnreadableRowPageDto } from '../datasets/unreadable-rows.dto.js';
import { BatchLogDto, BatchLogQueryDto, kindsIn } from './log.dto.js';
import { LogStreams } from './log-streams.js';
import { PreviewDto } from './preview.dto.js';
import { ExtendService } from './extend.service.js';
import { EventStreams, type StreamReader } from './event-streams.js';
import { ProgressAnswers, writeProgress } from './progress-answers.js';
import { ProgressDto } from './progress.dto.js';
import { StartService } from './start.service.js';
import { answerStarted, IDEMPOTENCY_KEY, STARTED_HEADERS } from './started-answer.js';
import { orProblem } from './sync.problems.js';
import { inLanguage } from '../batches/batch-progress.js';
import { decodeDaysCursor } from '../batches/store/days-cursor.js';
import { SyncService } from './sync.service.js';

const TASK_ID = {
  name: 'task_id',
  description: 'The id of the batch, from the response to its start.',
  example: '2025-10-01_2025-10-10_1760716800',
};
/** Errors of a start and of a preview. */
const START_PROBLEMS = [
  'RANGE_REVERSED',
  'DATASET_NOT_FOUND',
  'BATCH_OVERLAPS',
  'PLAN_CHANGED',
  'RANGE_TOO_LARGE',
  'DATASETS_OUTDATED',
] as const;
const RETRY_PROBLEMS = [
  'BATCH_NOT_FOUND',
  'DATASET_NOT_FOUND',
  'BATCH_OVERLAPS',
  'BATCH_STATE',
  'NOTHING_TO_RETRY',
  'DATASETS_OUTDATED',
  'IDEMPOTENCY_KEY_REUSED',
  'RATE_LIMITED',
] as const;
const EXTEND_PROBLEMS = [
  'VALIDATION_FAILED',
  'RANGE_REVERSED',
  'RANGE_SHRINKS',
  'BATCH_NOT_FOUND',
  'DATASET_NOT_FOUND',
  'BATCH_OVERLAPS',
  'BATCH_STATE',
  'BATCH_NOT_EXTENDABLE',
  'RANGE_TOO_LARGE',
  'DATASETS_OUTDATED',
  'RATE_LIMITED',
] as const;
const CONTROL_PROBLEMS = ['BATCH_NOT_FOUND', 'BATCH_STATE'] as const;
/** Swagger UI sends the first example as it is: one with the fields that any installation takes. */
const START_BODY = {
  type: StartBatchDto,
  examples: {
    month: {
      summary: 'A month of the first dataset',
      value: { start_date: '2012-03-01', end_date: '2012-03-31' },
    },
    again: {
      summary: 'All days again, the latest first',
      value: {
        start_date: '2012-03-01',
        end_date: '2012-03-31',
        dataset: 'weather',
        mode: 'all',
        order: 'desc',
      },
    },
  },
};
const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  required: false,
  description:
    'The `id` of the last event that the client received. Browsers send it automatically.',
  schema: { type: 'string', example: '7' },
} as const;
const EVENT = `event: progress\nid: 7\ndata: {"task_id":"${TASK_ID.example}","status":"running"}\n\n`;

const LOG_EVENT = `event: log\nid: WzEsN10\ndata: {"items":[],"truncated":false,"cursor":"WzEsN10"}\n\n`;
const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Turns off the buffering of proxies such as nginx.
  'x-accel-buffering': 'no',
};

@ApiTags('sync')
@Controller(`${API_PATH}/sync/batch`)
export class SyncController {
  constructor(
    private readonly sync: SyncService,
    private readonly starts: StartService,
    private readonly extensions: ExtendService,
    private readonly answers: ProgressAnswers,
    private readonly streams: EventStreams,
    private readonly logStreams: LogStreams,
  ) {}

  @Post()
  @HttpCode(202)
  @Limited('starts')
  @ApiOperation({ operationId: 'startBatch', summary: 'Start a batch over a range of days' })
  @ApiBody(START_BODY)
  @ApiHeader(IN_LANGUAGE)
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiEnvelope(ProgressDto, 'The batch is stored and will run.', 202, STARTED_HEADERS)
  @ApiProblems(...START_PROBLEMS, 'IDEMPOTENCY_KEY_REUSED', 'RATE_LIMITED')
  async start(
    @Body() request: StartBatchDto,
    @IdempotencyKey() key: string | null,
    @CallerName() by: string | null,
    @Traceparent() caller: TraceContext | null,
    @AcceptedLanguage() language: Language,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Progress> {
    const started = orProblem(await this.starts.start(request, { key, by, caller }));
    return answerStarted(started, language, response);
  }

  @Post('preview')
  @HttpCode(200)
  @ExpensiveRead('reads')
  @ApiOperation({
    operationId: 'previewBatch',
    summary: 'Preview what a batch would do with each day',
  })
  @ApiBody(START_BODY)
  @ApiEnvelope(PreviewDto, 'The plan. Nothing starts.')
  @ApiProblems(...START_PROBLEMS, 'BUSY')
  async preview(@Body() request: StartBatchDto): Promise<PreviewDto> {
    return orProblem(await this.starts.preview(request)).preview;
  }

  @Get()
  @ApiOperation({ operationId: 'listBatches', summary: 'List batches, active ones first' })
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(BatchPageDto, 'A page of batches.')
  @ApiProblems('VALIDATION_FAILED')
  async list(
    @Query() query: BatchQueryDto,
    @AcceptedLanguage() language: Language,
  ): Promise<BatchPageDto> {
    const { items, total } = await this.sync.list(query);
    const { page, page_size } = query;
    return { items: items.map((item) => inLanguage(item, language)), page, page_size, total };
  }

  @Get('progress/:task_id')
  @ApiOperation({ operationId: 'getProgress', summary: 'Get the progress of a batch' })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(ProgressDto, 'The progress, also of an ended or failed batch.')
  @ApiProblems('BATCH_NOT_FOUND', 'RATE_LIMITED')
  async progress(
    @Param('task_id') batchId: string,
    @AcceptedLanguage() language: Language,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { progress } = orProblem(await this.sync.snapshot(batchId));
    writeProgress(request, response, this.answers.of(progress, language));
  }

  @Get('progress/:task_id/events')
  @ApiOperation({
    operationId: 'watchProgress',
    summary: 'Stream the progress of a batch as server-sent events',
    description:
      'Events are `progress`, and `end` for the last one. `data` is the progress as JSON, `id` its `rev`. ' +
      'Changes come in order, at most ten per second, and a comment every 15 s.',
  })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiHeader(LAST_EVENT_ID)
  @ApiProduces('text/event-stream')
  @ApiResponse({
    status: 200,
    description: 'The current progress, then each change.',
    content: { 'text/event-stream': { schema: { type: 'string', example: EVENT } } },
  })
  @ApiResponse({
    status: 204,
    description: 'The batch has ended, and the client has received its last event.',
  })
  @ApiProblems('BATCH_NOT_FOUND', 'RATE_LIMITED', 'STREAMS_EXHAUSTED', 'STOPPING')
  async events(
    @Param('task_id') batchId: string,
    @AcceptedLanguage() language: Language,
    @Headers('last-event-id') lastSeen: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { progress } = orProblem(await this.sync.snapshot(batchId));
    if (isTerminal(progress.status) && lastSeen === String(progress.rev)) {
      response.status(204).end();
      return;
    }
    const reader = this.beginStream(request, response);
    if (reader === undefined) return;
    const render = (newest: Progress): string => this.answers.of(newest, language).json;
    this.streams.open(progress, render, response, reader);
  }

  @Get(':task_id/days')
  @ExpensiveRead('reads')
  @ApiOperation({
    operationId: 'listBatchDays',
    summary: 'List the days of a batch with their outcomes, or only those that changed',
  })
  @ApiParam(TASK_ID)
  @ApiEnvelope(BatchDaysDto, 'The days, in the order of the batch.')
  @ApiProblems('VALIDATION_FAILED', 'BATCH_NOT_FOUND', 'BUSY')
  async days(
    @Param('task_id') batchId: string,
    @Query() { since }: BatchDaysQueryDto,
  ): Promise<BatchDaysDto> {
    return orProblem(await this.sync.days(batchId, since)).page;
  }

  @Get(':task_id/log')
  @ExpensiveRead('reads')
  @ApiOperation({
    operationId: 'batchLog',
    summary: 'The log of a batch: attempts, waits, controls and outcomes with their times',
    description:
      'At most 20 entries a day. With `since`, the days that changed since have all their entries: they replace those of before, as do the entries of the batch itself (`day` is null), which are always complete.',
  })
  @ApiParam(TASK_ID)
  @ApiEnvelope(BatchLogDto, 'The latest entries, in the order of time.')
  @ApiProblems('VALIDATION_FAILED', 'BATCH_NOT_FOUND', 'BUSY')
  async log(
    @Param('task_id') batchId: string,
    @Query() query: BatchLogQueryDto,
  ): Promise<BatchLogDto> {
    const { hasEnded: _unsaid, ...page } = orProblem(await this.sync.log(batchId, query)).page;
    return page;
  }

  @Get(':task_id/log/events')
  @ExpensiveRead('reads')
  @ApiOperation({
    operationId: 'watchBatchLog',
    summary: 'Stream the log of a batch as server-sent events',
    description:
      'Events are `log`, and `end` for the last one. `data` is like the answer of the log, `id` its `cursor`: each event has all entries of the days that changed, which replace those of before.',
  })
  @ApiParam(TASK_ID)
  @ApiHeader(LAST_EVENT_ID)
  @ApiProduces('text/event-stream')
  @ApiResponse({
    status: 200,
    description: 'The latest entries, then what changes.',
    content: { 'text/event-stream': { schema: { type: 'string', example: LOG_EVENT } } },
  })
  @ApiResponse({
    status: 204,
    description: 'The batch has ended, and the client has received its last event.',
  })
  @ApiProblems(
    'VALIDATION_FAILED',
    'BATCH_NOT_FOUND',
    'RATE_LIMITED',
    'STREAMS_EXHAUSTED',
    'STOPPING',
    'BUSY',
  )
  async logEvents(
    @Param('task_id') batchId: string,
    @Query() query: BatchLogQueryDto,
    @Headers('last-event-id') lastSeen: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { kinds, limit } = query;
    // Another id than ours is no reason to refuse: the client gets the whole log.
    const isKnown = lastSeen !== undefined && decodeDaysCursor(lastSeen) !== undefined;
    const since = isKnown ? lastSeen : query.since;
    const { page } = orProblem(await this.sync.log(batchId, { kinds, limit, since }));
    if (page.hasEnded && page.cursor === lastSeen) {
      response.status(204).end();
      return;
    }
    const reader = this.beginStream(request, response);
    if (reader === undefined) return;
    const filter = { kinds: kindsIn(kinds), limit };
    this.logStreams.open(batchId, page, filter, response, reader);
  }

  @Get(':task_id/unreadable-rows')
  @ApiOperation({
    operationId: 'listBatchUnreadableRows',
    summary: 'List the rows without a readable day that a batch has met',
  })
  @ApiParam(TASK_ID)
  @ApiEnvelope(UnreadableRowPageDto, 'A page of rows, as the file had them then.')
  @ApiProblems('VALIDATION_FAILED', 'BATCH_NOT_FOUND')
  async unreadableRows(
    @Param('task_id') batchId: string,
    @Query() query: PageQueryDto,
  ): Promise<UnreadableRowPageDto> {
    return orProblem(await this.sync.unreadableRows(batchId, query)).page;
  }

  @Post(':task_id/pause')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'pauseBatch',
    summary: 'Pause a batch: days in flight finish, no other day starts',
  })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(ProgressDto, 'The batch is paused.')
  @ApiProblems(...CONTROL_PROBLEMS)
  pause(
    @Param('task_id') batchId: string,
    @CallerName() by: string | null,
    @AcceptedLanguage() language: Language,
  ): Promise<Progress> {
    return this.control(batchId, { verb: 'pause', by }, language);
  }

  @Post(':task_id/resume')
  @HttpCode(200)
  @ApiOperation({ operationId: 'resumeBatch', summary: 'Resume a paused batch' })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(ProgressDto, 'The batch is queued or running.')
  @ApiProblems(...CONTROL_PROBLEMS)
  resume(
    @Param('task_id') batchId: string,
    @CallerName() by: string | null,
    @AcceptedLanguage() language: Language,
  ): Promise<Progress> {
    return this.control(batchId, { verb: 'resume', by }, language);
  }

  @Post(':task_id/cancel')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'cancelBatch',
    summary: 'Cancel a batch for good: days in flight finish',
  })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(ProgressDto, 'The batch is cancelled, or will be when its days in flight end.')
  @ApiProblems(...CONTROL_PROBLEMS)
  cancel(
    @Param('task_id') batchId: string,
    @CallerName() by: string | null,
    @AcceptedLanguage() language: Language,
  ): Promise<Progress> {
    return this.control(batchId, { verb: 'cancel', by }, language);
  }

  @Post(':task_id/retry')
  @HttpCode(202)
  @Limited('starts')
  @ApiOperation({
    operationId: 'retryBatch',
    summary: 'Retry the failed days of a batch as a new batch',
  })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiBody({ type: RetryBatchDto, required: false })
  @ApiEnvelope(ProgressDto, 'The new batch is stored and will run.', 202, STARTED_HEADERS)
  @ApiEnvelope(ProgressDto, 'The retry of this batch that is still active.', 200, STARTED_HEADERS)
  @ApiProblems(...RETRY_PROBLEMS)
  async retry(
    @Param('task_id') batchId: string,
    @Body() request: RetryBatchDto,
    @IdempotencyKey() key: string | null,
    @CallerName() by: string | null,
    @Traceparent() caller: TraceContext | null,
    @AcceptedLanguage() language: Language,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Progress> {
    const started = orProblem(await this.starts.retry(batchId, request, { key, by, caller }));
    return answerStarted(started, language, response);
  }

  @Post(':task_id/extend')
  @HttpCode(200)
  @Limited('starts')
  @ApiOperation({
    operationId: 'extendBatch',
    summary: 'Extend a batch that has not ended to a larger range',
    description:
      'The batch keeps its `task_id`, which then no longer names the range. The new days are planned with its mode and ' +
      'run in its order: `total` grows, and `percent` may fall. A repeated request changes nothing.',
  })
  @ApiParam(TASK_ID)
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(ProgressDto, 'The batch has the days of the larger range.')
  @ApiProblems(...EXTEND_PROBLEMS)
  async extend(
    @Param('task_id') batchId: string,
    @Body() request: ExtendBatchDto,
    @CallerName() by: string | null,
    @AcceptedLanguage() language: Language,
  ): Promise<Progress> {
    const { progress } = orProblem(await this.extensions.extend(batchId, request, by));
    return inLanguage(progress, language);
  }

  private async control(
    batchId: string,
    asked: Omit<Control, 'at'>,
    language: Language,
  ): Promise<Progress> {
    return inLanguage(orProblem(await this.sync.control(batchId, asked)).progress, language);
  }

  /** Begins a stream for its caller if there is room; undefined if only its headers are wanted. */
  private beginStream(request: Request, response: Response): StreamReader | undefined {
    const caller = callerOf(request);
    const reader = { countedAs: countedAs(caller), maySee: caller.maySee };
    orProblem(this.streams.room(reader.countedAs));
    response.writeHead(200, STREAM_HEADERS);
    // Express routes a HEAD here as well.
    if (request.method !== 'HEAD') return reader;
    response.end();
    return undefined;
  }
}
