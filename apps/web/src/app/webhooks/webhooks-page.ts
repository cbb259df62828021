import {
  Component,
  computed,
  DestroyRef,
  inject,
  input,
  linkedSignal,
  signal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Router, RouterLink } from '@angular/router';
import { addressParams, isFiltered, type TextOf } from '../api/address-query';
import { lastKnown } from '../api/last-known';
import { problemOf, type RequestProblem } from '../api/problem';
import { deliveriesResource } from '../api/resources';
import { SyncApi } from '../api/sync-api';
import type { Delivery } from '../api/wire';
import { lastPageOf, Pager } from '../design/pager';
import { ReadState } from '../design/read-state';
import { problemSentence } from '../i18n/problem-sentence';
import { injectWebhookWords } from '../i18n/webhook-words';
import { Words } from '../i18n/words';
import { injectBatchesKey, rereadOnChange } from '../live/reread';
import { Session } from '../session/session';
import { injectNow } from '../time/server-clock';
import { WebhookEndpoints } from './webhook-endpoints';
import {
  ALL_DELIVERIES,
  DELIVERY_STATES,
  readDeliveriesQuery,
  type DeliveriesQuery,
} from './webhooks-query';
import { DeliveriesTable } from './deliveries-table';

/** How often the list is read again: while a delivery is pending, and while none is. */
const PENDING_MS = 3_000;
const QUIET_MS = 15_000;

/** The deliveries to the configured endpoints, filtered; filters and page are in the address. */
@Component({
  selector: 'ds-webhooks-page',
  imports: [
    MatButtonModule,
    MatFormFieldModule,
    MatInputModule,
    WebhookEndpoints,
    DeliveriesTable,
    Pager,
    ReadState,
    RouterLink,
  ],
  templateUrl: './webhooks-page.html',
  styleUrl: './webhooks-page.scss',
  host: { class: 'ds-page' },
})
export class WebhooksPage {
  private readonly router = inject(Router);
  private readonly api = inject(SyncApi);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  private readonly ticks = injectNow();
  protected readonly t = injectWebhookWords();
  protected readonly isViewer = inject(Session).isViewer;

  readonly endpoint = input<string>();
  readonly state = input<string>();
  readonly task_id = input<string>();
  readonly page = input<string>();

  protected readonly states = DELIVERY_STATES;
  protected readonly example = EXAMPLE;
  protected readonly query = computed(() =>
    readDeliveriesQuery({
      endpoint: this.endpoint(),
      state: this.state(),
      task_id: this.task_id(),
      page: this.page(),
    }),
  );
  protected readonly leavesOut = computed(() => isFiltered(this.query()));
  /** The chosen filters: those of the address, until the user chooses others. */
  protected readonly filter = linkedSignal(() => this.query());

  protected readonly deliveries = deliveriesResource(
    computed(() => ({ ...this.query(), page_size: 20 })),
  );
  protected readonly shown = lastKnown(this.deliveries);
  protected readonly lastPage = computed(() => lastPageOf(this.shown()));

  /** The id of the delivery that is being requested again. */
  protected readonly requesting = signal<string | undefined>(undefined);
  private readonly refusal = signal<RequestProblem | undefined>(undefined);
  protected readonly refused = computed(() => {
    const problem = this.refusal();
    return problem && problemSentence(problem, this.words);
  });
  /** The delivery that was requested again: announced to screen readers too. */
  protected readonly requested = signal<Delivery | undefined>(undefined);

  constructor() {
    const batches = injectBatchesKey();
    const isPending = computed(
      () => this.shown()?.items.some(({ state }) => state === 'pending') === true,
    );
    rereadOnChange(
      this.deliveries,
      computed(() => {
        const everyMs = isPending() ? PENDING_MS : QUIET_MS;
        return `${batches() ?? ''} ${Math.floor(this.ticks() / everyMs)}`;
      }),
    );
  }

  protected choose(changed: TextOf<DeliveriesQuery>): void {
    const { endpoint, state, task_id } = this.filter();
    this.filter.set(readDeliveriesQuery({ endpoint, state, task_id, ...changed }));
    this.go(this.filter());
  }

  protected redeliver(delivery: Delivery): void {
    this.requesting.set(delivery.id);
    this.refusal.set(undefined);
    this.requested.set(undefined);
    this.api
      .redeliver(delivery.id)
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe({
        next: (requested) => {
          this.requesting.set(undefined);
          this.requested.set(requested);
          this.deliveries.reload();
        },
        error: (error: unknown) => {
          this.requesting.set(undefined);
          this.refusal.set(problemOf(error));
        },
      });
  }

  protected turn(page: number): void {
    this.go({ ...this.query(), page });
  }

  protected clear(): void {
    if (this.leavesOut()) this.go(ALL_DELIVERIES);
  }

  private go(query: DeliveriesQuery): void {
    void this.router.navigate([], { queryParams: addressParams(query, ALL_DELIVERIES) });
  }
}

/** An entry of the datasets file. */
const EXAMPLE = `webhooks:
  - name: ops
    url: https://hooks.example.com/daysync
    secret: \${WEBHOOK_SECRET}
    on: [failed_days, failed, paused_by_itself]`;
