// The console's own words, for tests that read it in either language.
import type { Language } from '@daysync/progress';
import { en } from '../../apps/web/src/app/i18n/en.js';
import { withForms } from '../../apps/web/src/app/i18n/number-forms.js';
import { zh, type WordKey } from '../../apps/web/src/app/i18n/zh.js';

/** Says `key` as the console does. */
export type Say = (key: WordKey, params?: Readonly<Record<string, string | number>>) => string;

/** The words of one language. */
export function wordsOf(language: Language): Say {
  const words = language === 'en' ? en : zh;
  return (key, params = {}) =>
    withForms(words[key], params).replace(/\{\{(\w+)\}\}/g, (_, name: string) =>
      String(params[name] ?? ''),
    );
}
