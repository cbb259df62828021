import { effect, inject, Injectable, signal, type Signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { TitleStrategy, type RouterStateSnapshot } from '@angular/router';
import { Words } from './words';
import type { WordKey } from './zh';

/** The batch that a page is about. */
interface NamedBatch {
  readonly id: string;
  readonly name: string;
}

/** How far an active batch is, and the title of its dataset. */
interface ActiveShare {
  readonly id: string;
  readonly dataset: string;
  readonly percent: number;
}

/**
 * The title of the tab, `(30%) Orders · Calendar · Daysync`: percentage and dataset of the active batch, page, product.
 * A page about one batch has the name of that batch, and the percentage only if it is that one's.
 */
@Injectable({ providedIn: 'root' })
export class TabTitle {
  private readonly share = signal<Signal<ActiveShare | undefined> | undefined>(undefined);
  private readonly batch = signal<Signal<NamedBatch | undefined> | undefined>(undefined);
  readonly page = signal<WordKey | undefined>(undefined);

  constructor() {
    const title = inject(Title);
    const { t } = inject(Words);
    effect(() => {
      const [page, batch, share] = [this.page(), this.batch()?.(), this.share()?.()];
      const about = batch?.name ?? (page === undefined ? undefined : t(page));
      const isShown = share !== undefined && (batch === undefined || batch.id === share.id);
      const parts = [
        isShown ? `(${share.percent}%)` : '',
        isShown && batch === undefined ? `${share.dataset} ·` : '',
        about === undefined ? '' : `${about} ·`,
        t('app.name'),
      ];
      title.setTitle(parts.filter((part) => part !== '').join(' '));
    });
  }

  /** Shows how far a batch is while there is one. */
  showShare(share: Signal<ActiveShare | undefined>): void {
    this.share.set(share);
  }

  /**
   * The page is about this batch.
   * @returns ends it
   */
  nameBatch(batch: Signal<NamedBatch | undefined>): () => void {
    this.batch.set(batch);
    return () => this.batch.update((now) => (now === batch ? undefined : now));
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
