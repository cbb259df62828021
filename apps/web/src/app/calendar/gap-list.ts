import { Component, computed, inject, input, signal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { countDays, type DayRange } from '@daysync/progress';
import { Words } from '../i18n/words';
import { startParams } from '../sync/start-values';

/** The most gaps in the list. */
const MOST_ROWS = 100;

/** The gaps of the shown days, with a link to fill all and one for each. */
@Component({
  selector: 'ds-gap-list',
  imports: [MatButtonModule, RouterLink],
  template: `
    @if (range(); as all) {
      @if (!isViewer()) {
        <a matButton="filled" routerLink="/" [queryParams]="fill(dataset(), all)">{{
          t('calendar.fill_gaps', { count: gaps().length })
        }}</a>
      }
      <details (toggle)="isOpen.set(!isOpen())">
        <summary>{{ t('calendar.gaps', { count: gaps().length, days: days() }) }}</summary>
        @if (isOpen()) {
          <ul>
            @for (gap of rows(); track gap.range.start_date) {
              <li>
                {{ gap.sentence }}
                @if (!isViewer()) {
                  <a routerLink="/" [queryParams]="fill(dataset(), gap.range)">{{
                    t('calendar.fill')
                  }}</a>
                }
              </li>
            }
            @if (gaps().length - rows().length; as more) {
              <li class="ds-quiet">{{ t('calendar.more_gaps', { count: more }) }}</li>
            }
          </ul>
        }
      </details>
    } @else {
      <p class="ds-quiet">{{ t('calendar.no_gaps') }}</p>
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
      grid-template-columns: repeat(auto-fill, minmax(300px, 1fr));
      gap: 0 24px;
      max-block-size: 240px;
      overflow-y: auto;
      line-height: 28px;
    }
    a:not([matButton]) {
      display: inline-block;
      margin-inline-start: 8px;
    }
  `,
})
export class GapList {
  protected readonly t = inject(Words).t;
  protected readonly fill = startParams;
  readonly dataset = input.required<string>();
  readonly isViewer = input(false);
  readonly gaps = input.required<readonly DayRange[]>();

  /** There may be hundreds: they are rendered when the list is opened. */
  protected readonly isOpen = signal(false);
  /** From the first day of the first gap to the last day of the last one. */
  protected readonly range = computed(() => {
    const [first, last] = [this.gaps()[0], this.gaps().at(-1)];
    return first && last && { start_date: first.start_date, end_date: last.end_date };
  });
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
}
