import { Component, computed, inject } from '@angular/core';
import { Words } from '../i18n/words';
import { ThemeChoice, THEMES, type Theme } from './theme-choice';

const PATHS: Readonly<Record<Theme, string>> = {
  // A circle, one half of which is filled, a sun, a moon.
  system: 'M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14z',
  light:
    'M10 6.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7zM10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6L16 16M4 16l1.4-1.4M14.6 5.4L16 4',
  dark: 'M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5z',
};

/** A button that goes from one theme to the next; its name says which one is shown. */
@Component({
  selector: 'ds-theme-switch',
  template: `
    <button
      class="ds-icon-button"
      type="button"
      [attr.aria-label]="name()"
      [title]="name()"
      (click)="choice.choose(next())"
    >
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
        <path [attr.data-theme]="choice.theme()" [attr.d]="path()" />
        @if (choice.theme() === 'system') {
          <path class="half" d="M10 3a7 7 0 0 0 0 14z" />
        }
      </svg>
    </button>
  `,
  styles: `
    .half {
      fill: currentcolor;
    }
  `,
})
export class ThemeSwitch {
  private readonly t = inject(Words).t;
  protected readonly choice = inject(ThemeChoice);
  protected readonly path = computed(() => PATHS[this.choice.theme()]);
  protected readonly name = computed(() =>
    this.t('theme.name', { theme: this.t(`theme.${this.choice.theme()}`) }),
  );
  protected readonly next = computed(
    () => THEMES[(THEMES.indexOf(this.choice.theme()) + 1) % THEMES.length] ?? 'system',
  );
}
