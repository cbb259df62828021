import { Component, computed, inject, input, output } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { countDays, type DayRange } from '@daysync/progress';
import type { StartRequest } from '../api/wire';
import { injectAdviceWords } from '../i18n/advice-words';
import { dayRangeText } from '../i18n/day-range';
import { Words } from '../i18n/words';
import { partsOf } from './range-advice';
import { inOrder, startParams } from './start-values';

/** A range that is too long for one batch, in parts: each can be chosen, and all of them can be started. */
@Component({
  selector: 'ds-split-offer',
  imports: [MatButtonModule, RouterLink],
  template: `
    <p>{{ sentence() }}</p>
    <ol>
      @for (part of parts(); track part.text) {
        <li>
          <a routerLink="." [queryParams]="part.params" queryParamsHandling="merge">{{
            part.text
          }}</a>
        </li>
      }
    </ol>
    <button
      matButton="outlined"
      type="button"
      disabledInteractive
      [disabled]="!canStart()"
      (click)="start()"
    >
      {{ t('advice.start_parts', { count: ranges().length }) }}
    </button>
  `,
  styles: `
    p {
      margin: 0;
      color: var(--ds-warning);
    }
    ol {
      margin: 4px 0 8px;
      padding: 0;
    }
    a {
      display: inline-block;
      min-height: 24px;
    }
  `,
})
export class SplitOffer {
  private readonly words = inject(Words);
  protected readonly t = injectAdviceWords();

  readonly request = input.required<StartRequest>();
  /** The most days of a batch. */
  readonly limit = input.required<number>();
  readonly canStart = input.required<boolean>();
  /** The user starts a batch for each of these. */
  readonly started = output<readonly DayRange[]>();

  protected readonly ranges = computed(() => {
    const request = this.request();
    return inOrder(partsOf(request, this.limit()), request.order);
  });
  protected readonly sentence = computed(() => {
    const { end_date, start_date } = this.request();
    const days = countDays(start_date, end_date);
    return this.t('advice.split', { days, limit: this.limit(), count: this.ranges().length });
  });
  protected readonly parts = computed(() => {
    const request = this.request();
    return this.ranges().map((range) => ({
      text: this.t('advice.part', {
        range: dayRangeText(range, this.words.language()),
        days: countDays(range.start_date, range.end_date),
      }),
      params: startParams(request.dataset, range, request),
    }));
  });

  protected start(): void {
    if (this.canStart()) this.started.emit(this.ranges());
  }
}
