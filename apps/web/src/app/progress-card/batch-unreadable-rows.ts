import { Component, computed, inject, input } from '@angular/core';
import { lastKnownOf } from '../api/last-known';
import { batchUnreadableRowsResource } from '../api/resources';
import { UnreadableRowsNote } from '../design/unreadable-rows';
import { injectProblem } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';

/** The rows without a readable day that a batch has met. */
@Component({
  selector: 'ds-batch-unreadable-rows',
  imports: [UnreadableRowsNote],
  template: `
    <ds-unreadable-rows [count]="count()" [rows]="rows()" [quarantined]="quarantined()" />
    @if (problem(); as reason) {
      <p class="ds-quiet">{{ t('unreadable.unread', { reason }) }}</p>
    }
  `,
  host: { role: 'group', '[attr.aria-label]': "t('unreadable.heading')" },
})
export class UnreadableRowsOfBatch {
  protected readonly t = inject(Words).t;

  readonly batchId = input.required<string>();
  readonly count = input.required<number>();

  /** They are read again when the file has others. */
  private readonly read = batchUnreadableRowsResource(
    computed(() => ({ batchId: this.batchId(), count: this.count() })),
  );
  private readonly known = lastKnownOf(this.read, this.batchId);
  protected readonly rows = computed(() => this.known()?.items ?? []);
  // A server of an older version does not say it.
  protected readonly quarantined = computed(() => this.known()?.quarantined ?? 0);
  protected readonly problem = injectProblem(() => this.read);
}
