import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import type { CalendarDay } from '@daysync/progress';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import type { DayHistoryPage } from '../api/wire';
import { problemSentence } from '../i18n/problem-sentence';
import { injectDayWords } from '../i18n/day-words';
import { Words } from '../i18n/words';
import { RecordEdits } from '../live/record-edits';
import { Session } from '../session/session';
import { SettleForm } from './settle-form';

interface SettlementState {
  readonly isSending: boolean;
  readonly problem?: RequestProblem;
}

/**
 * Whether data is expected for a day. An operator can mark a missing day as not expected; a marked one says who has marked
 * it, when and why, and the mark can be taken back.
 */
@Component({
  selector: 'ds-day-settlement',
  // It has the focus when the pressed button is gone.
  host: { tabindex: '-1' },
  imports: [MatButtonModule, SettleForm],
  template: `
    @if (settlement(); as marked) {
      <div class="ds-message">
        <p>{{ sentence() }}</p>
        <p class="reason">{{ t('settle.why', { reason: marked.reason }) }}</p>
        @if (!isViewer()) {
          <button
            matButton="outlined"
            type="button"
            disabledInteractive
            [disabled]="state().isSending"
            (click)="takeBack()"
          >
            {{ t('settle.take_back') }}
          </button>
        }
        <div role="alert">
          @if (refused(); as reason) {
            <p>{{ t('settle.take_back_refused', { reason }) }}</p>
          }
        </div>
      </div>
    } @else if (!page().expected) {
      <p class="ds-quiet">{{ t('panel.not_expected') }}</p>
    } @else if (canSettle() || isOpen()) {
      <button
        matButton="outlined"
        type="button"
        disabledInteractive
        [disabled]="isOpen()"
        [attr.aria-expanded]="isOpen()"
        (click)="isOpen.set(true)"
      >
        {{ t('settle.open') }}
      </button>
      @if (isOpen()) {
        <ds-settle-form
          [dataset]="dataset()"
          [range]="{ start_date: day(), end_date: day() }"
          (closed)="isOpen.set(false)"
        />
      }
    }
    <div role="status">{{ done() }}</div>
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      justify-items: start;
      gap: 12px;
    }
    ds-settle-form,
    .ds-message {
      inline-size: 100%;
    }
    .ds-message {
      display: grid;
      justify-items: start;
      gap: 8px;
    }
    .reason {
      overflow-wrap: anywhere;
      white-space: pre-line;
    }
    [role='alert']:empty,
    [role='status']:empty {
      display: none;
    }
  `,
})
export class DaySettlement {
  private readonly api = inject(SyncApi);
  private readonly edits = inject(RecordEdits);
  private readonly words = inject(Words);
  protected readonly t = injectDayWords();
  protected readonly isViewer = inject(Session).isViewer;

  readonly dataset = input.required<string>();
  readonly day = input.required<CalendarDay>();
  readonly page = input.required<DayHistoryPage>();

  protected readonly settlement = computed(() => this.page().settlement);
  protected readonly sentence = computed(() => {
    const settlement = this.settlement();
    if (settlement === null) return '';
    const { settled_at, settled_by: name } = settlement;
    const at = this.words.instant(settled_at);
    return name === null ? this.t('settle.at', { at }) : this.t('settle.by', { at, name });
  });
  /** What has become of a mark while the day is shown. */
  protected readonly done = linkedSignal<
    { readonly day: string; readonly isMarked: boolean },
    string
  >({
    source: () => ({
      day: `${this.dataset()} ${this.day()}`,
      isMarked: this.settlement() !== null,
    }),
    computation: (now, before) => {
      if (before === undefined || before.source.day !== now.day) return '';
      if (before.source.isMarked === now.isMarked) return before.value;
      return now.isMarked ? this.t('settle.marked') : this.t('settle.unmarked');
    },
  });
  /** Whether the day is missing, and no batch has it now. */
  protected readonly canSettle = computed(() => {
    const { items, missing } = this.page();
    const isOpen = items.some(({ state }) => state === 'running' || state === 'pending');
    return !this.isViewer() && missing && !isOpen;
  });
  protected readonly isOpen = linkedSignal<string, boolean>({
    source: () => `${this.dataset()} ${this.day()}`,
    computation: () => false,
  });
  /** Begins anew with each day, and each mark. */
  protected readonly state = linkedSignal<string, SettlementState>({
    source: () => `${this.dataset()} ${this.day()} ${this.settlement()?.settled_at ?? ''}`,
    computation: () => ({ isSending: false }),
  });
  protected readonly refused = computed(() => {
    const { problem } = this.state();
    return problem && problemSentence(problem, this.words);
  });

  protected takeBack(): void {
    if (this.state().isSending) return;
    const sending: SettlementState = { isSending: true };
    this.state.set(sending);
    // It is never broken off, and the pages read the day again.
    this.api
      .takeBackDays(this.dataset(), { start_date: this.day(), end_date: this.day() })
      .subscribe({
        next: () => this.edits.note(),
        error: (error: unknown) => {
          this.edits.note();
          // The panel may show another day by now.
          if (this.state() !== sending) return;
          this.state.set({ isSending: false, problem: problemOf(error) });
        },
      });
  }
}
