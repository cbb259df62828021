import { Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { countDays, type DayRange } from '@daysync/progress';
import { Words } from '../i18n/words';
import { StartHere } from '../start/start-here';

/** The most gaps in the list. */
const MOST_ROWS = 100;

/** The gaps of the shown days, with a button to fill all and one for each. */
@Component({
  selector: 'ds-gap-list',
  imports: [MatButtonModule, StartHere],
  template: `
    @if (gaps().length > 0) {
      @if (!isViewer()) {
        <button
          matButton="filled"
          type="button"
          disabledInteractive
          [disabled]="starting() !== undefined"
          [attr.aria-expanded]="starting() !== undefined"
          (click)="start(toFill())"
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
                  <button
                    matButton
                    type="button"
                    [attr.aria-label]="t('calendar.fill') + ' ' + gap.sentence"
                    (click)="starting.set([gap.range])"
                  >
                    {{ t('calendar.fill') }}
                  </button>
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
    @if (starting(); as ranges) {
      @defer (on immediate) {
        <ds-start-here [dataset]="dataset()" [ranges]="ranges" (closed)="starting.set(undefined)" />
      }
    }
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
      grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr));
      gap: 0 24px;
      max-block-size: 240px;
      overflow-y: auto;
      line-height: 28px;
    }
    li button {
      vertical-align: baseline;
    }
    ds-start-here {
      flex: 1 0 100%;
      padding: 12px 16px;
      border: 1px solid var(--mat-sys-outline-variant);
      border-radius: 8px;
    }
  `,
})
export class GapList {
  protected readonly t = inject(Words).t;
  readonly dataset = input.required<string>();
  readonly isViewer = input(false);
  readonly gaps = input.required<readonly DayRange[]>();
  /** How many of their days are failed days, which the legend counts apart. */
  readonly failed = input(0);
  /** How many days of other gaps are running or planned in an active batch. */
  readonly syncing = input(0);
  /** The ranges that fill all gaps. */
  readonly toFill = input<readonly DayRange[]>([]);

  /** The days that are being started. Filled gaps leave the list, and what was started stays until it is closed. */
  protected readonly starting = linkedSignal<string, readonly DayRange[] | undefined>({
    source: () => this.dataset(),
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

  /** The button can have the focus while a start is open. */
  protected start(ranges: readonly DayRange[]): void {
    if (this.starting() === undefined) this.starting.set(ranges);
  }
}
