import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import { ApiDatasetDayParams, DayParam } from '../../http/input/day-param.js';
import { ApiEnvelope, ApiProblems } from '../../http/openapi/api-answers.js';
import { ExpensiveRead } from '../../http/pipeline/expensive-read.js';
import { API_PATH } from '../../http/pipeline/paths.js';
import { unknownDatasetProblem } from '../datasets.controller.js';
import { DayTest } from './day-test.js';
import { DayTestDto } from './day-test.dto.js';

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
  @ApiProblems('VALIDATION_FAILED', 'DATASET_NOT_FOUND', 'BUSY')
  async test(@Param('name') name: string, @DayParam() day: CalendarDay): Promise<DayTestDto> {
    const result = await this.tests.run(name, day);
    if (result.kind === 'unknown_dataset') throw unknownDatasetProblem(result);
    return result.test;
  }
}
