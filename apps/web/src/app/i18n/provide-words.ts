import {
  ErrorHandler,
  inject,
  Injectable,
  isDevMode,
  makeEnvironmentProviders,
  provideAppInitializer,
  type EnvironmentProviders,
} from '@angular/core';
import { LANGUAGES } from '@daysync/progress';
import {
  DefaultTranspiler,
  provideTransloco,
  provideTranslocoTranspiler,
  type Translation,
  type TranslocoLoader,
  type TranspileParams,
} from '@jsverse/transloco';
import { LanguageChoice } from './language-choice';
import { withForms } from './number-forms';

/** Loads the words of one language as a chunk of its own. */
class TranslationLoader implements TranslocoLoader {
  private readonly errors = inject(ErrorHandler);

  async getTranslation(language: string): Promise<Translation> {
    try {
      return language === 'en' ? (await import('./en')).en : (await import('./zh')).zh;
    } catch (error) {
      // Transloco throws an error of its own, which does not say why.
      this.errors.handleError(error);
      throw error;
    }
  }
}

/** Loads the words before the first page is drawn: no key is ever shown, and nothing jumps. */
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

/** Chooses the number forms, then inserts the parameters. */
@Injectable()
export class FormsTranspiler extends DefaultTranspiler {
  override transpile(asked: TranspileParams): unknown {
    const { value, params = {} } = asked;
    if (typeof value !== 'string') return super.transpile(asked);
    return super.transpile({ ...asked, value: withForms(value, params) });
  }
}
