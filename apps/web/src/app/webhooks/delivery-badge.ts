import { Component, computed, input } from '@angular/core';
import type { Delivery } from '../api/wire';
import { StatusIcon } from '../design/badge';
import { injectWebhookWords } from '../i18n/webhook-words';

/** The state of a delivery as icon, word and colour; a pending one that has failed before has its own. */
@Component({
  selector: 'ds-delivery-badge',
  imports: [StatusIcon],
  template: `<ds-status-icon [status]="shown().icon" />{{ t(shown().word) }}`,
  host: { '[attr.data-tone]': 'shown().tone' },
  styleUrl: '../design/badge.scss',
})
export class DeliveryBadge {
  protected readonly t = injectWebhookWords();
  readonly delivery = input.required<Delivery>();
  protected readonly shown = computed(() => SHOWN[displayState(this.delivery())]);
}

const SHOWN = {
  pending: { icon: 'queued', tone: 'skipped', word: 'delivery.state.pending' },
  retried: { icon: 'partly_failed', tone: 'warning', word: 'delivery.state.retried' },
  delivered: { icon: 'success', tone: 'success', word: 'delivery.state.delivered' },
  failed: { icon: 'failed', tone: 'failed', word: 'delivery.state.failed' },
} as const;

function displayState({ error, state }: Delivery): keyof typeof SHOWN {
  if (state !== 'pending') return state;
  return error === null ? state : 'retried';
}
