import type { Translation, TranslocoLoader } from '@jsverse/transloco';

/** Loads the words of one language as a chunk of its own. */
export class TranslationLoader implements TranslocoLoader {
  async getTranslation(language: string): Promise<Translation> {
    return language === 'en' ? (await import('./en')).en : (await import('./zh')).zh;
  }
}
