import {
  inject,
  isDevMode,
  makeEnvironmentProviders,
  provideAppInitializer,
  type EnvironmentProviders,
} from '@angular/core';
import { LANGUAGES } from '@daysync/progress';
import { provideTransloco, provideTranslocoTranspiler } from '@jsverse/transloco';
import { FormsTranspiler } from './forms-transpiler';
import { LanguageChoice } from './language-choice';
import { TranslationLoader } from './translation-loader';

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
