import { inject } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import { webhooksEn } from './webhooks.en';
import { webhooksZh } from './webhooks.zh';
import { Words, type WordParams } from './words';
import type { WordKey } from './zh';

export type WebhookWordKey = keyof typeof webhooksZh;

/** All words and those of the webhooks page, which load with that page. */
export function injectWebhookWords(): (
  key: WordKey | WebhookWordKey,
  params?: WordParams,
) => string {
  const transloco = inject(TranslocoService);
  transloco.setTranslation({ ...webhooksZh }, 'zh', { emitChange: false });
  transloco.setTranslation({ ...webhooksEn }, 'en', { emitChange: false });
  const { t } = inject(Words);
  return (key, params) => t(key as WordKey, params);
}
