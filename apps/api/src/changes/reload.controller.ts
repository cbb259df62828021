import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallerName } from '../http/pipeline/caller.js';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { API_PATH } from '../http/pipeline/paths.js';
import { Problem } from '../http/problems/problem.js';
import { DatasetsReload, type Reloaded, type ReloadRefusal } from './datasets-reload.js';
import { ReloadDto } from './reload.dto.js';

/** An embedding app does not have it: its datasets stand in code. */
@ApiTags('datasets')
@Controller(`${API_PATH}/datasets/reload`)
export class ReloadController {
  constructor(private readonly reloads: DatasetsReload) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'reloadDatasets',
    summary: 'Take in the changed datasets file without a restart',
    description:
      'All of the file is taken in, or nothing: with an error in it, Daysync goes on with the file that it has. ' +
      'With PostgreSQL every process follows within 5 s.',
  })
  @ApiEnvelope(ReloadDto, 'The file is in use.')
  @ApiProblems('DATASETS_FILE_INVALID', 'DATASET_IN_USE')
  async reload(@CallerName() by: string | null): Promise<ReloadDto> {
    const result = await this.reloads.reload(by);
    if (result.kind !== 'reloaded') throw problemOf(result);
    return describeReload(result);
  }
}

function describeReload({ isNew: is_new, kind: _, ...changes }: Reloaded): ReloadDto {
  return { ...changes, is_new };
}

function problemOf(refusal: ReloadRefusal): Problem {
  switch (refusal.kind) {
    case 'invalid_file': {
      const { lines } = refusal;
      const detail = `expected a datasets file without errors, got ${lines.length} of them in lines`;
      return new Problem('DATASETS_FILE_INVALID', detail, { lines });
    }
    case 'in_use': {
      const { batches } = refusal;
      const lines = batches.map(({ batch_id, dataset }) => `${dataset}: ${batch_id}`);
      const [first] = batches;
      return new Problem(
        'DATASET_IN_USE',
        `expected no active batch of a dataset that the file changes, got ${batches.length} of them in lines`,
        { lines, ...(first === undefined ? {} : { task_id: first.batch_id }) },
      );
    }
  }
}
