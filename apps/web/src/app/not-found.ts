import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Words } from './i18n/words';

/** The page of an unknown address. */
@Component({
  selector: 'ds-not-found',
  imports: [RouterLink],
  template: `
    <h1>{{ t('title.not_found') }}</h1>
    <p>{{ t('not_found.text') }}</p>
    <a routerLink="/">{{ t('not_found.home') }}</a>
  `,
})
export class NotFound {
  protected readonly t = inject(Words).t;
}
