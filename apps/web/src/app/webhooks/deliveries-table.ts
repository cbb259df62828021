import { Component, computed, effect, inject, input, output, signal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Delivery } from '../api/wire';
import { BatchNames } from '../design/batch-names';
import { injectWebhookWords } from '../i18n/webhook-words';
import { Words } from '../i18n/words';
import { Session } from '../session/session';
import { secondsWords } from '../i18n/duration';
import { injectNow } from '../time/server-clock';
import { DeliveryBadge } from './delivery-badge';
import { DeliveryPayload } from './delivery-payload';

/** Deliveries, a row each; on a phone a card each. */
@Component({
  selector: 'ds-deliveries-table',
  imports: [MatButtonModule, DeliveryBadge, DeliveryPayload, RouterLink],
  templateUrl: './deliveries-table.html',
  styleUrl: './deliveries-table.scss',
})
export class DeliveriesTable {
  private readonly words = inject(Words);
  private readonly now = injectNow();
  protected readonly t = injectWebhookWords();
  protected readonly known = this.words.known;
  protected readonly names = inject(BatchNames);
  protected readonly isViewer = inject(Session).isViewer;

  readonly deliveries = input.required<readonly Delivery[]>();
  /** The id of the delivery that is being requested again. */
  readonly requesting = input<string>();
  readonly redeliver = output<Delivery>();

  protected readonly instantText = this.words.instant;
  protected readonly isBusy = computed(() => this.requesting() !== undefined);

  /** The id of the delivery whose body is shown. */
  protected readonly opened = signal<string | undefined>(undefined);

  constructor() {
    effect(() => {
      for (const { dataset } of this.deliveries()) this.names.want(dataset);
    });
  }

  protected open({ id }: Delivery): void {
    this.opened.update((opened) => (opened === id ? undefined : id));
  }

  protected press(delivery: Delivery): void {
    if (!this.isBusy() && !this.isViewer()) this.redeliver.emit(delivery);
  }

  protected wordOf({ state }: Delivery): 'webhooks.again' | 'webhooks.at_once' {
    return state === 'pending' ? 'webhooks.at_once' : 'webhooks.again';
  }

  /** When the next attempt is due. */
  protected next({ next_attempt_at, state }: Delivery): string {
    if (state !== 'pending') return '—';
    const ms = next_attempt_at === null ? 0 : Date.parse(next_attempt_at) - this.now();
    if (ms < 1_000) return this.t('webhooks.now');
    return this.t('webhooks.in', { time: this.words.say(secondsWords(ms)) });
  }
}
