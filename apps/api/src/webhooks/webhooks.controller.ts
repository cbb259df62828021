import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { API_PATH } from '../http/pipeline/paths.js';
import { Problem } from '../http/problems/problem.js';
import { DeliveryDto, DeliveryPageDto, DeliveryQueryDto } from './webhooks.dto.js';
import { WebhooksService } from './webhooks.service.js';

@ApiTags('webhooks')
@Controller(`${API_PATH}/webhooks`)
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @ApiOperation({
    operationId: 'listWebhookDeliveries',
    summary: 'List webhook deliveries, newest first, and the endpoints',
  })
  @ApiEnvelope(DeliveryPageDto, 'A page of deliveries.')
  @ApiProblems('VALIDATION_FAILED')
  list(@Query() query: DeliveryQueryDto): Promise<DeliveryPageDto> {
    return this.webhooks.list(query);
  }

  @Post(':id/redeliver')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'redeliverWebhook',
    summary: 'Send a delivery again with the same id; a pending one is sent now',
  })
  @ApiParam({
    name: 'id',
    description: 'The id of the delivery.',
    example: 'msg_8e03978e-40d5-43e8-bc93-6894a57f9324',
  })
  @ApiEnvelope(DeliveryDto, 'The delivery will be sent.')
  @ApiProblems('DELIVERY_NOT_FOUND')
  async redeliver(@Param('id') id: string): Promise<DeliveryDto> {
    const delivery = await this.webhooks.redeliver(id);
    if (delivery !== undefined) return delivery;
    const asked = JSON.stringify(id.slice(0, 100));
    throw new Problem('DELIVERY_NOT_FOUND', `there is no delivery ${asked}`);
  }
}
