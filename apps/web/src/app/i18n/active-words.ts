import { activeEn } from './active.en';
import { activeZh } from './active.zh';
import { injectPageWords } from './page-words';
import type { WordParams } from './words';
import type { WordKey } from './zh';

type ActiveWordKey = keyof typeof activeZh;

/** All words and those of the list of active batches. */
export function injectActiveWords(): (key: WordKey | ActiveWordKey, params?: WordParams) => string {
  return injectPageWords<ActiveWordKey>(activeZh, activeEn);
}
