import { Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { countDays, type DayRange } from '@daysync/progress';
import { SettleForm } from '../day-panel/settle-form';
import { injectDayWords } from '../i18n/day-words';
import { RecordEdits } from '../live/record-edits';
import { StartHere } from '../start/start-here';

/** The most gaps in the list. */
const MOST_ROWS = 100;

/** Gaps that are being started, or one that is being marked as not expected. */
type OpenForm =
  | { readonly kind: 'start'; readonly ranges: readonly DayRange[] }
  | { readonly kind: 'settle'; readonly range: DayRange };

/** The gaps of the shown days, with a button to fill all; each can be filled, or marked as not expected. */
@Component({
  selector: 'ds-gap-list',
  imports: [MatButtonModule, SettleForm, StartHere],
  template: `
    @if (gaps().length > 0) {
      @if (!isViewer()) {
        <button
          matButton="filled"
          type="button"
          disabledInteractive
          [disabled]="opened() !== undefined"
          [attr.aria-expanded]="opened()?.kind === 'start'"
          (click)="fill()"
        >
          {{ t('calendar.fill_gaps', { count: gaps().length }) }}
        </button>
      }
      <details (toggle)="isOpen.set(!isOpen())">
        <summary>
          {{ t('calendar.gaps', { count: gaps().length, days: days() })
          }}{{
            failed() > 0
              ? t('calendar.gaps_failed', { missing: days() - failed(), failed: failed() })
              : ''
          }}
        </summary>
        @if (isOpen()) {
          <ul>
            @for (gap of rows(); track gap.range.start_date) {
              <li>
                {{ gap.sentence }}
                @if (!isViewer()) {
                  <span class="ways">
                    <button
                      matButton
                      type="button"
                      [attr.aria-label]="t('calendar.fill') + ' ' + gap.sentence"
                      (click)="open({ kind: 'start', ranges: [gap.range] })"
                    >
                      {{ t('calendar.fill') }}
                    </button>
                    <button
                      matButton
                      type="button"
                      [attr.aria-label]="t('settle.open') + ' ' + gap.sentence"
                      (click)="open({ kind: 'settle', range: gap.range })"
                    >
                      {{ t('settle.open') }}
                    </button>
                  </span>
                }
              </li>
            }
            @if (gaps().length - rows().length; as more) {
              <li class="ds-quiet">{{ t('calendar.more_gaps', { count: more }) }}</li>
            }
          </ul>
        }
      </details>
    } @else if (syncing() === 0) {
      <p class="ds-quiet">{{ t('calendar.no_gaps') }}</p>
    }
    @if (syncing() > 0) {
      <p class="ds-quiet">{{ t('calendar.gaps_syncing', { count: syncing() }) }}</p>
    }
    @for (form of forms(); track form) {
      @if (form.kind === 'start') {
        @defer (on immediate) {
          <ds-start-here
            [dataset]="dataset()"
            [ranges]="form.ranges"
            (closed)="opened.set(undefined)"
          />
        }
      } @else {
        @defer (on immediate) {
          <ds-settle-form
            [dataset]="dataset()"
            [range]="form.range"
            (settled)="marked.set($event)"
            (closed)="opened.set(undefined)"
          />
        }
      }
    }
    <p role="status">
      @if (marked(); as count) {
        {{ t('settle.done', { count }) }}
      }
    </p>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: start;
      gap: 4px 16px;
      min-block-size: 36px;
      line-height: 36px;
    }
    // The button has its own line then.
    @media (max-width: 719px) {
      :host {
        min-block-size: 76px;
      }
    }
    details {
      flex: 1 1 260px;
    }
    summary {
      min-block-size: 36px;
      cursor: pointer;
    }
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(480px, 100%), 1fr));
      gap: 0 24px;
      max-block-size: 240px;
      overflow-y: auto;
      line-height: 28px;
    }
    .ways {
      display: inline-flex;
      flex-wrap: wrap;
      vertical-align: baseline;
    }
    // Both beside each other on a phone.
    @media (max-width: 719px) {
      .ways {
        margin-inline-start: -4px;
      }
      .ways button {
        padding-inline: 4px;
      }
    }
    [role='status'] {
      flex: 1 0 100%;
    }
    [role='status']:empty {
      position: absolute;
    }
    ds-settle-form,
    ds-start-here {
      flex: 1 0 100%;
      padding: 12px 16px;
      border: 1px solid var(--mat-sys-outline-variant);
      border-radius: 8px;
    }
  `,
})
export class GapList {
  private readonly edits = inject(RecordEdits);
  protected readonly t = injectDayWords();
  readonly dataset = input.required<string>();
  readonly isViewer = input(false);
  readonly gaps = input.required<readonly DayRange[]>();
  /** How many of their days are failed days, which the legend counts apart. */
  readonly failed = input(0);
  /** How many days of other gaps are running or planned in an active batch. */
  readonly syncing = input(0);
  /** The ranges that fill all gaps. */
  readonly toFill = input<readonly DayRange[]>([]);

  /** What is done with gaps here. Filled gaps leave the list, and what was started stays until it is closed. */
  protected readonly opened = linkedSignal<string, OpenForm | undefined>({
    source: () => this.dataset(),
    computation: () => undefined,
  });
  /** The open form; each opening makes a new one. */
  protected readonly forms = computed(() => {
    const form = this.opened();
    return form === undefined ? [] : [form];
  });
  /** How many days have just been marked as not expected, until the next change. */
  protected readonly marked = linkedSignal<string, number | undefined>({
    source: () => `${this.dataset()} ${this.edits.count()}`,
    computation: () => undefined,
  });
  /** There may be hundreds: they are rendered when the list is opened. */
  protected readonly isOpen = signal(false);
  protected readonly rows = computed(() =>
    this.gaps()
      .slice(0, MOST_ROWS)
      .map((range) => {
        const { start_date: first, end_date: last } = range;
        const count = countDays(first, last);
        const sentence =
          count === 1
            ? this.t('calendar.gap_day', { day: first })
            : this.t('calendar.gap', { first, last, count });
        return { range, sentence };
      }),
  );
  protected readonly days = computed(() =>
    this.gaps().reduce((sum, gap) => sum + countDays(gap.start_date, gap.end_date), 0),
  );

  /** The button can have the focus while a form is open. */
  protected fill(): void {
    if (this.opened() === undefined) this.open({ kind: 'start', ranges: this.toFill() });
  }

  protected open(form: OpenForm): void {
    this.opened.set(form);
    this.marked.set(undefined);
  }
}
