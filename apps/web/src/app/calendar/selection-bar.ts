import { Component, computed, inject, input, output } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { countDays, type DayRange } from '@daysync/progress';
import { Words } from '../i18n/words';
import { startParams } from '../sync/start-values';

/** The selected range with its actions. It has the same height without a selection: nothing jumps. */
@Component({
  selector: 'ds-selection-bar',
  imports: [MatButtonModule, RouterLink],
  template: `
    <p role="status">
      {{ sentence() }}
      @if (range() === undefined) {
        <span class="ds-quiet mouse">{{ t('calendar.select_hint') }}</span>
        <span class="ds-quiet finger">{{ t('calendar.hold_hint') }}</span>
      }
    </p>
    @if (range(); as selected) {
      <button matButton type="button" (click)="cleared.emit()">{{ t('calendar.clear') }}</button>
      <span class="ways">
        @if (!isViewer()) {
          <a matButton="filled" routerLink="/" [queryParams]="fill(dataset(), selected)">{{
            t('calendar.fill')
          }}</a>
        }
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
      </span>
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
  protected readonly fill = startParams;
  readonly dataset = input.required<string>();
  readonly isViewer = input(false);
  readonly range = input<DayRange>();
  readonly cleared = output();

  protected readonly sentence = computed(() => {
    const range = this.range();
    if (range === undefined) return '';
    const { start_date: first, end_date: last } = range;
    return this.t('calendar.selected', { first, last, count: countDays(first, last) });
  });
}
