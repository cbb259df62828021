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

/** Which deliveries. */
export class DeliveryQueryDto {
  @AskedOneOf(DELIVERY_STATES, 'Only those in this state.', 'failed')
  readonly state?: DeliveryState;
  @AskedText(100, 'Only those of this batch.', TASK_ID) readonly task_id?: string;
  @AskedText(63, 'Only those to this endpoint.', 'ops') readonly endpoint?: string;
  @AskedPage() readonly page: number = FIRST_PAGE;
  @AskedPageSize() readonly page_size: number = PAGE_SIZE;
}

export class DeliveryErrorDto {
  @ApiOneOf(Object.keys(WEBHOOK_ERRORS), 'For programs.', 'WEBHOOK_REFUSED') readonly code: string;

  @ApiText('What was expected and what came.', 'expected a status of 2xx, got 500')
  readonly text: string;
}

/** One thing that one endpoint is told. */
export class DeliveryDto {
  @ApiText(
    'The `webhook-id`, the same at each attempt.',
    'msg_8e03978e-40d5-43e8-bc93-6894a57f9324',
  )
  readonly id: string;

  @ApiText('The name of the endpoint.', 'ops') readonly endpoint: string;

  @ApiOneOf(WEBHOOK_EVENTS, 'What it tells: its `type` without `batch.`.', 'failed_days')
  readonly event: WebhookEvent;

  @ApiText('Of which batch.', TASK_ID) readonly task_id: string;
  @ApiText('Of which dataset.', 'weather') readonly dataset: string;

  @ApiInstant('When it was written: when that happened which it tells.')
  readonly created_at: string;

  @ApiOneOf(
    DELIVERY_STATES,
    'Whether it is still to be sent, was taken, or is not tried any more.',
    'pending',
  )
  readonly state: DeliveryState;

  @ApiCount('Attempts, since it was written or was asked for anew.', 2) readonly attempts: number;

  @ApiInstantOrNull(
    'When the next attempt is due; null for one that is due now, or where there is none.',
  )
  readonly next_attempt_at: string | null;

  @ApiInstantOrNull('When the last attempt began.') readonly last_attempt_at: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The HTTP status of the last attempt; null where there was no answer.',
    example: 500,
  })
  readonly last_status: number | null;

  @ApiModel(
    DeliveryErrorDto,
    'Why the last attempt failed, or it was given up.',
    { code: 'WEBHOOK_REFUSED', text: 'expected a status of 2xx, got 500' },
    NULLABLE,
  )
  readonly error: DeliveryErrorDto | null;
}

/** Somebody who is told. */
export class WebhookEndpointDto {
  @ApiText('Its name.', 'ops') readonly name: string;

  @ApiText('Its address as the datasets file writes it.', 'https://hooks.example.com/${HOOK}')
  readonly url: string;

  @ApiProperty({
    type: [String],
    enum: WEBHOOK_EVENTS,
    description: 'What it is told.',
    example: ['failed_days', 'failed'],
  })
  readonly on: readonly WebhookEvent[];

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Of which datasets; null for all.',
    example: null,
  })
  readonly datasets: readonly string[] | null;

  @ApiFlag('Whether it has answered 410 Gone and is told nothing since.', false)
  readonly gone: boolean;
}

export class DeliveryPageDto extends PageDto {
  @ApiModel([DeliveryDto], 'The deliveries, the newest first.', [])
  readonly items: readonly DeliveryDto[];

  @ApiModel([WebhookEndpointDto], 'Who is told, as the datasets file says.', [])
  readonly endpoints: readonly WebhookEndpointDto[];
}
