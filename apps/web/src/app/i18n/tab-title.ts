import { effect, inject, Injectable, signal, type Signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { TitleStrategy, type RouterStateSnapshot } from '@angular/router';
import { Words } from './words';
import type { WordKey } from './zh';

/** The title of the tab, `(30%) 同步 · Daysync`: percentage of the active batch, page, product. */
@Injectable({ providedIn: 'root' })
export class TabTitle {
  private readonly percent = signal<Signal<number | undefined> | undefined>(undefined);
  readonly page = signal<WordKey | undefined>(undefined);

  constructor() {
    const title = inject(Title);
    const { t } = inject(Words);
    effect(() => {
      const page = this.page();
      const name = page === undefined ? t('app.name') : `${t(page)} · ${t('app.name')}`;
      const percent = this.percent()?.();
      title.setTitle(percent === undefined ? name : `(${percent}%) ${name}`);
    });
  }

  /** Shows the percentage of a batch while there is one. */
  showPercent(percent: Signal<number | undefined>): void {
    this.percent.set(percent);
  }
}

/** Translates the `title` of a route, which is a word key. */
@Injectable()
export class PageTitles extends TitleStrategy {
  private readonly tabTitle = inject(TabTitle);

  override updateTitle(snapshot: RouterStateSnapshot): void {
    this.tabTitle.page.set(this.buildTitle(snapshot) as WordKey | undefined);
  }
}
