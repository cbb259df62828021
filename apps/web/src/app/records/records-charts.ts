import { Component, computed, DOCUMENT, inject, input, output, signal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import type { DayRange } from '@daysync/progress';
import { lastKnownOf } from '../api/last-known';
import { calendarResource } from '../api/resources';
import { DayChart } from '../charts/day-chart';
import { injectProblem } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { injectRecordsRev } from '../live/records-rev';
import { rereadOnChange } from '../live/reread';
import { chartDays } from './chart-days';
import type { RecordsQuery } from './records-query';

/** In narrower windows the charts are collapsed at first. */
const WIDE = '(min-width: 721px)';

/** Charts of rows and durations per day of one dataset, in the range of the filter. */
@Component({
  selector: 'ds-records-charts',
  imports: [DayChart, MatButtonModule],
  template: `
    <details class="ds-card" [open]="isOpen()" (toggle)="toggle($event)">
      <summary>
        <h2>{{ t('records.charts') }}</h2>
      </summary>
      @if (isOpen()) {
        <div class="charts">
          @if (days(); as shown) {
            @if (shown.length > 0) {
              <ds-day-chart measure="rows" opens [days]="shown" (chosen)="chosen.emit($event)" />
              <ds-day-chart
                measure="duration"
                opens
                [days]="shown"
                (chosen)="chosen.emit($event)"
              />
            } @else {
              <p class="ds-quiet">{{ t('records.no_charts') }}</p>
            }
          } @else if (problem(); as reason) {
            <p class="ds-message warning" role="alert">
              {{ t('records.charts_failed', { reason }) }}
              <button matButton type="button" (click)="calendar.reload()">{{ t('retry') }}</button>
            </p>
          } @else {
            <span class="ds-skeleton"></span>
            <span class="ds-skeleton"></span>
          }
        </div>
      }
    </details>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    summary {
      width: fit-content;
      cursor: pointer;
    }
    h2 {
      display: inline;
    }
    // As high as two charts side by side: the records below do not move when the charts appear.
    .charts {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr));
      gap: 12px 32px;
      min-height: 262px;
      padding-block-start: 12px;
    }
    .ds-skeleton {
      height: 200px;
    }
    @media (max-width: 720px) {
      .charts {
        min-height: 536px;
      }
    }
  `,
})
export class RecordsCharts {
  protected readonly t = inject(Words).t;

  /** Always with a dataset: one chart can't show the days of several. */
  readonly query = input.required<RecordsQuery>();
  /** The days of a bar that was clicked. */
  readonly chosen = output<DayRange>();

  protected readonly isOpen = signal(isWide(inject(DOCUMENT)));
  private readonly asked = computed(
    () => {
      const { dataset, start_date, end_date } = this.query();
      return { dataset, start_date, end_date };
    },
    // Page and order do not change the charts.
    { equal: (one, other) => JSON.stringify(one) === JSON.stringify(other) },
  );
  protected readonly calendar = calendarResource(
    computed(() => (this.isOpen() ? this.asked() : undefined)),
  );
  private readonly known = lastKnownOf(
    this.calendar,
    computed(() => JSON.stringify(this.asked())),
  );
  protected readonly days = computed(() => {
    const known = this.known();
    return known && chartDays(known, this.query());
  });
  protected readonly problem = injectProblem(() => this.calendar);

  constructor() {
    rereadOnChange(this.calendar, injectRecordsRev(computed(() => this.query().dataset)));
  }

  protected toggle(event: Event): void {
    this.isOpen.set((event.target as HTMLDetailsElement).open);
  }
}

function isWide({ defaultView }: Document): boolean {
  return defaultView?.matchMedia(WIDE).matches ?? true;
}
