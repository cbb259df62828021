import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import type { Response } from 'express';
import { ApiDatasetDayParams, DayParam } from '../../http/input/day-param.js';
import { ApiEnvelope, ApiProblems } from '../../http/openapi/api-answers.js';
import { ExpensiveRead } from '../../http/pipeline/expensive-read.js';
import { Problem } from '../../http/problems/problem.js';
import { API_PATH } from '../../http/pipeline/paths.js';
import { unknownDatasetProblem } from '../datasets.controller.js';
import { DayTest } from './day-test.js';
import { DayTestDto } from './day-test.dto.js';

const RESTART_SECONDS = 1;

@ApiTags('datasets')
@Controller(`${API_PATH}/datasets`)
export class DayTestController {
  constructor(private readonly tests: DayTest) {}

  @Post(':name/days/:day/test')
  @HttpCode(200)
  @ExpensiveRead('tests')
  @ApiOperation({
    operationId: 'testDay',
    summary:
      'Fetch a day from the source and write nothing: its rows, and the values that would not fit',
    description:
      'As `daysync datasets try`. It ends at the `timeout_seconds` of the dataset. What fails at the source is in the answer.',
  })
  @ApiDatasetDayParams('name')
  @ApiEnvelope(DayTestDto, 'What came of the day.')
  @ApiProblems('VALIDATION_FAILED', 'DATASET_NOT_FOUND', 'BUSY', 'STOPPING')
  async test(
    @Param('name') name: string,
    @DayParam() day: CalendarDay,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DayTestDto> {
    const left = new AbortController();
    response.once('close', () => {
      left.abort();
    });
    // Its `close` event is over.
    if (response.destroyed) left.abort();
    const result = await this.tests.run(name, day, left.signal);
    if (result.kind === 'stopped') {
      throw new Problem('STOPPING', 'the program is stopping', {}, RESTART_SECONDS);
    }
    if (result.kind === 'unknown_dataset') throw unknownDatasetProblem(result);
    return result.test;
  }
}
