import { Component, computed, DestroyRef, inject, input, linkedSignal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import type { DayMark, SyncRecord } from '../api/wire';
import { UnusualSign } from '../design/unusual-sign';
import { injectDetail } from '../i18n/detail';
import { durationWords } from '../i18n/duration';
import { injectMarkWords } from '../i18n/mark-words';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { RecordEdits } from '../live/record-edits';
import { Session } from '../session/session';

/** What the rows of a day are marked for: what is usual, and what came. An operator can accept the day as it is. */
@Component({
  selector: 'ds-day-marks',
  imports: [MatButtonModule, UnusualSign],
  template: `
    <div class="ds-message" [class.warning]="!isAccepted()">
      @if (!isAccepted()) {
        <ds-unusual-sign />
      }
      <ul>
        @for (sentence of sentences(); track $index) {
          <li>{{ sentence }}</li>
        }
      </ul>
      @if (acceptance(); as accepted) {
        <p class="accepted">{{ accepted }}</p>
      } @else if (!isViewer()) {
        <p class="ds-quiet">{{ t('marks.hint') }}</p>
        <button
          matButton="outlined"
          type="button"
          disabledInteractive
          [disabled]="state().isSending"
          (click)="accept()"
        >
          {{ t('marks.accept') }}
        </button>
      }
      <div role="alert">
        @if (refused(); as reason) {
          <p>{{ t('marks.refused', { reason }) }}</p>
        }
      </div>
    </div>
  `,
  styles: `
    .ds-message {
      display: grid;
      justify-items: start;
      gap: 8px;
    }
    ul {
      margin: 0;
      padding-inline-start: 20px;
    }
    [role='alert']:empty {
      display: none;
    }
  `,
})
export class DayMarks {
  private readonly api = inject(SyncApi);
  private readonly destroyRef = inject(DestroyRef);
  private readonly edits = inject(RecordEdits);
  private readonly words = inject(Words);
  private readonly detail = injectDetail();
  protected readonly t = injectMarkWords();
  protected readonly isViewer = inject(Session).isViewer;

  /** A record with marks. */
  readonly record = input.required<SyncRecord>();

  protected readonly sentences = computed(() =>
    this.record().marks.map((mark) => this.sentenceOf(mark)),
  );
  protected readonly isAccepted = computed(() => this.record().accepted_at !== null);
  protected readonly acceptance = computed(() => {
    const { accepted_at, accepted_by: name } = this.record();
    if (accepted_at === null) return undefined;
    const at = this.words.instant(accepted_at);
    return name === null
      ? this.t('marks.accepted', { at })
      : this.t('marks.accepted_by', { at, name });
  });
  /** Begins anew with each record that comes. */
  protected readonly state = linkedSignal<
    SyncRecord,
    { readonly isSending: boolean; readonly problem?: RequestProblem }
  >({
    source: this.record,
    computation: () => ({ isSending: false }),
  });
  protected readonly refused = computed(() => {
    const { problem } = this.state();
    return problem && problemSentence(problem, this.words);
  });

  protected accept(): void {
    if (this.state().isSending) return;
    this.state.set({ isSending: true });
    const { dataset, day } = this.record();
    this.api
      .acceptDay(dataset, day)
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe({
        // The pages read the record again.
        next: () => this.edits.note(),
        error: (error: unknown) => this.state.set({ isSending: false, problem: problemOf(error) }),
      });
  }

  private sentenceOf({ days, kind, median, of, text, value }: DayMark): string {
    if (kind === 'check_warned' || days === null || median === null || value === null) {
      return this.t('marks.check', { detail: this.detail(text) });
    }
    const written = (figure: number): string =>
      of === 'duration'
        ? this.words.say(durationWords(figure))
        : this.words.number(Math.round(figure));
    return this.t(of === 'duration' ? 'marks.duration' : 'marks.rows', {
      ...{ days, median: written(median), value: written(value) },
    });
  }
}
