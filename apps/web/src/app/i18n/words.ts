import { inject, Injectable } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { TranslocoService } from '@jsverse/transloco';
import type { Language } from '@daysync/progress';
import { errorDetail } from './error-detail';
import type { WordKey } from './zh';

export type WordParams = Readonly<Record<string, string | number>>;

/** A word key with its parameters. */
export interface Phrase {
  readonly key: WordKey;
  readonly params: WordParams;
}

/** The words in the current language; in a template or `computed` they follow a change of it. */
@Injectable({ providedIn: 'root' })
export class Words {
  private readonly transloco = inject(TranslocoService);
  private readonly lang = toSignal(this.transloco.langChanges$, { requireSync: true });

  readonly language = (): Language => (this.lang() === 'en' ? 'en' : 'zh');

  readonly t = (key: WordKey, params: WordParams = {}): string =>
    this.transloco.translate(key, params, this.lang());

  readonly say = ({ key, params }: Phrase): string => this.t(key, params);

  /** The detail of a day's error, which the server writes in English. */
  readonly detail = (text: string): string => errorDetail(text, this.language());

  /** The words of a key from the server, or `fallback` for an unknown key. */
  readonly known = (key: string, fallback: string): string =>
    key in this.transloco.getTranslation(this.lang()) ? this.t(key as WordKey) : fallback;
}
