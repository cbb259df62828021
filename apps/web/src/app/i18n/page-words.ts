import { inject } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import { Words, type WordParams } from './words';
import type { WordKey } from './zh';

type PageWords<Key extends string> = Readonly<Record<Key, string>>;

/** All words and those of one page, which load with that page. */
export function injectPageWords<Key extends string>(
  zh: PageWords<Key>,
  en: PageWords<Key>,
): (key: WordKey | Key, params?: WordParams) => string {
  const transloco = inject(TranslocoService);
  transloco.setTranslation({ ...zh }, 'zh', { emitChange: false });
  transloco.setTranslation({ ...en }, 'en', { emitChange: false });
  const { t } = inject(Words);
  return (key, params) => t(key as WordKey, params);
}
