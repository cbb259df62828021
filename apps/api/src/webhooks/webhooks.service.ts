import { Injectable } from '@nestjs/common';
import type { DeliveryRow } from '../database/schema.js';
import { ConfiguredEndpoints } from './configured-endpoints.js';
import { WebhookSender } from './webhook-sender.js';
import { DeliveryStore } from './delivery-store.js';
import {
  DeliveryDetailDto,
  DeliveryDto,
  DeliveryPageDto,
  DeliveryQueryDto,
  WebhookTestDto,
} from './webhooks.dto.js';

/** Lists deliveries and endpoints, and redelivers. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly store: DeliveryStore,
    private readonly sender: WebhookSender,
    private readonly endpoints: ConfiguredEndpoints,
  ) {}

  async list(query: DeliveryQueryDto): Promise<DeliveryPageDto> {
    const { endpoint, page, page_size, state, task_id: batchId } = query;
    const offset = (page - 1) * page_size;
    const { items, total } = await this.store.list({
      ...{ endpoint, state, batchId, limit: page_size, offset },
    });
    const gone = await this.store.gone();
    return {
      items: items.map(describeWebhook),
      endpoints: this.endpoints.list().map(({ datasets, name, on, writtenUrl: url }) => ({
        ...{ name, url, on, datasets, gone: gone.includes(name) },
      })),
      page,
      page_size,
      total,
    };
  }

  /** A delivery with its body; undefined where no delivery has the id. */
  async find(id: string): Promise<DeliveryDetailDto | undefined> {
    const delivery = await this.store.find(id);
    return delivery && { ...describeWebhook(delivery), payload: delivery.payload };
  }

  /** Sends a message to an endpoint to try it; undefined where no endpoint has the name. */
  async test(endpoint: string): Promise<WebhookTestDto | undefined> {
    const sent = await this.sender.test(endpoint);
    if (sent === undefined) return undefined;
    const { attempt, durationMs, id, payload } = sent;
    const error = attempt.kind === 'failed' ? { code: attempt.code, text: attempt.text } : null;
    return {
      ...{ id, endpoint, payload, delivered: error === null, status: attempt.status },
      ...{ error, duration_ms: durationMs },
    };
  }

  /** Sends a delivery again, or now instead of later; undefined where no delivery has the id. */
  async redeliver(id: string): Promise<DeliveryDto | undefined> {
    const delivery = await this.store.redeliver(id);
    if (delivery === undefined) return undefined;
    void this.sender.poll();
    return describeWebhook(delivery);
  }
}

function describeWebhook(row: DeliveryRow): Pick<DeliveryDto, keyof DeliveryDto> {
  const { attempts, created_at, dataset, endpoint, error_code, error_text, event, id } = row;
  const { last_attempt_at, last_status, next_attempt_at, state, batch_id } = row;
  return {
    ...{
      id,
      endpoint,
      event,
      task_id: batch_id === '' ? null : batch_id,
      dataset,
      created_at,
      state,
      attempts,
    },
    ...{ next_attempt_at, last_attempt_at, last_status },
    error: error_code === null ? null : { code: error_code, text: error_text ?? '' },
  };
}
