import { Component, computed, inject, input } from '@angular/core';
import { injectDayWords } from '../i18n/day-words';
import { Words } from '../i18n/words';
import { DAY_STATES, type StateCounts } from './day-states';

/** The legend of the states, with the number of days in each. */
@Component({
  selector: 'ds-calendar-legend',
  template: `
    <ul [attr.aria-label]="t('calendar.legend')">
      @for (state of states(); track state) {
        <li>
          <span class="sign" aria-hidden="true" [attr.data-state]="state"></span>
          {{ t('calendar.state.' + state) }}
          <b>{{ count(state) }}</b>
        </li>
      }
      <li>
        <span class="sign" aria-hidden="true" data-state="synced" data-unusual></span>
        {{ t('calendar.unusual') }}
        <b>{{ count('unusual') }}</b>
      </li>
    </ul>
  `,
  styleUrl: './calendar-legend.scss',
})
export class CalendarLegend {
  private readonly words = inject(Words);
  protected readonly t = injectDayWords() as (key: string) => string;
  /** Undefined until they are known. */
  readonly counts = input<StateCounts>();
  /** Most datasets expect data every day. */
  protected readonly states = computed(() =>
    DAY_STATES.filter((state) => state !== 'not_expected' || this.counts()?.not_expected),
  );

  protected count(state: keyof StateCounts): string {
    const counts = this.counts();
    return counts === undefined ? '–' : this.words.number(counts[state]);
  }
}
