import { injectPageWords } from './page-words';
import { webhooksEn } from './webhooks.en';
import { webhooksZh } from './webhooks.zh';
import type { WordParams } from './words';
import type { WordKey } from './zh';

export type WebhookWordKey = keyof typeof webhooksZh;

/** All words and those of the webhooks page. */
export function injectWebhookWords(): (
  key: WordKey | WebhookWordKey,
  params?: WordParams,
) => string {
  return injectPageWords<WebhookWordKey>(webhooksZh, webhooksEn);
}
