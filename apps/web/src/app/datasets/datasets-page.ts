import { Component, inject } from '@angular/core';
import { Words } from '../i18n/words';

@Component({
  selector: 'ds-datasets-page',
  template: `<h1>{{ t('title.datasets') }}</h1>`,
})
export class DatasetsPage {
  protected readonly t = inject(Words).t;
}
