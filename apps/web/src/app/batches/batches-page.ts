import { Component, inject } from '@angular/core';
import { Words } from '../i18n/words';

@Component({
  selector: 'ds-batches-page',
  template: `<h1>{{ t('title.batches') }}</h1>`,
})
export class BatchesPage {
  protected readonly t = inject(Words).t;
}
