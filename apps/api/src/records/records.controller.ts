import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiResponse,
  ApiTags,
  ApiHeader,
} from '@nestjs/swagger';
import type { CalendarDay, Language, Progress } from '@daysync/progress';
import type { Response } from 'express';
import { CallerName } from '../http/pipeline/caller.js';
import { Limited } from '../http/pipeline/rate-limit.guard.js';
import { ProgressDto } from '../sync/progress.dto.js';
import { StartService } from '../sync/start.service.js';
import { answerStarted, IDEMPOTENCY_KEY, STARTED_HEADERS } from '../sync/started-answer.js';
import { RetryRecordsDto } from '../sync/sync.dto.js';
import { API_PATH } from '../http/pipeline/paths.js';
import { ExpensiveRead } from '../http/pipeline/expensive-read.js';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { ApiDatasetDayParams, ApiDatasetParam, DayParam } from '../http/input/day-param.js';
import { IdempotencyKey } from '../http/input/idempotency-key.js';
import { Traceparent } from '../http/input/traceparent.js';
import type { TraceContext } from '../tracing/trace-context.js';
import { PageQueryDto } from '../http/input/page.dto.js';
import { AcceptedDays } from './accepted-days.js';
import { CalendarDto, CalendarQueryDto } from './calendar.dto.js';
import { CalendarService } from './calendar.service.js';
import { ExportAnswer } from './export-answer.js';
import { FindingExport } from './finding-export.js';
import { DayHistoryPageDto, DayLogDto } from './history.dto.js';
import { HistoryService } from './history.service.js';
import { RecordDto, RecordFilterDto, RecordPageDto, RecordQueryDto } from './records.dto.js';
import { RecordsService } from './records.service.js';
import { LogExport } from './log-export.js';
import { RecordsExport } from './records-export.js';
import { orProblem, refuseReversed } from '../sync/sync.problems.js';
import { AcceptedLanguage, IN_LANGUAGE } from '../http/input/language.js';
import { inLanguage } from '../batches/batch-progress.js';
import { DatasetDto, DatasetListDto, DatasetPageDto } from './coverage.dto.js';
import { CoverageService } from './coverage.service.js';
import { DatasetsService } from '../datasets/datasets.service.js';

const LOG_EXAMPLE =
  '\ufeffat,day,kind,attempt\r\n2025-10-17T16:00:00.000Z,2025-10-01,started,1\r\n';
const TASK_ID = {
  name: 'task_id',
  description: 'The id of the batch, from the response to its start.',
  example: '2025-10-01_2025-10-10_1760716800',
};
const CSV_EXAMPLE = '\ufeffdataset,day,status\r\nweather,2012-03-01,success\r\n';

const FINDING_EXAMPLE =
  '\ufeffrow,location,wind\r\nchanged: target,Seattle,4.7\r\nchanged: source,Seattle,4.8\r\n';

@ApiTags('records')
@Controller(`${API_PATH}/records`)
export class RecordsController {
  constructor(
    private readonly records: RecordsService,
    private readonly calendars: CalendarService,
    private readonly files: RecordsExport,
    private readonly exports: ExportAnswer,
    private readonly histories: HistoryService,
    private readonly starts: StartService,
    private readonly findings: FindingExport,
    private readonly accepted: AcceptedDays,
  ) {}

  @Get()
  @ExpensiveRead('reads')
  @ApiOperation({ operationId: 'listRecords', summary: 'List sync records: filter, sort, page' })
  @ApiEnvelope(RecordPageDto, 'A page of records.')
  @ApiProblems('VALIDATION_FAILED', 'RANGE_REVERSED', 'BUSY')
  list(@Query() query: RecordQueryDto): Promise<RecordPageDto> {
    refuseReversed(query);
    return this.records.list(query);
  }

  @Get('calendar')
  @ExpensiveRead('reads')
  @ApiOperation({
    operationId: 'recordCalendar',
    summary: 'The state of each day of a range, and its gaps',
  })
  @ApiEnvelope(CalendarDto, 'The days with a record, and the gaps.')
  @ApiProblems(
    'VALIDATION_FAILED',
    'RANGE_REVERSED',
    'DATASET_NOT_FOUND',
    'RANGE_TOO_LARGE',
    'BUSY',
  )
  async calendar(@Query() query: CalendarQueryDto): Promise<CalendarDto> {
    return orProblem(await this.calendars.show(query)).calendar;
  }

