import { effect, inject, Injectable, signal, type Signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { TitleStrategy, type RouterStateSnapshot } from '@angular/router';
import { Words } from './words';
import type { WordKey } from './zh';

/** What a page is about, such as a dataset; a batch has an id as well. */
interface PageSubject {
  readonly name: string;
  readonly batchId?: string;
}

/** How far an active batch is, and the title of its dataset. */
interface ActiveShare {
  readonly id: string;
  readonly dataset: string;
  readonly percent: number;
}

/**
 * The title of the tab, `(30%) Orders · Calendar · Daysync`: percentage and dataset of the active batch, page, product.
 * A page about a dataset or a batch has its name instead, and that of a batch the percentage only if it is that one's.
 */
@Injectable({ providedIn: 'root' })
export class TabTitle {
  private readonly share = signal<Signal<ActiveShare | undefined> | undefined>(undefined);
  private readonly subject = signal<Signal<PageSubject | undefined> | undefined>(undefined);
  readonly page = signal<WordKey | undefined>(undefined);

  constructor() {
    const title = inject(Title);
    const { t } = inject(Words);
    effect(() => {
      const [page, subject, share] = [this.page(), this.subject()?.(), this.share()?.()];
      const about = subject?.name ?? (page === undefined ? undefined : t(page));
      const batchId = subject?.batchId;
      const isShown = share !== undefined && (batchId === undefined || batchId === share.id);
      const parts = [
        isShown ? `(${share.percent}%)` : '',
        isShown && batchId === undefined ? `${share.dataset} ·` : '',
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
   * The page is about this.
   * @returns ends it
   */
  nameSubject(subject: Signal<PageSubject | undefined>): () => void {
    this.subject.set(subject);
    return () => this.subject.update((now) => (now === subject ? undefined : now));
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
