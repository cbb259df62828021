import { injectPageWords } from './page-words';
import { startHereEn } from './start-here.en';
import { startHereZh } from './start-here.zh';
import type { WordParams } from './words';
import type { WordKey } from './zh';

type StartHereWordKey = keyof typeof startHereZh;

/** All words and those of a start in place. */
export function injectStartHereWords(): (
  key: WordKey | StartHereWordKey,
  params?: WordParams,
) => string {
  return injectPageWords<StartHereWordKey>(startHereZh, startHereEn);
}
