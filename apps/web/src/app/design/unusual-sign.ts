import { Component, inject } from '@angular/core';
import { Words } from '../i18n/words';

/** Says that a day is marked, by a sign, a word and a colour. The charts have the same sign. */
@Component({
  selector: 'ds-unusual-sign',
  template: `<svg viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true" focusable="false">
      <path d="M0 -5L5 0L0 5L-5 0z" fill="currentColor" /></svg
    >{{ t('chart.unusual') }}`,
  host: { 'data-tone': 'warning' },
  styleUrl: './badge.scss',
})
export class UnusualSign {
  protected readonly t = inject(Words).t;
}
