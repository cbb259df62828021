import { inject } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import { noticesEn } from './webhooks.en';
import { noticesZh } from './webhooks.zh';
import { Words, type WordParams } from './words';
import type { WordKey } from './zh';

export type NoticeWordKey = keyof typeof noticesZh;

/** All words, and those about notices beside them: no other page needs those, and so they come with it. */
export function injectNoticeWords(): (key: WordKey | NoticeWordKey, params?: WordParams) => string {
  const transloco = inject(TranslocoService);
  transloco.setTranslation({ ...noticesZh }, 'zh', { emitChange: false });
  transloco.setTranslation({ ...noticesEn }, 'en', { emitChange: false });
  const { t } = inject(Words);
  return (key, params) => t(key as WordKey, params);
}