  @Get('export')
  @ExpensiveRead('exports')
  @ApiOperation({
    operationId: 'exportRecords',
    summary: 'Export the matching records as CSV for spreadsheets',
    description:
      "RFC 4180 in UTF-8 with a byte order mark. A text that a spreadsheet would read as a formula gets a leading `'`, also after a `;`, a tab or a line break. " +
      'The file is streamed. If reading fails, the connection breaks.',
  })
  @ApiProduces('text/csv')
  @ApiResponse({
    status: 200,
    description: 'The file.',
    content: { 'text/csv': { schema: { type: 'string', example: CSV_EXAMPLE } } },
  })
  @ApiProblems('VALIDATION_FAILED', 'RANGE_REVERSED', 'BUSY', 'STOPPING')
  async export(@Query() filter: RecordFilterDto, @Res() response: Response): Promise<void> {
    refuseReversed(filter);
    const file = { kind: 'records', of: filter.dataset } as const;
    const read = (signal: AbortSignal): AsyncGenerator<string> => this.files.read(filter, signal);
    orProblem(await this.exports.send(file, read, response));
  }

  @Get(':dataset/:day/log')
  @ExpensiveRead('reads')
  @ApiOperation({
    operationId: 'recordLog',
    summary: 'The log of a day: attempts, waits and outcomes in its latest 20 batches',
  })
  @ApiDatasetDayParams('dataset')
  @ApiEnvelope(DayLogDto, 'The entries, in the order of time.')
  @ApiProblems('VALIDATION_FAILED', 'DATASET_NOT_FOUND', 'BUSY')
  async log(@Param('dataset') dataset: string, @DayParam() day: CalendarDay): Promise<DayLogDto> {
    return orProblem(await this.histories.log(dataset, day)).log;
  }

  @Post('retry')
  @HttpCode(202)
  @Limited('starts')
  @ApiOperation({
    operationId: 'retryRecords',
    summary: 'Sync chosen days of a dataset again, as a new batch',
  })
  @ApiHeader(IN_LANGUAGE)
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiEnvelope(ProgressDto, 'The new batch is stored and will run.', 202, STARTED_HEADERS)
  @ApiProblems(
    'VALIDATION_FAILED',
    'DATASET_NOT_FOUND',
    'NOTHING_TO_RETRY',
    'RANGE_TOO_LARGE',
    'BATCH_OVERLAPS',
    'DATASETS_OUTDATED',
    'IDEMPOTENCY_KEY_REUSED',
    'RATE_LIMITED',
  )
  async retry(
    @Body() request: RetryRecordsDto,
    @IdempotencyKey() key: string | null,
    @CallerName() by: string | null,
    @Traceparent() caller: TraceContext | null,
    @AcceptedLanguage() language: Language,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Progress> {
    const started = orProblem(await this.starts.retryDays(request, { key, by, caller }));
    return answerStarted(started, language, response);
  }

  @Post(':dataset/:day/accept')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'acceptDay',
    summary: 'Accept a marked day as it is: its marks stand no more',
    description:
      'From then on it counts as usual for the days after it. The next sync of the day judges it anew.',
  })
  @ApiDatasetDayParams('dataset')
  @ApiEnvelope(RecordDto, 'The record of the day.')
  @ApiProblems('VALIDATION_FAILED', 'DATASET_NOT_FOUND', 'NOTHING_TO_ACCEPT')
  async accept(
    @Param('dataset') dataset: string,
    @DayParam() day: CalendarDay,
    @CallerName() by: string | null,
  ): Promise<RecordDto> {
    return orProblem(await this.accepted.accept(dataset, day, by)).record;
  }

  @Get(':dataset/:day/history')
  @ExpensiveRead('reads')
  @ApiOperation({
    operationId: 'recordHistory',
    summary: 'The outcomes of a day in all batches, newest first',
  })
  @ApiDatasetDayParams('dataset')
  @ApiEnvelope(DayHistoryPageDto, 'The record of the day, and a page of its outcomes.')
  @ApiProblems('VALIDATION_FAILED', 'DATASET_NOT_FOUND', 'BUSY')
  async history(
    @Param('dataset') dataset: string,
    @DayParam() day: CalendarDay,
    @Query() query: PageQueryDto,
  ): Promise<DayHistoryPageDto> {
    return orProblem(await this.histories.show(dataset, day, query)).history;
  }

  @Get(':dataset/:day/finding/export')
  @ExpensiveRead('exports')
  @ApiOperation({
    operationId: 'exportFinding',
    summary: 'Export the rows that the latest comparison of a day has found as CSV',
    description:
      'At most 20 of each kind, long texts cut, as in the history of the day. The first column says where a row is; a changed row has two lines. Written like the export of records.',
  })
  @ApiDatasetDayParams('dataset')
  @ApiProduces('text/csv')
  @ApiResponse({
    status: 200,
    description: 'The file; only its head where nothing was found.',
    content: { 'text/csv': { schema: { type: 'string', example: FINDING_EXAMPLE } } },
  })
  @ApiProblems('VALIDATION_FAILED', 'DATASET_NOT_FOUND', 'BUSY', 'STOPPING')
  async exportFinding(
    @Param('dataset') dataset: string,
    @DayParam() day: CalendarDay,
    @Res() response: Response,
  ): Promise<void> {
    const { read } = orProblem(await this.findings.open(dataset, day));
    const file = { kind: 'finding', of: `${dataset}-${day}` } as const;
    orProblem(await this.exports.send(file, read, response));
  }
}

