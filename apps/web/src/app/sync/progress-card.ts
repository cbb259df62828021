import { Component, computed, inject, input, output } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { isTerminal, type Progress } from '@daysync/progress';
import type { BatchDay } from '../api/wire';
import { FailedDays } from '../batches/failed-days';
import { BatchBadge } from '../design/badge';
import { Words } from '../i18n/words';
import { SegmentedBar } from '../live/segmented-bar';
import type { Trouble } from '../live/watch-state';
import { clockTime } from '../time/instant';
import { secondsWords } from '../time/duration';
import { injectTicks } from '../time/ticks';
import { BatchControls } from './batch-controls';
import { durationOf, headline, lookOf, segmentsOf, startedBy } from './progress-view';
import { WaitingNote } from './waiting-note';

/** The live picture of one batch: three lines, a bar, times, what it waits for, how it ended. */
@Component({
  selector: 'ds-progress-card',
  imports: [
    BatchBadge,
    BatchControls,
    FailedDays,
    MatButtonModule,
    RouterLink,
    SegmentedBar,
    WaitingNote,
  ],
  templateUrl: './progress-card.html',
  styleUrl: './progress-card.scss',
})
export class ProgressCard {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly now = injectTicks();

  readonly progress = input<Progress>();
  readonly trouble = input<Trouble>();
  /** The days of the batch, where the page has them; `null` until they have come. */
  readonly days = input<readonly BatchDay[] | null>();
  /** Whether a batch is looked for or its progress is on the way. */
  readonly isLoading = input(false);
  /** The reader wants to go on watching. */
  readonly resumed = output();
  /** The batch was paused, resumed or cancelled from here. */
  readonly changed = output<Progress>();
  /** The progress of the batch that tries the failed days again. */
  readonly retried = output<Progress>();
  /** The id of a running batch that is in the way of a retry. */
  readonly overlapped = output<string>();

  protected readonly lookOf = lookOf;
  protected readonly headline = (progress: Progress): string =>
    headline(progress, this.words.language());
  protected readonly clockTime = clockTime;
  protected readonly startedBy = startedBy;
  protected readonly segments = computed(() => {
    const progress = this.progress();
    return progress === undefined ? [] : segmentsOf(progress);
  });

  /** From its start to now, or to its end. */
  protected readonly elapsed = computed(() => {
    const progress = this.progress();
    const ms = progress && durationOf(progress, this.now());
    return ms === undefined ? undefined : this.words.say(secondsWords(ms));
  });
  /** How long ago it moved last. */
  protected readonly age = computed(() => {
    const progress = this.progress();
    if (progress === undefined) return undefined;
    const time = this.words.say(secondsWords(this.now() - Date.parse(progress.updated_at)));
    return this.t('progress.ago', { time });
  });
  protected readonly remaining = computed(() => {
    const eta = this.progress()?.eta;
    if (!eta) return undefined;
    const ms = Date.parse(eta.likely) - this.now();
    return ms < 1_000 ? this.t('progress.soon') : this.words.say(secondsWords(ms));
  });
  protected readonly hasEnded = computed(() => {
    const progress = this.progress();
    return progress !== undefined && isTerminal(progress.status);
  });
  protected readonly troubleText = computed(() => {
    const trouble = this.trouble();
    switch (trouble?.kind) {
      case undefined:
        return undefined;
      case 'unreachable':
        return this.t('watch.unreachable');
      case 'busy':
        return this.t('watch.busy');
      case 'refused': {
        const reason = this.words.known(`error.${trouble.code}`, trouble.code);
        return this.t('watch.refused', { reason });
      }
      case 'expired':
        return this.t('watch.expired');
    }
  });

  /** Seconds until a busy server is asked again; a server that is away is asked all the time. */
  protected readonly retryIn = computed(() => {
    const trouble = this.trouble();
    if (trouble?.kind !== 'busy') return undefined;
    return Math.max(0, Math.ceil((trouble.retryAt - this.now()) / 1_000));
  });

  /** Where the reader is when the button that was pressed goes with its batch. */
  protected leave(heading: HTMLElement): void {
    heading.focus();
  }
}
