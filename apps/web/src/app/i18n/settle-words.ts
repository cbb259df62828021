import { injectPageWords } from './page-words';
import { settleEn } from './settle.en';
import { settleZh } from './settle.zh';
import type { WordParams } from './words';
import type { WordKey } from './zh';

export type SettleWordKey = keyof typeof settleZh;

/** All words and those of days that are marked as not expected. */
export function injectSettleWords(): (key: WordKey | SettleWordKey, params?: WordParams) => string {
  return injectPageWords<SettleWordKey>(settleZh, settleEn);
}