/** Here and not in `datasets`, since it needs batches and records. */
@ApiTags('datasets')
@Controller(`${API_PATH}/datasets`)
export class CoverageController {
  constructor(
    private readonly coverage: CoverageService,
    private readonly datasets: DatasetsService,
  ) {}

  @Get()
  @ExpensiveRead('reads')
  @ApiOperation({
    operationId: 'listDatasets',
    summary: 'List the datasets with the days that they have',
  })
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(DatasetListDto, 'The datasets.')
  @ApiProblems('BUSY')
  async list(@AcceptedLanguage() language: Language): Promise<DatasetListDto> {
    const items = await this.coverage.list();
    return {
      file: await this.datasets.file(),
      items: items.map((dataset) => datasetIn(language, dataset)),
    };
  }

  @Get(':name')
  @ExpensiveRead('reads')
  @ApiOperation({
    operationId: 'getDataset',
    summary: 'Get a dataset with the days that it has, and its entry in the datasets file',
  })
  @ApiDatasetParam('name')
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(DatasetPageDto, 'The dataset.')
  @ApiProblems('DATASET_NOT_FOUND', 'BUSY')
  async get(
    @Param('name') name: string,
    @AcceptedLanguage() language: Language,
  ): Promise<DatasetPageDto> {
    return datasetIn(language, orProblem(await this.coverage.show(name)).dataset);
  }
}

/** A dataset with the message of its last batch in a language. */
function datasetIn<T extends DatasetDto>(
  language: Language,
  { coverage: { last_batch: last, ...coverage }, ...dataset }: T,
) {
  const last_batch = last === null ? null : inLanguage(last, language);
  return { ...dataset, coverage: { ...coverage, last_batch } };
}

/** Here and not in `sync`, since exports are here. */
@ApiTags('sync')
@Controller(`${API_PATH}/sync/batch`)
export class BatchLogController {
  constructor(
    private readonly logs: LogExport,
    private readonly exports: ExportAnswer,
  ) {}

  @Get(':task_id/log/export')
  @ExpensiveRead('exports')
  @ApiOperation({
    operationId: 'exportBatchLog',
    summary: 'Export the whole log of a batch as CSV',
    description: 'Written like the export of records.',
  })
  @ApiParam(TASK_ID)
  @ApiProduces('text/csv')
  @ApiResponse({
    status: 200,
    description: 'The file, in the order of time.',
    content: { 'text/csv': { schema: { type: 'string', example: LOG_EXAMPLE } } },
  })
  @ApiProblems('BATCH_NOT_FOUND', 'BUSY', 'STOPPING')
  async export(@Param('task_id') batchId: string, @Res() response: Response): Promise<void> {
    const { read } = orProblem(await this.logs.open(batchId));
    const file = { kind: 'log', of: batchId } as const;
    orProblem(await this.exports.send(file, read, response));
  }
}
