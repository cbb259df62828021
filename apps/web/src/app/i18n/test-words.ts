import { provideHttpClient } from '@angular/common/http';
import { provideHttpClientTesting } from '@angular/common/http/testing';
import {
  inject,
  makeEnvironmentProviders,
  provideEnvironmentInitializer,
  type EnvironmentProviders,
} from '@angular/core';
import { provideRouter } from '@angular/router';
import { LANGUAGES, type Language } from '@daysync/progress';
import { provideTransloco, provideTranslocoTranspiler, TranslocoService } from '@jsverse/transloco';
import { en } from './en';
import { FormsTranspiler } from './provide-words';
import { zh } from './zh';

/** The words for specs, without loading. */
export function provideTestWords(language: Language = 'zh'): EnvironmentProviders {
  return makeEnvironmentProviders([
    provideTransloco({
      config: {
        availableLangs: [...LANGUAGES],
        defaultLang: language,
        prodMode: true,
        // The words are flat already.
        flatten: { aot: true },
      },
    }),
    provideTranslocoTranspiler(FormsTranspiler),
    provideEnvironmentInitializer(() => {
      const transloco = inject(TranslocoService);
      transloco.setTranslation(zh, 'zh', { merge: false, emitChange: false });
      transloco.setTranslation(en, 'en', { merge: false, emitChange: false });
    }),
  ]);
}

/** The words, a router without routes, and the HTTP client, whose requests a spec answers. */
export function provideTestApp(language?: Language): EnvironmentProviders {
  return makeEnvironmentProviders([
    provideTestWords(language),
    provideRouter([]),
    provideHttpClient(),
    provideHttpClientTesting(),
  ]);
}
