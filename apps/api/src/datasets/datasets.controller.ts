import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CalendarDay } from '@daysync/progress';
import { API_PATH } from '../http/pipeline/paths.js';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { ApiDatasetDayParams, ApiDatasetParam, DayParam } from '../http/input/day-param.js';
import { PageQueryDto } from '../http/input/page.dto.js';
import { Problem } from '../http/problems/problem.js';
import { DayRows } from './day-rows.js';
import { DayRowsDto } from './datasets.dto.js';
import { DatasetsService } from './datasets.service.js';
import { UnreadableRowPageDto } from './unreadable-rows.dto.js';
import type { UnknownDataset } from './dataset-catalog.js';

@ApiTags('datasets')
@Controller(`${API_PATH}/datasets`)
export class DatasetsController {
  constructor(
    private readonly rows: DayRows,
    private readonly datasets: DatasetsService,
  ) {}

  @Get(':name/days/:day/rows')
  @ApiOperation({ operationId: 'listDayRows', summary: 'List the rows of a day in the target' })
  @ApiDatasetDayParams('name')
  @ApiEnvelope(DayRowsDto, 'A page of rows.')
  @ApiProblems('VALIDATION_FAILED', 'DATASET_NOT_FOUND', 'TARGET_UNAVAILABLE')
  async listRows(
    @Param('name') name: string,
    @DayParam() day: CalendarDay,
    @Query() query: PageQueryDto,
  ): Promise<DayRowsDto> {
    const result = await this.rows.list(name, day, query);
    if (result.kind === 'unknown_dataset') throw unknownDatasetProblem(result);
    if (result.kind === 'target_unavailable') throw new Problem('TARGET_UNAVAILABLE', result.text);
    return result.page;
  }

  @Get(':name/unreadable-rows')
  @ApiOperation({
    operationId: 'listUnreadableRows',
    summary: 'List the rows of a source whose day can not be read',
  })
  @ApiDatasetParam('name')
  @ApiEnvelope(UnreadableRowPageDto, 'A page of rows.')
  @ApiProblems('VALIDATION_FAILED', 'DATASET_NOT_FOUND')
  async listUnreadable(
    @Param('name') name: string,
    @Query() query: PageQueryDto,
  ): Promise<UnreadableRowPageDto> {
    const result = await this.datasets.unreadableRows(name, query);
    if (result.kind === 'unknown_dataset') throw unknownDatasetProblem(result);
    return result.page;
  }
}

export function unknownDatasetProblem({ dataset, configured }: UnknownDataset): Problem {
  return new Problem(
    'DATASET_NOT_FOUND',
    `expected one of ${configured.join(', ')}, got ${JSON.stringify(dataset)}`,
  );
}
