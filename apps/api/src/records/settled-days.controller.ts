import { Body, Controller, Delete, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiDatasetParam } from '../http/input/day-param.js';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { CallerName } from '../http/pipeline/caller.js';
import { API_PATH } from '../http/pipeline/paths.js';
import { orProblem } from '../sync/sync.problems.js';
import { SettledCountDto, SettledRangeDto, SettleDaysDto } from './settled-days.dto.js';
import { SettledDaysService } from './settled-days.service.js';

@ApiTags('records')
@Controller(`${API_PATH}/records/:dataset/settle`)
export class SettledDaysController {
  constructor(private readonly settledDays: SettledDaysService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'settleDays',
    summary: 'Mark the missing days of a range as not expected: the source will never have them',
    description:
      'Days that were ever synced, empty days and those that are not over stay as they are. Batches skip settled days, and they are no gap. Days that are settled already get the new reason.',
  })
  @ApiDatasetParam('dataset')
  @ApiEnvelope(SettledCountDto, 'How many days of the range are settled.')
  @ApiProblems(
    'VALIDATION_FAILED',
    'RANGE_REVERSED',
    'RANGE_TOO_LARGE',
    'DATASET_NOT_FOUND',
    'NOTHING_TO_SETTLE',
    'BATCH_OVERLAPS',
    'DATASETS_OUTDATED',
  )
  async settle(
    @Param('dataset') dataset: string,
    @Body() request: SettleDaysDto,
    @CallerName() by: string | null,
  ): Promise<SettledCountDto> {
    return orProblem(await this.settledDays.settle(dataset, request, by)).settled;
  }

  @Delete()
  @ApiOperation({
    operationId: 'unsettleDays',
    summary: 'Take back that days of a range are not expected',
    description: 'From then on batches try them again. Days that are not settled stay as they are.',
  })
  @ApiDatasetParam('dataset')
  @ApiEnvelope(SettledCountDto, 'How many days were settled.')
  @ApiProblems('VALIDATION_FAILED', 'RANGE_REVERSED', 'RANGE_TOO_LARGE', 'DATASET_NOT_FOUND')
  async takeBack(
    @Param('dataset') dataset: string,
    @Query() range: SettledRangeDto,
    @CallerName() by: string | null,
  ): Promise<SettledCountDto> {
    return orProblem(await this.settledDays.takeBack(dataset, range, by)).settled;
  }
}
