import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Language, Progress } from '@daysync/progress';
import type { Response } from 'express';
import { ApiDatasetParam } from '../http/input/day-param.js';
import { IdempotencyKey } from '../http/input/idempotency-key.js';
import { Traceparent } from '../http/input/traceparent.js';
import type { TraceContext } from '../tracing/trace-context.js';
import { AcceptedLanguage, IN_LANGUAGE } from '../http/input/language.js';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { CallerName } from '../http/pipeline/caller.js';
import { API_PATH } from '../http/pipeline/paths.js';
import { Limited } from '../http/pipeline/rate-limit.guard.js';
import { ScheduleDto } from '../schedules/schedule.dto.js';
import { ProgressDto } from './progress.dto.js';
import { ScheduleService } from './schedule.service.js';
import { answerStarted, IDEMPOTENCY_KEY, STARTED_HEADERS } from './started-answer.js';
import { orProblem } from './sync.problems.js';

@ApiTags('datasets')
@Controller(`${API_PATH}/datasets/:name/schedule`)
export class ScheduleController {
  constructor(private readonly schedules: ScheduleService) {}

  @Post('pause')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'pauseSchedule',
    summary: 'Pause the schedule of a dataset: no batch starts by itself',
    description: 'It stays paused over restarts and reloads, until it is resumed.',
  })
  @ApiDatasetParam('name')
  @ApiEnvelope(ScheduleDto, 'The schedule, paused.')
  @ApiProblems('DATASET_NOT_FOUND', 'NO_SCHEDULE', 'DATASETS_OUTDATED')
  async pause(@Param('name') name: string, @CallerName() by: string | null): Promise<ScheduleDto> {
    return orProblem(await this.schedules.pause(name, by)).schedule;
  }

  @Post('resume')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'resumeSchedule',
    summary: 'Resume the schedule of a dataset: its next run also has the days of the pause',
  })
  @ApiDatasetParam('name')
  @ApiEnvelope(ScheduleDto, 'The schedule, with its next runs.')
  @ApiProblems('DATASET_NOT_FOUND', 'NO_SCHEDULE', 'DATASETS_OUTDATED')
  async resume(@Param('name') name: string): Promise<ScheduleDto> {
    return orProblem(await this.schedules.resume(name)).schedule;
  }

  @Post('run')
  @HttpCode(202)
  @Limited('starts')
  @ApiOperation({
    operationId: 'runSchedule',
    summary: 'Start the batch that the schedule of a dataset would start now',
    description: 'Also while it is paused. Its own runs stay as they are.',
  })
  @ApiDatasetParam('name')
  @ApiHeader(IN_LANGUAGE)
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiEnvelope(ProgressDto, 'The new batch is stored and will run.', 202, STARTED_HEADERS)
  @ApiProblems(
    'VALIDATION_FAILED',
    'DATASET_NOT_FOUND',
    'NO_SCHEDULE',
    'BATCH_OVERLAPS',
    'DATASETS_OUTDATED',
    'IDEMPOTENCY_KEY_REUSED',
    'RATE_LIMITED',
  )
  async run(
    @Param('name') name: string,
    @IdempotencyKey() key: string | null,
    @CallerName() by: string | null,
    @Traceparent() caller: TraceContext | null,
    @AcceptedLanguage() language: Language,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Progress> {
    return answerStarted(
      orProblem(await this.schedules.run(name, { key, by, caller })),
      language,
      response,
    );
  }
}
