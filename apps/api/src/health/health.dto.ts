import { ApiProperty } from '@nestjs/swagger';
import { ReadinessCheckDto } from '../http/problem.dto.js';

export class LivenessDto {
  @ApiProperty({ enum: ['live'], description: 'Always `live`.', example: 'live' })
  readonly state: 'live';
}

export class ReadinessDto {
  @ApiProperty({ enum: ['ready'], description: 'Always `ready`.', example: 'ready' })
  readonly state: 'ready';

  @ApiProperty({
    type: [ReadinessCheckDto],
    description: 'What was looked at, a second ago at most.',
    example: [{ name: 'disk', ok: true, detail: '73241 MB free' }],
  })
  readonly checks: readonly ReadinessCheckDto[];
}
