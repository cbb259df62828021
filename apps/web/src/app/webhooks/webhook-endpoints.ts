import { Component, input } from '@angular/core';
import type { NoticeEndpoint } from '../api/wire';
import { injectNoticeWords } from '../i18n/webhook-words';

/** Who is told what, as the datasets file says. */
@Component({
  selector: 'ds-notice-endpoints',
  template: `
    <h2>{{ t('notices.endpoints') }}</h2>
    <ul>
      @for (endpoint of endpoints(); track endpoint.name) {
        <li>
          <b>{{ endpoint.name }}</b>
          <code>{{ endpoint.url }}</code>
          <span class="ds-quiet">{{ said(endpoint) }}</span>
          @if (endpoint.gone) {
            <p class="ds-notice warning">{{ t('notices.gone') }}</p>
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
export class NoticeEndpoints {
  protected readonly t = injectNoticeWords();
  readonly endpoints = input.required<readonly NoticeEndpoint[]>();

  /** What it is told, of which datasets. */
  protected said({ datasets, on }: NoticeEndpoint): string {
    const and = this.t('preview.and');
    const events = on.map((event) => this.t(`notice.event.${event}`)).join(and);
    return datasets === null
      ? events
      : this.t('notices.of_datasets', { events, datasets: datasets.join(and) });
  }
}
