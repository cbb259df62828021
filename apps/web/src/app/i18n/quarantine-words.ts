import { injectPageWords } from './page-words';
import { quarantineEn } from './quarantine.en';
import { quarantineZh } from './quarantine.zh';
import type { WordParams } from './words';
import type { WordKey } from './zh';

export type QuarantineWordKey = keyof typeof quarantineZh;

/** All words and those of the quarantine page. */
export function injectQuarantineWords(): (
  key: WordKey | QuarantineWordKey,
  params?: WordParams,
) => string {
  return injectPageWords<QuarantineWordKey>(quarantineZh, quarantineEn);
}
