import { Component, computed, inject, input } from '@angular/core';
import { lastKnownOf } from '../api/last-known';
import { deliveryResource } from '../api/resources';
import { ReadState } from '../design/read-state';
import { injectWebhookWords } from '../i18n/webhook-words';
import { Words } from '../i18n/words';

/** The body of a delivery, indented for reading. */
@Component({
  selector: 'ds-delivery-payload',
  imports: [ReadState],
  template: `
    @if (payload(); as text) {
      <p class="ds-quiet">{{ t('webhooks.payload_hint', { bytes: size() }) }}</p>
      <pre role="region" tabindex="0" [attr.aria-label]="t('webhooks.payload')">{{ text }}</pre>
    } @else {
      <ds-read-state
        [read]="read"
        failed="webhooks.payload_unread"
        loading="webhooks.payload_loading"
      >
        <span class="ds-skeleton" style="height: 120px"></span>
      </ds-read-state>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 4px;
      grid-template-columns: minmax(0, 1fr);
    }
    pre {
      max-height: 420px;
      margin: 0;
      padding: 12px 16px;
      overflow: auto;
      border-radius: 8px;
      background: var(--mat-sys-surface-container-low);
      font: 13px/20px var(--ds-font-mono);
    }
  `,
})
export class DeliveryPayload {
  private readonly words = inject(Words);
  protected readonly t = injectWebhookWords();

  /** The id of the delivery. */
  readonly delivery = input.required<string>();

  protected readonly read = deliveryResource(computed(() => ({ id: this.delivery() })));
  private readonly shown = lastKnownOf(this.read, this.delivery);
  protected readonly payload = computed(() => {
    const shown = this.shown();
    return shown && indented(shown.payload);
  });
  protected readonly size = computed(() =>
    this.words.number(new TextEncoder().encode(this.shown()?.payload).length),
  );
}

/** JSON with a key a line; any other text as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
