import { Component, computed, inject, input, linkedSignal, output } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { countDays, type DayRange } from '@daysync/progress';
import { Words } from '../i18n/words';
import { StartHere } from '../start/start-here';

/** The selected days with their actions. It has the same height without a selection: nothing jumps. */
@Component({
  selector: 'ds-selection-bar',
  imports: [MatButtonModule, RouterLink, StartHere],
  template: `
    <p role="status">
      {{ sentence() }}
      @if (!isSelected()) {
        <span class="ds-quiet mouse">{{ t('calendar.select_hint') }}</span>
        <span class="ds-quiet finger">{{ t('calendar.hold_hint') }}</span>
      }
    </p>
    @if (isSelected()) {
      <button matButton type="button" (click)="cleared.emit()">{{ t('calendar.clear') }}</button>
      <span class="ways">
        @if (!isViewer()) {
          <button
            matButton="filled"
            type="button"
            disabledInteractive
            [disabled]="isStarting()"
            [attr.aria-expanded]="isStarting()"
            (click)="isStarting.set(true)"
          >
            {{ t('calendar.fill') }}
          </button>
        }
        @if (range(); as selected) {
          <a
            matButton="outlined"
            routerLink="/records"
            [queryParams]="{
              dataset: dataset(),
              start_date: selected.start_date,
              end_date: selected.end_date,
            }"
            >{{ t('calendar.records') }}</a
          >
        }
      </span>
      @if (isStarting()) {
        @defer (on immediate) {
          <ds-start-here
            [dataset]="dataset()"
            [ranges]="ranges()"
            (closed)="isStarting.set(false)"
          />
        }
      }
    }
  `,
  styles: `
    :host {
      position: sticky;
      inset-block-end: calc(var(--ds-foot, 0px) + 8px);
      z-index: 3;
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0 8px;
      min-block-size: 54px;
      padding: 8px 16px;
      border: 1px solid var(--mat-sys-outline-variant);
      border-radius: var(--ds-radius);
      background: var(--mat-sys-surface-container-high);
    }
    p {
      flex: 0 1 auto;
    }
    .ways {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      margin-inline-start: auto;
    }
    ds-start-here {
      flex: 1 0 100%;
      max-block-size: 50dvb;
      margin-block-start: 8px;
      padding-block-start: 8px;
      border-block-start: 1px solid var(--mat-sys-outline-variant);
      overflow-y: auto;
    }
    .finger {
      display: none;
    }
    @media (pointer: coarse) {
      .mouse {
        display: none;
      }
      .finger {
        display: inline;
      }
    }
    @media (max-width: 719px) {
      :host {
        justify-content: space-between;
        padding-inline: 12px;
      }
      p:has(+ button) {
        flex: 1 1 0;
      }
      .ways {
        margin: 0;
      }
    }
  `,
})
export class SelectionBar {
  protected readonly t = inject(Words).t;
  readonly dataset = input.required<string>();
  readonly isViewer = input(false);
  /** The selected ranges, in order. */
  readonly ranges = input<readonly DayRange[]>([]);
  readonly cleared = output();

  protected readonly isSelected = computed(() => this.ranges().length > 0);
  /** The only range. */
  protected readonly range = computed(() =>
    this.ranges().length === 1 ? this.ranges()[0] : undefined,
  );
  /** Whether the selected days are being started. */
  protected readonly isStarting = linkedSignal({
    source: () => this.isSelected(),
    computation: () => false,
  });
  protected readonly sentence = computed(() => {
    const ranges = this.ranges();
    const [only] = ranges;
    if (only === undefined) return '';
    const count = ranges.reduce((sum, one) => sum + countDays(one.start_date, one.end_date), 0);
    if (ranges.length > 1) {
      return this.t('calendar.selected_ranges', { ranges: ranges.length, count });
    }
    const { start_date: first, end_date: last } = only;
    return this.t('calendar.selected', { first, last, count });
  });
}
