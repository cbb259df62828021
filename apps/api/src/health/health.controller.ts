import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope } from '../http/api-answers.js';

class LivenessDto {
  @ApiProperty({ enum: ['live'], description: 'Always `live`.', example: 'live' })
  readonly state: 'live';
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  @Get('live')
  @ApiOperation({ operationId: 'getLiveness', summary: 'Whether the process answers' })
  @ApiEnvelope(LivenessDto, 'It does.')
  live(): LivenessDto {
    return { state: 'live' };
  }
}
