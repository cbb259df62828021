import {
  inject,
  isDevMode,
  makeEnvironmentProviders,
  provideAppInitializer,
  type EnvironmentProviders,
} from '@angular/core';
import { LANGUAGES } from '@daysync/progress';
import {
  provideTransloco,
  provideTranslocoTranspiler,
  type Translation,
  type TranslocoLoader,
} from '@jsverse/transloco';
import { FormsTranspiler } from './forms-transpiler';
import { LanguageChoice } from './language-choice';

/** Loads the words of one language as a chunk of its own. */
class TranslationLoader implements TranslocoLoader {
  async getTranslation(language: string): Promise<Translation> {
    return language === 'en' ? (await import('./en')).en : (await import('./zh')).zh;
  }
}

/** The words, loaded before the first page is drawn: no key is ever shown, and nothing jumps. */
export function provideWords(): EnvironmentProviders {
  return makeEnvironmentProviders([
    provideTransloco({
      config: {
        availableLangs: [...LANGUAGES],
        defaultLang: 'zh',
        reRenderOnLangChange: true,
        prodMode: !isDevMode(),
      },
      loader: TranslationLoader,
    }),
    provideTranslocoTranspiler(FormsTranspiler),
    provideAppInitializer(() => inject(LanguageChoice).begin()),
  ]);
}
