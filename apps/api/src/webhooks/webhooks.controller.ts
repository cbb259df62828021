import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { API_PATH } from '../http/pipeline/paths.js';
import { Limited } from '../http/pipeline/rate-limit.guard.js';
import { Problem } from '../http/problems/problem.js';
import {
  DeliveryDetailDto,
  DeliveryDto,
  DeliveryPageDto,
  DeliveryQueryDto,
  WebhookTestDto,
} from './webhooks.dto.js';
import { WebhooksService } from './webhooks.service.js';

const ApiDeliveryId = (): MethodDecorator =>
  ApiParam({
    name: 'id',
    description: 'The id of the delivery.',
    example: 'msg_8e03978e-40d5-43e8-bc93-6894a57f9324',
  });

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

  @Get(':id')
  @ApiOperation({
    operationId: 'getWebhookDelivery',
    summary: 'Get a webhook delivery with the body that is sent',
  })
  @ApiDeliveryId()
  @ApiEnvelope(DeliveryDetailDto, 'The delivery.')
  @ApiProblems('DELIVERY_NOT_FOUND')
  async get(@Param('id') id: string): Promise<DeliveryDetailDto> {
    return (await this.webhooks.find(id)) ?? unknownDelivery(id);
  }

  @Post('endpoints/:name/test')
  @HttpCode(200)
  @Limited('starts')
  @ApiOperation({
    operationId: 'testWebhookEndpoint',
    summary: 'Send a test message to an endpoint, once and at once',
    description:
      'It is signed like every delivery and has the `type` `test`. It is not listed and not tried again. What the endpoint answers is in the answer.',
  })
  @ApiParam({ name: 'name', description: 'The name of the endpoint.', example: 'ops' })
  @ApiEnvelope(WebhookTestDto, 'What came of it.')
  @ApiProblems('ENDPOINT_NOT_FOUND', 'RATE_LIMITED')
  async test(@Param('name') name: string): Promise<WebhookTestDto> {
    const sent = await this.webhooks.test(name);
    if (sent !== undefined) return sent;
    const asked = JSON.stringify(name.slice(0, 100));
    throw new Problem('ENDPOINT_NOT_FOUND', `there is no endpoint ${asked} in the datasets file`);
  }

  @Post(':id/redeliver')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'redeliverWebhook',
    summary: 'Send a delivery again with the same id; a pending one is sent now',
  })
  @ApiDeliveryId()
  @ApiEnvelope(DeliveryDto, 'The delivery will be sent.')
  @ApiProblems('DELIVERY_NOT_FOUND')
  async redeliver(@Param('id') id: string): Promise<DeliveryDto> {
    return (await this.webhooks.redeliver(id)) ?? unknownDelivery(id);
  }
}

function unknownDelivery(id: string): never {
  const asked = JSON.stringify(id.slice(0, 100));
  throw new Problem('DELIVERY_NOT_FOUND', `there is no delivery ${asked}`);
}
