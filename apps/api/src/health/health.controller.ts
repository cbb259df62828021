import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiModel, ApiOneOf } from '../http/openapi/api-properties.js';
import { ReadinessCheckDto } from '../http/openapi/problem.dto.js';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { Problem } from '../http/problems/problem.js';
import { ProgramReadiness } from './readiness.js';

export class LivenessDto {
  @ApiOneOf(['live'], 'Always `live`.', 'live') readonly state: 'live';
}

export class ReadinessDto {
  @ApiOneOf(['ready'], 'Always `ready`.', 'ready') readonly state: 'ready';

  @ApiModel([ReadinessCheckDto], 'The checks, at most a second old.', [
    { name: 'disk', ok: true, detail: '73241 MB free' },
  ])
  readonly checks: readonly ReadinessCheckDto[];
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: ProgramReadiness) {}

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
    if (ready) return { state: 'ready', checks };
    const failing = checks.filter(({ ok }) => !ok);
    const detail = failing.map(({ name, detail: how }) => `${name}: ${how}`).join('; ');
    throw new Problem('NOT_READY', detail, { checks });
  }
}
