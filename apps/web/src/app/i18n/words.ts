import { inject, Injectable } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { TranslocoService } from '@jsverse/transloco';
import type { Language } from '@daysync/progress';
import type { WordKey } from './zh';

export type WordParams = Readonly<Record<string, string | number>>;

/** Words, and what they are filled with. */
export interface Phrase {
  readonly key: WordKey;
  readonly params: WordParams;
}

/** The words of the page in the language of the moment. Read in a template or `computed`, it follows it. */
@Injectable({ providedIn: 'root' })
export class Words {
  private readonly transloco = inject(TranslocoService);
  private readonly lang = toSignal(this.transloco.langChanges$, { requireSync: true });

  /** The language of the moment. */
  readonly language = (): Language => (this.lang() === 'en' ? 'en' : 'zh');

  /** The words of `key`. */
  readonly t = (key: WordKey, params: WordParams = {}): string =>
    this.transloco.translate(key, params, this.lang());

  /** The words of what comes as a key with its parameters. */
  readonly say = ({ key, params }: Phrase): string => this.t(key, params);

  /** The words of a key that came from the server, or `fallback` if there are none. */
  readonly known = (key: string, fallback: string): string =>
    key in this.transloco.getTranslation(this.lang()) ? this.t(key as WordKey) : fallback;
}
