import { Component, input } from '@angular/core';
import type { WebhookEndpoint } from '../api/wire';
import { injectWebhookWords } from '../i18n/webhook-words';

/** The endpoints of the datasets file, with their events. */
@Component({
  selector: 'ds-webhook-endpoints',
  template: `
    <h2>{{ t('webhooks.endpoints') }}</h2>
    <ul>
      @for (endpoint of endpoints(); track endpoint.name) {
        <li>
          <b>{{ endpoint.name }}</b>
          <code>{{ endpoint.url }}</code>
          <span class="ds-quiet">{{ said(endpoint) }}</span>
          @if (endpoint.gone) {
            <p class="ds-message warning">{{ t('webhooks.gone') }}</p>
          }
        </li>
      }
    </ul>
  `,
  styles: `
    :host {
      gap: 8px;
    }
    ul {
      display: grid;
      gap: 8px;
    }
    li {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 2px 12px;
      overflow-wrap: anywhere;
    }
    code {
      font: 13px/20px var(--ds-font-mono);
      color: var(--mat-sys-on-surface-variant);
    }
    p {
      flex: 1 0 100%;
    }
  `,
})
export class WebhookEndpoints {
  protected readonly t = injectWebhookWords();
  readonly endpoints = input.required<readonly WebhookEndpoint[]>();

  /** Its events, and its datasets unless it gets all. */
  protected said({ datasets, on }: WebhookEndpoint): string {
    const and = this.t('preview.and');
    const events = on.map((event) => this.t(`webhook.event.${event}`)).join(and);
    return datasets === null
      ? events
      : this.t('webhooks.of_datasets', { events, datasets: datasets.join(and) });
  }
}
