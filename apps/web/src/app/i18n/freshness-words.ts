import { freshnessEn } from './freshness.en';
import { freshnessZh } from './freshness.zh';
import { injectPageWords } from './page-words';
import type { WordParams } from './words';
import type { WordKey } from './zh';

type FreshnessWordKey = keyof typeof freshnessZh;

/** All words and those about deadlines. */
export function injectFreshnessWords(): (
  key: WordKey | FreshnessWordKey,
  params?: WordParams,
) => string {
  return injectPageWords<FreshnessWordKey>(freshnessZh, freshnessEn);
}
