import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DatasetCatalog } from '../datasets/dataset-catalog.js';
import { ApiModel, ApiOneOf, ApiText, NULLABLE } from '../http/openapi/api-properties.js';
import { ReadinessCheckDto } from '../http/openapi/problem.dto.js';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { Problem } from '../http/problems/problem.js';
import { ProgramReadiness } from './readiness.js';

export class LivenessDto {
  @ApiOneOf(['live'], 'Always `live`.', 'live') readonly state: 'live';
}

/** The datasets file of this process. A newer one that it can't take in leaves the process ready: it goes on. */
export class DatasetsStateDto {
  @ApiText('The version in use: a hash of the text of the file.', '3f9c2a71d04be856', NULLABLE)
  readonly version: string | null;

  @ApiText(
    'The newest version of the installation, while this process has another one, or reads other datasets out of it with its environment: then it does not run those that differ. ' +
      '`GET datasets` and the log have the reason.',
    null,
    NULLABLE,
  )
  readonly newer_version: string | null;
}

export class ReadinessDto {
  @ApiOneOf(['ready'], 'Always `ready`.', 'ready') readonly state: 'ready';

  @ApiModel([ReadinessCheckDto], 'The checks, at most a second old.', [
    { name: 'disk', ok: true, detail: '73241 MB free' },
  ])
  readonly checks: readonly ReadinessCheckDto[];

  @ApiModel(DatasetsStateDto, 'The datasets file.', {
    version: '3f9c2a71d04be856',
    newer_version: null,
  })
  readonly datasets: DatasetsStateDto;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: ProgramReadiness,
    private readonly catalog: DatasetCatalog,
  ) {}

  @Get('live')
  @ApiOperation({ operationId: 'getLiveness', summary: 'Check that the process answers' })
  @ApiEnvelope(LivenessDto, 'The process answers.')
  live(): LivenessDto {
    return { state: 'live' };
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Check that it can sync: the database commits, batches run, the disk has space',
  })
  @ApiEnvelope(ReadinessDto, 'Ready.')
  @ApiProblems('NOT_READY')
  async ready(): Promise<ReadinessDto> {
    const { checks, ready } = await this.readiness.read();
    if (ready) return { state: 'ready', checks, datasets: this.datasets() };
    const failing = checks.filter(({ ok }) => !ok);
    const detail = failing.map(({ name, detail: how }) => `${name}: ${how}`).join('; ');
    throw new Problem('NOT_READY', detail, { checks });
  }

  private datasets(): DatasetsStateDto {
    const { file, newer } = this.catalog;
    return { version: file?.version ?? null, newer_version: newer?.version ?? null };
  }
}
