import { Component, DestroyRef, inject, input, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import { problemOf } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import type { WebhookEndpoint, WebhookTest } from '../api/wire';
import { problemSentence } from '../i18n/problem-sentence';
import { injectWebhookWords } from '../i18n/webhook-words';
import { Words } from '../i18n/words';
import { Session } from '../session/session';

/** What came of the last test message to an endpoint. */
type Tested = WebhookTest | { readonly endpoint: string; readonly reason: string };

/** The endpoints of the datasets file, with their events and a button that sends a test message. */
@Component({
  selector: 'ds-webhook-endpoints',
  imports: [MatButtonModule],
  template: `
    <h2>{{ t('webhooks.endpoints') }}</h2>
    <ul>
      @for (endpoint of endpoints(); track endpoint.name) {
        <li>
          <div class="facts">
            <b>{{ endpoint.name }}</b>
            <code>{{ endpoint.url }}</code>
            <span class="ds-quiet">{{ said(endpoint) }}</span>
          </div>
          @if (!isViewer()) {
            <button
              matButton="outlined"
              type="button"
              disabledInteractive
              [disabled]="sending() !== undefined"
              [attr.aria-label]="t('webhooks.test_what', { endpoint: endpoint.name })"
              (click)="test(endpoint)"
            >
              {{ t('webhooks.test') }}
            </button>
          }
          @if (endpoint.gone) {
            <p class="ds-message warning">{{ t('webhooks.gone') }}</p>
          }
          <div class="outcome" role="status">
            @if (sending() === endpoint.name) {
              <p class="ds-quiet">{{ t('webhooks.testing', { endpoint: endpoint.name }) }}</p>
            } @else if (tested(); as came) {
              @if (came.endpoint === endpoint.name) {
                <p class="ds-message" [class]="isGood(came) ? 'success' : 'failed'">
                  {{ outcome(came) }}
                </p>
              }
            }
          </div>
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
      gap: 12px;
    }
    li {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px 12px;
      overflow-wrap: anywhere;
    }
    .facts {
      display: flex;
      flex: 1 1 240px;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 2px 12px;
    }
    code {
      font: 13px/20px var(--ds-font-mono);
      color: var(--mat-sys-on-surface-variant);
    }
    li > p,
    .outcome {
      flex: 1 0 100%;
    }
  `,
})
export class WebhookEndpoints {
  private readonly api = inject(SyncApi);
  private readonly destroyRef = inject(DestroyRef);
  private readonly words = inject(Words);
  protected readonly t = injectWebhookWords();
  protected readonly isViewer = inject(Session).isViewer;

  readonly endpoints = input.required<readonly WebhookEndpoint[]>();

  /** The name of the endpoint that a test message is on its way to. */
  protected readonly sending = signal<string | undefined>(undefined);
  protected readonly tested = signal<Tested | undefined>(undefined);

  protected test({ name: endpoint }: WebhookEndpoint): void {
    if (this.sending() !== undefined) return;
    this.sending.set(endpoint);
    this.tested.set(undefined);
    const settle = (tested: Tested): void => {
      this.sending.set(undefined);
      this.tested.set(tested);
    };
    this.api
      .testEndpoint(endpoint)
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe({
        next: settle,
        error: (error: unknown) => {
          settle({ endpoint, reason: problemSentence(problemOf(error), this.words) });
        },
      });
  }

  protected isGood(came: Tested): boolean {
    return 'delivered' in came && came.delivered;
  }

  protected outcome(came: Tested): string {
    if ('reason' in came) return this.t('webhooks.test_refused', { reason: came.reason });
    const { duration_ms: ms, error, status } = came;
    if (error === null) return this.t('webhooks.test_good', { status: status ?? 0, ms });
    const reason = this.words.known(`error.${error.code}`, error.text);
    return status === null
      ? this.t('webhooks.test_unanswered', { reason })
      : this.t('webhooks.test_bad', { reason, status });
  }

  /** Its events, and its datasets unless it gets all. */
  protected said({ datasets, on }: WebhookEndpoint): string {
    const and = this.t('preview.and');
    const events = on.map((event) => this.t(`webhook.event.${event}`)).join(and);
    return datasets === null
      ? events
      : this.t('webhooks.of_datasets', { events, datasets: datasets.join(and) });
  }
}
