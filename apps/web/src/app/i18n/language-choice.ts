import type { HttpInterceptorFn } from '@angular/common/http';
import { DOCUMENT, inject, Injectable, InjectionToken } from '@angular/core';
import { LANGUAGES, type Language } from '@daysync/progress';
import { TranslocoService } from '@jsverse/transloco';
import { firstValueFrom } from 'rxjs';
import { Words } from './words';

const KEY = 'daysync.language';

/** The languages of each as the page, a date and a screen reader name them. */
export const LANGUAGE_TAGS = { zh: 'zh-CN', en: 'en' } as const satisfies Record<Language, string>;

/** What the browser knows of its reader's languages. */
export interface Reader {
  /** What they read best, first. */
  readonly languages: readonly string[];
  /** What they chose here before; nothing where the browser keeps nothing. */
  readonly chosen: () => string | null;
  /** Keeps the choice, where the browser lets it. */
  readonly choose: (language: Language) => void;
}

export const READER = new InjectionToken<Reader>('Reader', {
  providedIn: 'root',
  factory: () => {
    const view = inject(DOCUMENT).defaultView ?? window;
    return {
      languages: view.navigator.languages,
      // Even to look at the storage throws where it is blocked.
      chosen: () => unlessRefused(() => view.localStorage.getItem(KEY)),
      choose: (language) => unlessRefused(() => view.localStorage.setItem(KEY, language)),
    };
  },
});

/** The language to begin with: what was chosen here, else the first that the reader reads, else Chinese. */
export function languageOf({ chosen, languages }: Pick<Reader, 'chosen' | 'languages'>): Language {
  const wanted = [chosen() ?? '', ...languages].map((tag) => tag.toLowerCase().split('-')[0]);
  for (const tag of wanted) {
    const known = LANGUAGES.find((language) => language === tag);
    if (known !== undefined) return known;
  }
  return 'zh';
}

/** Which language the console speaks: loads its words, and tells the browser. */
@Injectable({ providedIn: 'root' })
export class LanguageChoice {
  private readonly transloco = inject(TranslocoService);
  private readonly document = inject(DOCUMENT);
  private readonly reader = inject(READER);

  /** Speaks what the reader reads. */
  begin(): Promise<void> {
    return this.speak(languageOf(this.reader));
  }

  /** Speaks `language` from now on, here and the next time. */
  async choose(language: Language): Promise<void> {
    await this.speak(language);
    this.reader.choose(language);
  }

  private async speak(language: Language): Promise<void> {
    // Its words come first: no key is ever shown.
    await firstValueFrom(this.transloco.load(language));
    this.transloco.setActiveLang(language);
    this.document.documentElement.lang = LANGUAGE_TAGS[language];
  }
}

/** A browser may be told to keep nothing, and then throws. */
function unlessRefused<T>(access: () => T): T | null {
  try {
    return access();
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** Asks the server in the language of the page, which need not be the browser's. */
export const askInLanguage: HttpInterceptorFn = (request, next) => {
  const { language } = inject(Words);
  return next(request.clone({ setHeaders: { 'Accept-Language': LANGUAGE_TAGS[language()] } }));
};
