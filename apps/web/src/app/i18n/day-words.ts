import { injectPageWords } from './page-words';
import { dayEn } from './day.en';
import { dayZh } from './day.zh';
import type { WordParams } from './words';
import type { WordKey } from './zh';

export type DayWordKey = keyof typeof dayZh;

/** All words and those of single days. */
export function injectDayWords(): (key: WordKey | DayWordKey, params?: WordParams) => string {
  return injectPageWords<DayWordKey>(dayZh, dayEn);
}
