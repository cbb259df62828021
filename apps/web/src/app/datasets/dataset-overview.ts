import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { commonRange, type DayRange, type Progress, type SyncMode } from '@daysync/progress';
import type { Dataset } from '../api/wire';
import { dayParams } from '../day-panel/day-address';
import { StartHere } from '../start/start-here';
import { elsewhereSentence, incompleteSentence } from '../start/target-sentences';
import { BatchBadge } from '../design/badge';
import { BatchNames } from '../design/batch-names';
import { FreshnessNote } from '../design/freshness-note';
import { UnreadableRowsNote } from '../design/unreadable-rows';
import { injectDatasetWords } from '../i18n/dataset-words';
import { injectDetail } from '../i18n/detail';
import { startParams } from '../start/start-values';
import { Words } from '../i18n/words';
import { shownBatch } from '../live/known-batches';
import { isActive } from '../live/watch-state';
import { Session } from '../session/session';
import { displayStatus } from '../design/progress-view';
import { attentionNotes } from './attention';
import { AttentionNotes } from './attention-notes';

/** Days to start in place. */
interface StartedDays {
  readonly ranges: readonly DayRange[];
  /** Which of them. */
  readonly days: SyncMode;
}

/** One dataset: its days, its last batch and its last failure. */
@Component({
  selector: 'ds-dataset-overview',
  imports: [
    AttentionNotes,
    BatchBadge,
    FreshnessNote,
    MatButtonModule,
    RouterLink,
    StartHere,
    UnreadableRowsNote,
  ],
  templateUrl: './dataset-overview.html',
  styleUrl: './dataset-overview.scss',
})
export class DatasetOverview {
  private readonly words = inject(Words);
  protected readonly t = injectDatasetWords();
  protected readonly detail = injectDetail();
  protected readonly known = this.words.known;
  protected readonly language = this.words.language;
  protected readonly names = inject(BatchNames);
  private readonly isViewer = inject(Session).isViewer;

  readonly dataset = input.required<Dataset>();
  /** The known batches of all datasets: badges update live. */
  readonly batches = input<readonly (Progress | undefined)[]>([]);

  protected readonly needsAttention = computed(() => attentionNotes(this.dataset()).length > 0);
  protected readonly coverage = computed(() => this.dataset().coverage);
  /** From the first day of the first gap to the last day of the last one, for users who may start batches. */
  protected readonly fillable = computed(() =>
    this.isViewer() || this.filling() ? null : this.coverage().gaps.range,
  );
  protected readonly elsewhere = computed(() => elsewhereSentence(this.words, this.coverage()));
  protected readonly incomplete = computed(() => incompleteSentence(this.words, this.coverage()));
  /** The days that lack a column, for users who may start batches. */
  protected readonly completable = computed(() =>
    this.isViewer() ? null : this.coverage().incomplete,
  );
  /** The days that are in an earlier target that is still there, for users who may start batches. */
  protected readonly movable = computed(() => {
    const { elsewhere } = this.coverage();
    return this.isViewer() || (elsewhere?.tables.length ?? 0) === 0 ? null : elsewhere;
  });
  /** The form that verifies all synced days, for users who may start batches. */
  protected readonly verifyParams = computed(() => {
    const { first_synced: start_date, last_synced: end_date } = this.coverage();
    if (this.isViewer() || start_date === null || end_date === null) return null;
    const how = { mode: 'verify_report', order: 'asc' } as const;
    return startParams(this.dataset().name, { start_date, end_date }, how);
  });
  protected readonly lastBatch = computed(() =>
    shownBatch(this.coverage().last_batch, this.batches()),
  );
  /** The active batch that has days of the gaps: another one can't have them. */
  protected readonly filling = computed(() => {
    const { range } = this.coverage().gaps;
    return this.batches().find(
      (batch) =>
        batch?.dataset === this.dataset().name &&
        isActive(batch) &&
        range !== null &&
        commonRange(batch, range) !== undefined,
    );
  });
  /** The days that are being started. */
  protected readonly starting = linkedSignal<string, StartedDays | undefined>({
    source: () => this.dataset().name,
    computation: () => undefined,
  });
  protected readonly dayParams = dayParams;
  protected readonly displayStatus = displayStatus;
  protected readonly instantText = this.words.instant;

  protected start(range: DayRange, days: SyncMode = 'missing_and_failed'): void {
    // The buttons can have the focus while a start is open.
    if (this.starting() !== undefined) return;
    this.starting.set({ ranges: [range], days });
  }

  protected count(days: number): string {
    return this.words.number(days);
  }
}
