import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { countDays } from '@daysync/progress';
import type { Plan, StartRequest } from '../api/wire';
import { injectAdviceWords } from '../i18n/advice-words';
import { daysOutside, replacedDays, type SourceBounds } from './range-advice';
import { startModeOf, startParams } from './start-values';

/** What a reader should know before the click: days that the source can't have, and rows that are replaced. */
@Component({
  selector: 'ds-plan-advice',
  imports: [RouterLink],
  template: `
    @for (line of outside(); track line.text) {
      <p>
        <span>{{ line.text }}</span>
        @if (line.params; as params) {
          <a routerLink="." [queryParams]="params" queryParamsHandling="merge">{{ line.link }}</a>
        }
      </p>
    }
    @if (replaced(); as count) {
      <p>{{ t('advice.replaces', { count }) }}</p>
    }
  `,
  styles: `
    p {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      column-gap: 16px;
      margin: 0;
      color: var(--ds-warning);
    }
    a {
      display: inline-block;
      min-height: 24px;
      color: inherit;
    }
  `,
})
export class PlanAdvice {
  protected readonly t = injectAdviceWords();

  readonly request = input.required<StartRequest>();
  readonly plan = input.required<Plan>();
  /** The days of the source, if it knows them. */
  readonly source = input.required<SourceBounds | null>();

  protected readonly outside = computed(() => {
    const { dataset, order, start_date, end_date } = this.request();
    const range = { start_date, end_date };
    const mode = startModeOf(this.request());
    const total = countDays(range.start_date, range.end_date);
    return daysOutside(range, this.source()).map(({ bound, days, rest, side }) => ({
      text: this.t(rest === null ? `advice.${side}_all` : `advice.${side}`, { days, total, bound }),
      link: this.t(`advice.${side}_rest`, { bound }),
      params: rest && startParams(dataset, rest, { mode, order }),
    }));
  });
  protected readonly replaced = computed(() => replacedDays(this.plan()));
}
