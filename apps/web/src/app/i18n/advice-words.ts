import { adviceEn } from './advice.en';
import { adviceZh } from './advice.zh';
import { injectPageWords } from './page-words';
import type { WordParams } from './words';
import type { WordKey } from './zh';

export type AdviceWordKey = keyof typeof adviceZh;

/** All words and those of what a preview advises. */
export function injectAdviceWords(): (key: WordKey | AdviceWordKey, params?: WordParams) => string {
  return injectPageWords<AdviceWordKey>(adviceZh, adviceEn);
}
