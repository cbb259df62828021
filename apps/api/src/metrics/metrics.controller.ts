import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Metrics } from './metrics.js';

const EXAMPLE = 'daysync_days_total{dataset="weather",outcome="success",reason=""} 31\n';

@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @ApiOperation({ operationId: 'getMetrics', summary: 'What Prometheus is told' })
  @ApiProduces('text/plain')
  @ApiResponse({
    status: 200,
    description: 'The metrics, in the text format of Prometheus.',
    content: { 'text/plain': { schema: { type: 'string', example: EXAMPLE } } },
  })
  async read(@Res() response: Response): Promise<void> {
    const { contentType, text } = await this.metrics.expose();
    response.set({ 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
  }
}
