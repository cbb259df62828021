import { Component, computed, effect, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Progress } from '@daysync/progress';
import { BatchBadge } from '../design/badge';
import { BatchNames } from '../design/batch-names';
import { Words } from '../i18n/words';
import { SegmentedBar } from '../design/segmented-bar';
import { doneDays, durationOf, displayStatus, startedBy } from '../design/progress-view';
import { durationWords, secondsWords } from '../i18n/duration';
import { injectNow } from '../time/server-clock';

/** A batch, and its place in the queue where the list has it. */
type TableBatch = Progress & { readonly queue_place?: number | null };

type TallyWord =
  | 'batches.success'
  | 'batches.failed'
  | 'batches.skipped'
  | 'progress.done_running'
  | 'progress.done_not_run';

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

  readonly batches = input.required<readonly TableBatch[]>();

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

  /** The place of a batch that still waits for its turn. */
  protected place({ queue_place, status }: TableBatch): number | undefined {
    return status === 'queued' ? (queue_place ?? undefined) : undefined;
  }

  /** The finished days, and what became of them; what there is not is left out. */
  protected tally(batch: Progress): string {
    const { failed, repaired, running, skipped, success, total } = batch;
    const { done, notRun } = doneDays(batch);
    const count = (word: TallyWord, days: number): string | false =>
      days > 0 && this.t(word, { count: days });
    const parts = [
      this.t('batches.done', { done, total }),
      count('batches.success', success),
      count('batches.failed', failed),
      repaired > 0 && this.t('failures.repaired', { count: repaired, total: failed }),
      count('batches.skipped', skipped - notRun),
      count('progress.done_running', running),
      count('progress.done_not_run', notRun),
    ];
    return parts.filter((part) => part !== false).join(' · ');
  }

  protected duration(batch: Progress): string {
    const ms = durationOf(batch, this.now());
    if (ms === undefined) return '—';
    // An active batch ticks in whole seconds, as on its own page.
    return this.words.say(batch.finished_at === null ? secondsWords(ms) : durationWords(ms));
  }
}
