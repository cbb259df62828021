import { marksEn } from './marks.en';
import { marksZh } from './marks.zh';
import { injectPageWords } from './page-words';
import type { WordParams } from './words';
import type { WordKey } from './zh';

export type MarkWordKey = keyof typeof marksZh;

/** All words and those of marked days. */
export function injectMarkWords(): (key: WordKey | MarkWordKey, params?: WordParams) => string {
  return injectPageWords<MarkWordKey>(marksZh, marksEn);
}
