import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Language, Progress } from '@daysync/progress';
import type { Response } from 'express';
import { IdempotencyKey } from '../http/input/idempotency-key.js';
import { Traceparent } from '../http/input/traceparent.js';
import type { TraceContext } from '../tracing/trace-context.js';
import { AcceptedLanguage, IN_LANGUAGE } from '../http/input/language.js';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { CallerName } from '../http/pipeline/caller.js';
import { ExpensiveRead } from '../http/pipeline/expensive-read.js';
import { API_PATH } from '../http/pipeline/paths.js';
import { Limited } from '../http/pipeline/rate-limit.guard.js';
import { ExportAnswer } from '../records/export-answer.js';
import { ProgressDto } from '../sync/progress.dto.js';
import { StartService } from '../sync/start.service.js';
import { answerStarted, IDEMPOTENCY_KEY, STARTED_HEADERS } from '../sync/started-answer.js';
import { RetryQuarantineDto } from '../sync/sync.dto.js';
import { orProblem, refuseReversed } from '../sync/sync.problems.js';
import { QuarantineExport } from './quarantine-export.js';
import { QuarantineFilterDto, QuarantinePageDto, QuarantineQueryDto } from './quarantine.dto.js';
import { QuarantineService } from './quarantine.service.js';

const CSV_EXAMPLE =
  '\ufeffdataset,day,file,row,code\r\nweather,2012-03-01,a.csv,12,VALUE_INVALID\r\n';

@ApiTags('quarantine')
@Controller(`${API_PATH}/quarantine`)
export class QuarantineController {
  constructor(
    private readonly quarantine: QuarantineService,
    private readonly files: QuarantineExport,
    private readonly exports: ExportAnswer,
    private readonly starts: StartService,
  ) {}

  @Get()
  @ExpensiveRead('reads')
  @ApiOperation({
    operationId: 'listQuarantine',
    summary: 'List the rows that did not fit: filter, sort, page',
  })
  @ApiEnvelope(QuarantinePageDto, 'A page of rows.')
  @ApiProblems('VALIDATION_FAILED', 'RANGE_REVERSED', 'BUSY')
  list(@Query() query: QuarantineQueryDto): Promise<QuarantinePageDto> {
    refuseReversed(query);
    return this.quarantine.list(query);
  }

  @Get('export')
  @ExpensiveRead('exports')
  @ApiOperation({
    operationId: 'exportQuarantine',
    summary: 'Export the matching rows as CSV for spreadsheets',
    description: 'In the format of `GET records/export`.',
  })
  @ApiProduces('text/csv')
  @ApiResponse({
    status: 200,
    description: 'The file.',
    content: { 'text/csv': { schema: { type: 'string', example: CSV_EXAMPLE } } },
  })
  @ApiProblems('VALIDATION_FAILED', 'RANGE_REVERSED', 'BUSY', 'STOPPING')
  async export(@Query() filter: QuarantineFilterDto, @Res() response: Response): Promise<void> {
    refuseReversed(filter);
    const file = { kind: 'quarantine', of: filter.dataset } as const;
    const read = (signal: AbortSignal): AsyncGenerator<string> => this.files.read(filter, signal);
    orProblem(await this.exports.send(file, read, response));
  }

  @Post('retry')
  @HttpCode(202)
  @Limited('starts')
  @ApiOperation({
    operationId: 'retryQuarantine',
    summary: 'Sync the days again that have rows in quarantine, as a new batch',
  })
  @ApiHeader(IN_LANGUAGE)
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiEnvelope(ProgressDto, 'The new batch is stored and will run.', 202, STARTED_HEADERS)
  @ApiProblems(
    'VALIDATION_FAILED',
    'RANGE_REVERSED',
    'DATASET_NOT_FOUND',
    'NOTHING_TO_RETRY',
    'BATCH_OVERLAPS',
    'DATASETS_OUTDATED',
    'IDEMPOTENCY_KEY_REUSED',
    'RATE_LIMITED',
  )
  async retry(
    @Body() request: RetryQuarantineDto,
    @IdempotencyKey() key: string | null,
    @CallerName() by: string | null,
    @Traceparent() caller: TraceContext | null,
    @AcceptedLanguage() language: Language,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Progress> {
    const started = orProblem(await this.starts.retryQuarantine(request, { key, by, caller }));
    return answerStarted(started, language, response);
  }
}
