import { Component, computed, DestroyRef, effect, inject, input, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Router, RouterLink } from '@angular/router';
import { addressParams, isFiltered } from '../api/address-query';
import { lastKnown } from '../api/last-known';
import { problemOf, type RequestProblem } from '../api/problem';
import { noticesResource } from '../api/resources';
import { SyncApi } from '../api/sync-api';
import type { Notice, NoticeState } from '../api/wire';
import { lastPageOf, Pager } from '../design/pager';
import { ReadState } from '../design/read-state';
import { problemSentence } from '../i18n/problem-sentence';
import { injectNoticeWords } from '../i18n/webhook-words';
import { Words } from '../i18n/words';
import { injectBatchesKey, rereadOnChange } from '../live/reread';
import { Session } from '../session/session';
import { injectTicks } from '../time/server-clock';
import { NoticeEndpoints } from './webhook-endpoints';
import { ALL_NOTICES, NOTICE_STATES, readNoticesQuery, type NoticesQuery } from './webhooks-query';
import { NoticesTable } from './deliveries-table';

/** How often the list is read again: while something is to be sent, and while nothing is. */
const WAITING_MS = 3_000;
const QUIET_MS = 15_000;

/** What endpoints were told of batches, filtered; the address holds filters and page. */
@Component({
  selector: 'ds-notices-page',
  imports: [
    MatButtonModule,
    MatFormFieldModule,
    MatInputModule,
    NoticeEndpoints,
    NoticesTable,
    Pager,
    ReactiveFormsModule,
    ReadState,
    RouterLink,
  ],
  templateUrl: './webhooks-page.html',
  styleUrl: './webhooks-page.scss',
  host: { class: 'ds-page' },
})
export class NoticesPage {
  private readonly router = inject(Router);
  private readonly api = inject(SyncApi);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  private readonly ticks = injectTicks();
  protected readonly t = injectNoticeWords();
  protected readonly isViewer = inject(Session).isViewer;

  readonly endpoint = input<string>();
  readonly state = input<string>();
  readonly task_id = input<string>();
  readonly page = input<string>();

  protected readonly states = NOTICE_STATES;
  protected readonly example = EXAMPLE;
  protected readonly query = computed(() =>
    readNoticesQuery({
      endpoint: this.endpoint(),
      state: this.state(),
      task_id: this.task_id(),
      page: this.page(),
    }),
  );
  protected readonly leavesOut = computed(() => isFiltered(this.query()));
  protected readonly form = new FormGroup({
    endpoint: new FormControl('', { nonNullable: true }),
    state: new FormControl<NoticeState | ''>('', { nonNullable: true }),
  });

  protected readonly notices = noticesResource(
    computed(() => ({ ...this.query(), page_size: 20 })),
  );
  protected readonly shown = lastKnown(this.notices);
  protected readonly lastPage = computed(() => lastPageOf(this.shown()));

  /** The notice that is being asked for. */
  protected readonly asking = signal<string | undefined>(undefined);
  private readonly refusal = signal<RequestProblem | undefined>(undefined);
  protected readonly refused = computed(() => {
    const problem = this.refusal();
    return problem && problemSentence(problem, this.words);
  });
  /** What has been asked for, for those who do not see the row. */
  protected readonly note = signal<Notice | undefined>(undefined);

  constructor() {
    const batches = injectBatchesKey();
    const isWaiting = computed(
      () => this.shown()?.items.some(({ state }) => state === 'waiting') === true,
    );
    rereadOnChange(
      this.notices,
      computed(() => {
        const everyMs = isWaiting() ? WAITING_MS : QUIET_MS;
        return `${batches() ?? ''} ${Math.floor(this.ticks() / everyMs)}`;
      }),
    );
    // The address leads; the form follows it, and asks for another address when a person changes it.
    effect(() => {
      const { endpoint = '', state = '' } = this.query();
      this.form.setValue({ endpoint, state }, { emitEvent: false });
    });
    this.form.valueChanges.pipe(takeUntilDestroyed()).subscribe(() => {
      const { endpoint, state } = this.form.getRawValue();
      this.go({
        ...this.query(),
        endpoint: endpoint || undefined,
        state: state || undefined,
        page: 1,
      });
    });
  }

  protected again(notice: Notice): void {
    this.asking.set(notice.id);
    this.refusal.set(undefined);
    this.note.set(undefined);
    this.api
      .redeliver(notice.id)
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe({
        next: (asked) => {
          this.asking.set(undefined);
          this.note.set(asked);
          this.notices.reload();
        },
        error: (error: unknown) => {
          this.asking.set(undefined);
          this.refusal.set(problemOf(error));
        },
      });
  }

  protected turn(page: number): void {
    this.go({ ...this.query(), page });
  }

  protected clear(): void {
    if (this.leavesOut()) this.go(ALL_NOTICES);
  }

  private go(query: NoticesQuery): void {
    void this.router.navigate([], { queryParams: addressParams(query, ALL_NOTICES) });
  }
}

/** What to write into the datasets file. */
const EXAMPLE = `notices:
  - name: ops
    url: https://hooks.example.com/daysync
    secret: \${WEBHOOK_SECRET}
    on: [failed_days, failed, paused_by_itself]`;
