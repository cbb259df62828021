import { Component, inject } from '@angular/core';
import { Words } from '../i18n/words';
import { Shortcuts } from './shortcuts';
import { ShortcutsDialog } from './shortcuts-dialog';

/** Opens the list of keyboard shortcuts; the list itself is loaded then. */
@Component({
  selector: 'ds-shortcuts-button',
  imports: [ShortcutsDialog],
  template: `
    <button
      class="ds-icon-button"
      type="button"
      aria-haspopup="dialog"
      [attr.aria-label]="t('shortcuts.open')"
      [title]="t('shortcuts.open')"
      (click)="shortcuts.show()"
    >
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
        <path d="M2 5.5h16v9H2zM5 8.5h.1M8.3 8.5h.1M11.6 8.5h.1M15 8.5h.1M6.5 11.7h7" />
      </svg>
    </button>
    @if (shortcuts.isOpen()) {
      @defer (on immediate) {
        <ds-shortcuts-dialog />
      }
    }
  `,
  host: { '(document:keydown)': 'shortcuts.press($event)' },
})
export class ShortcutsButton {
  protected readonly t = inject(Words).t;
  protected readonly shortcuts = inject(Shortcuts);
}
