import { Component, inject } from '@angular/core';
import { Words } from '../i18n/words';

@Component({
  selector: 'ds-calendar-page',
  template: `<h1>{{ t('title.calendar') }}</h1>`,
})
export class CalendarPage {
  protected readonly t = inject(Words).t;
}
