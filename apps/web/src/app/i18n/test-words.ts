import {
  inject,
  makeEnvironmentProviders,
  provideEnvironmentInitializer,
  type EnvironmentProviders,
} from '@angular/core';
import { LANGUAGES, type Language } from '@daysync/progress';
import { provideTransloco, provideTranslocoTranspiler, TranslocoService } from '@jsverse/transloco';
import { en } from './en';
import { FormsTranspiler } from './provide-words';
import { zh } from './zh';

/** The words for specs, without loading. */
export function provideTestWords(language: Language = 'zh'): EnvironmentProviders {
  return makeEnvironmentProviders([
    provideTransloco({
      config: { availableLangs: [...LANGUAGES], defaultLang: language, prodMode: true },
    }),
    provideTranslocoTranspiler(FormsTranspiler),
    provideEnvironmentInitializer(() => {
      const transloco = inject(TranslocoService);
      transloco.setTranslation({ ...zh }, 'zh', { emitChange: false });
      transloco.setTranslation({ ...en }, 'en', { emitChange: false });
    }),
  ]);
}
