import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiProblems } from '../http/openapi/api-answers.js';
import { ExpensiveRead } from '../http/pipeline/expensive-read.js';
import { Metrics } from '../metrics/metrics.js';

const EXAMPLE = 'daysync_days_total{dataset="weather",outcome="success",reason=""} 31\n';

@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @ExpensiveRead('scrapes')
  @ApiOperation({ operationId: 'getMetrics', summary: 'Metrics for Prometheus' })
  @ApiProduces('text/plain')
  @ApiResponse({
    status: 200,
    description: 'The metrics, in the text format of Prometheus.',
    content: { 'text/plain': { schema: { type: 'string', example: EXAMPLE } } },
  })
  @ApiProblems('BUSY')
  async read(@Res() response: Response): Promise<void> {
    const { contentType, text } = await this.metrics.expose();
    response.set({ 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
  }
}
