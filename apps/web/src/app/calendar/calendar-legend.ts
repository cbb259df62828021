import { Component, inject, input } from '@angular/core';
import { Words } from '../i18n/words';
import { DAY_STATES, type StateCounts } from './day-states';

/** The legend of the states, with the number of days in each. */
@Component({
  selector: 'ds-calendar-legend',
  template: `
    <ul [attr.aria-label]="t('calendar.legend')">
      @for (state of states; track state) {
        <li>
          <span class="sign" aria-hidden="true" [attr.data-state]="state"></span>
          {{ t('calendar.state.' + state) }}
          <b>{{ counts()?.[state] ?? '–' }}</b>
        </li>
      }
    </ul>
  `,
  styleUrl: './calendar-legend.scss',
})
export class CalendarLegend {
  protected readonly t = inject(Words).t as (key: string) => string;
  protected readonly states = DAY_STATES;
  /** Undefined until they are known. */
  readonly counts = input<StateCounts>();
}
