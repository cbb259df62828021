import { ApiModel, ApiOneOf } from '../http/openapi/api-properties.js';
import { ReadinessCheckDto } from '../http/openapi/problem.dto.js';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { Problem } from '../http/problems/problem.js';
import { ProgramReadiness } from './readiness.js';

export class LivenessDto {
  @ApiOneOf(['live'], 'Always `live`.', 'live') readonly state: 'live';
}

export class ReadinessDto {
  @ApiOneOf(['ready'], 'Always `ready`.', 'ready') readonly state: 'ready';

  @ApiModel([ReadinessCheckDto], 'What was looked at, a second ago at most.', [
    { name: 'disk', ok: true, detail: '73241 MB free' },
  ])
  readonly checks: readonly ReadinessCheckDto[];
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: ProgramReadiness) {}

  @Get('live')
  @ApiOperation({ operationId: 'getLiveness', summary: 'Whether the process answers' })
  @ApiEnvelope(LivenessDto, 'It does.')
  live(): LivenessDto {
    return { state: 'live' };
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Whether it can sync: the database commits, the loop goes on, the disk has room',
  })
  @ApiEnvelope(ReadinessDto, 'It can.')
  @ApiProblems('NOT_READY')
  async ready(): Promise<ReadinessDto> {
    const { checks, ready } = await this.readiness.read();
    if (ready) return { state: 'ready', checks };
    const failing = checks.filter(({ ok }) => !ok);
    const detail = failing.map(({ name, detail: how }) => `${name}: ${how}`).join('; ');
    throw new Problem('NOT_READY', detail, { checks });
  }
}
