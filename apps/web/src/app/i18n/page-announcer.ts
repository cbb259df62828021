import { Component, inject, linkedSignal } from '@angular/core';
import { TabTitle } from './tab-title';
import { Words } from './words';
import type { WordKey } from './zh';

/** Says the name of each page that is opened within the console, as a browser does for a page that it loads. */
@Component({
  selector: 'ds-page-announcer',
  template: `<p class="ds-unseen" aria-live="polite">{{ said() }}</p>`,
})
export class PageAnnouncer {
  private readonly t = inject(Words).t;

  /** The browser itself says the first one. */
  protected readonly said = linkedSignal<WordKey | undefined, string>({
    source: inject(TabTitle).page,
    computation: (page, before) => (before === undefined || page === undefined ? '' : this.t(page)),
  });
}
