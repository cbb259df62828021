import { DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { unlessRefused } from '../storage/unless-refused';

const KEY = 'daysync.theme';

/** The colours of the console: as the system has them, or always light or dark. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The theme that the reader chose, now and for later visits. All colours follow the colour scheme of the document. */
@Injectable({ providedIn: 'root' })
export class ThemeChoice {
  private readonly document = inject(DOCUMENT);
  private readonly view = this.document.defaultView ?? window;
  private readonly chosen = signal(this.stored());

  readonly theme = this.chosen.asReadonly();

  constructor() {
    this.apply();
  }

  choose(theme: Theme): void {
    this.chosen.set(theme);
    this.apply();
    unlessRefused(() => this.view.localStorage.setItem(KEY, theme));
  }

  private apply(): void {
    const theme = this.chosen();
    this.document.documentElement.style.colorScheme = theme === 'system' ? '' : theme;
  }

  private stored(): Theme {
    const stored = unlessRefused(() => this.view.localStorage.getItem(KEY));
    return THEMES.find((theme) => theme === stored) ?? 'system';
  }
}
