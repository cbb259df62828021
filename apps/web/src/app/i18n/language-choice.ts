import type { HttpInterceptorFn } from '@angular/common/http';
import { DOCUMENT, inject, Injectable, InjectionToken } from '@angular/core';
import { LANGUAGES, type Language } from '@daysync/progress';
import { TranslocoService } from '@jsverse/transloco';
import { firstValueFrom } from 'rxjs';
import { unlessRefused } from '../storage/unless-refused';
import { Words } from './words';

const KEY = 'daysync.language';

/** The language tags of the page, for dates and screen readers. */
export const LANGUAGE_TAGS = { zh: 'zh-CN', en: 'en' } as const satisfies Record<Language, string>;

/** The language preferences in the browser. */
interface Reader {
  /** The preferred language first. */
  readonly languages: readonly string[];
  /** The stored choice; null without one. */
  readonly chosen: () => string | null;
  /** Stores the choice, if the browser allows it. */
  readonly choose: (language: Language) => void;
}

export const READER = new InjectionToken<Reader>('Reader', {
  providedIn: 'root',
  factory: () => {
    const view = inject(DOCUMENT).defaultView ?? window;
    return {
      languages: view.navigator.languages,
      // Where storage is blocked, even reading throws.
      chosen: () => unlessRefused(() => view.localStorage.getItem(KEY)),
      choose: (language) => unlessRefused(() => view.localStorage.setItem(KEY, language)),
    };
  },
});

/** The initial language: the stored choice, else the first supported preference, else Chinese. */
export function languageOf({ chosen, languages }: Pick<Reader, 'chosen' | 'languages'>): Language {
  const wanted = [chosen() ?? '', ...languages].map((tag) => tag.toLowerCase().split('-')[0]);
  for (const tag of wanted) {
    const known = LANGUAGES.find((language) => language === tag);
    if (known !== undefined) return known;
  }
  return 'zh';
}

/** Sets the language of the console: loads its words and marks the document. */
@Injectable({ providedIn: 'root' })
export class LanguageChoice {
  private readonly transloco = inject(TranslocoService);
  private readonly document = inject(DOCUMENT);
  private readonly reader = inject(READER);

  begin(): Promise<void> {
    return this.speak(languageOf(this.reader));
  }

  /** Sets `language` now and for later visits. */
  async choose(language: Language): Promise<void> {
    // Stored first: if its words can't be loaded now, the tab is loaded anew with them.
    this.reader.choose(language);
    await this.speak(language);
  }

  private async speak(language: Language): Promise<void> {
    // The words load first: no key is ever shown.
    await firstValueFrom(this.transloco.load(language));
    this.transloco.setActiveLang(language);
    this.document.documentElement.lang = LANGUAGE_TAGS[language];
  }
}

/** Requests answers in the language of the page, which can differ from the browser's. */
export const askInLanguage: HttpInterceptorFn = (request, next) => {
  const { language } = inject(Words);
  return next(request.clone({ setHeaders: { 'Accept-Language': LANGUAGE_TAGS[language()] } }));
};
