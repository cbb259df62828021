import { Module } from '@nestjs/common';
import { DeliveryStore } from './delivery-store.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhooksService } from './webhooks.service.js';

/** The deliveries that batches leave in the outbox. */
@Module({
  providers: [DeliveryStore, WebhookSender, WebhooksService],
  exports: [WebhookSender, WebhooksService],
})
export class WebhooksModule {}
