import { Component, computed, effect, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import { BatchBadge } from '../design/badge';
import { BatchNames } from '../design/batch-names';
import { Words } from '../i18n/words';
import { SegmentedBar } from '../design/segmented-bar';
import { durationOf, displayStatus, startedBy } from '../design/progress-view';
import { durationWords, secondsWords } from '../i18n/duration';
import { injectNow } from '../time/server-clock';

/** Batches, a row each; on a phone a card each. The range links to the page of a batch. */
@Component({
  selector: 'ds-batches-table',
  imports: [BatchBadge, RouterLink, SegmentedBar],
  templateUrl: './batches-table.html',
  styleUrl: './batches-table.scss',
})
export class BatchesTable {
  private readonly now = injectNow();
  private readonly words = inject(Words);
  protected readonly t = this.words.t;

  readonly batches = input.required<readonly Progress[]>();

  /** Without tokens, users have no names. */
  protected readonly hasNames = computed(() =>
    this.batches().some(({ started_by }) => started_by !== null),
  );
  protected readonly names = inject(BatchNames);
  protected readonly startedBy = startedBy;
  protected readonly displayStatus = displayStatus;
  protected readonly instantText = this.words.instant;

  constructor() {
    effect(() => {
      for (const { dataset } of this.batches()) this.names.want(dataset);
    });
  }

  protected duration(batch: Progress): string {
    const ms = durationOf(batch, this.now());
    if (ms === undefined) return '—';
    // An active batch ticks in whole seconds, as on its own page.
    return this.words.say(batch.finished_at === null ? secondsWords(ms) : durationWords(ms));
  }
}
