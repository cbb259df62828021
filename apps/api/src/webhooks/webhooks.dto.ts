import { ApiProperty } from '@nestjs/swagger';
import {
  WEBHOOK_EVENTS,
  DELIVERY_STATES,
  type WebhookEvent,
  type DeliveryState,
} from '../database/schema.js';
import {
  ApiCount,
  ApiFlag,
  ApiInstant,
  ApiInstantOrNull,
  ApiModel,
  ApiOneOf,
  ApiText,
  AskedOneOf,
  AskedText,
  NULLABLE,
  TASK_ID,
} from '../http/openapi/api-properties.js';
import {
  AskedPage,
  AskedPageSize,
  FIRST_PAGE,
  PAGE_SIZE,
  PageDto,
} from '../http/input/page.dto.js';
import { WEBHOOK_ERRORS } from './webhook-errors.js';

export class DeliveryQueryDto {
  @AskedOneOf(DELIVERY_STATES, 'Only deliveries in this state.', 'failed')
  readonly state?: DeliveryState;
  @AskedText(100, 'Only deliveries of this batch.', TASK_ID) readonly task_id?: string;
  @AskedText(63, 'Only deliveries to this endpoint.', 'ops') readonly endpoint?: string;
  @AskedPage() readonly page: number = FIRST_PAGE;
  @AskedPageSize() readonly page_size: number = PAGE_SIZE;
}

export class DeliveryErrorDto {
  @ApiOneOf(Object.keys(WEBHOOK_ERRORS), 'For programs.', 'WEBHOOK_REFUSED') readonly code: string;

  @ApiText('The expected and the received value.', 'expected a status of 2xx, got 500')
  readonly text: string;
}

/** One message to one endpoint. */
export class DeliveryDto {
  @ApiText(
    'The `webhook-id`, the same for each attempt.',
    'msg_8e03978e-40d5-43e8-bc93-6894a57f9324',
  )
  readonly id: string;

  @ApiText('The name of the endpoint.', 'ops') readonly endpoint: string;

  @ApiOneOf(
    WEBHOOK_EVENTS,
    'The event: its `type` without `batch.`, `day.` or `dataset.`.',
    'failed_days',
  )
  readonly event: WebhookEvent;

  @ApiText('The batch; null for an event of a dataset.', TASK_ID, NULLABLE)
  readonly task_id: string | null;

  @ApiText('The dataset.', 'weather') readonly dataset: string;

  @ApiInstant('The time of the event.')
  readonly created_at: string;

  @ApiOneOf(
    DELIVERY_STATES,
    'Still to be sent, accepted by the endpoint, or not tried again.',
    'pending',
  )
  readonly state: DeliveryState;

  @ApiCount('Attempts since it was created or last redelivered.', 2) readonly attempts: number;

  @ApiInstantOrNull('When the next attempt is due; null if it is due now or there is none.')
  readonly next_attempt_at: string | null;

  @ApiInstantOrNull('When the last attempt started.') readonly last_attempt_at: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The HTTP status of the last attempt; null without a response.',
    example: 500,
  })
  readonly last_status: number | null;

  @ApiModel(
    DeliveryErrorDto,
    'Why the last attempt failed.',
    { code: 'WEBHOOK_REFUSED', text: 'expected a status of 2xx, got 500' },
    NULLABLE,
  )
  readonly error: DeliveryErrorDto | null;
}

export class WebhookEndpointDto {
  @ApiText('Its name.', 'ops') readonly name: string;

  @ApiText('The URL, as in the datasets file.', 'https://hooks.example.com/${HOOK}')
  readonly url: string;

  @ApiProperty({
    type: [String],
    enum: WEBHOOK_EVENTS,
    description: 'The events that it gets.',
    example: ['failed_days', 'failed'],
  })
  readonly on: readonly WebhookEvent[];

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'The datasets whose events it gets; null for all.',
    example: null,
  })
  readonly datasets: readonly string[] | null;

  @ApiFlag('Whether it has answered 410 Gone, and gets nothing since.', false)
  readonly gone: boolean;
}

export class DeliveryPageDto extends PageDto {
  @ApiModel([DeliveryDto], 'The deliveries, newest first.', [])
  readonly items: readonly DeliveryDto[];

  @ApiModel([WebhookEndpointDto], 'The endpoints of the datasets file.', [])
  readonly endpoints: readonly WebhookEndpointDto[];
}

/** A delivery with its body. */
export class DeliveryDetailDto extends DeliveryDto {
  @ApiText(
    'The body that is sent, to the character: the signature is about it.',
    '{"type":"batch.completed","timestamp":"2025-10-17T16:00:00.000Z","data":{}}',
  )
  readonly payload: string;
}

/** What came of a message that was sent to try an endpoint. */
export class WebhookTestDto {
  @ApiText('The `webhook-id`.', 'msg_8e03978e-40d5-43e8-bc93-6894a57f9324') readonly id: string;
  @ApiText('The name of the endpoint.', 'ops') readonly endpoint: string;
  @ApiFlag('Whether the endpoint has accepted it.', true) readonly delivered: boolean;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The HTTP status of the answer; null without one.',
    example: 204,
  })
  readonly status: number | null;

  @ApiModel(DeliveryErrorDto, 'Why it was not accepted.', null, NULLABLE)
  readonly error: DeliveryErrorDto | null;

  @ApiCount('How long it took, in milliseconds.', 82) readonly duration_ms: number;

  @ApiText(
    'The body that was sent.',
    '{"type":"test","timestamp":"2025-10-17T16:00:00.000Z","data":{"endpoint":"ops"}}',
  )
  readonly payload: string;
}
