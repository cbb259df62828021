import { injectPageWords } from './page-words';
import { queueEn } from './queue.en';
import { queueZh } from './queue.zh';
import type { WordParams } from './words';
import type { WordKey } from './zh';

type QueueWordKey = keyof typeof queueZh;

/** All words and those about a batch that was started or that waits in the queue. */
export function injectQueueWords(): (key: WordKey | QueueWordKey, params?: WordParams) => string {
  return injectPageWords<QueueWordKey>(queueZh, queueEn);
}
