import { ApiModel, ApiOneOf } from '../http/openapi/api-properties.js';
import { ReadinessCheckDto } from '../http/openapi/problem.dto.js';

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
