import { extendEn } from './extend.en';
import { extendZh } from './extend.zh';
import { injectPageWords } from './page-words';
import type { WordParams } from './words';
import type { WordKey } from './zh';

export type ExtendWordKey = keyof typeof extendZh;

/** All words and those of the form that adds days to a batch. */
export function injectExtendWords(): (key: WordKey | ExtendWordKey, params?: WordParams) => string {
  return injectPageWords<ExtendWordKey>(extendZh, extendEn);
}
