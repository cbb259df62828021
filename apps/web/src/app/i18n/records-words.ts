import { injectPageWords } from './page-words';
import { recordsEn } from './records.en';
import { recordsZh } from './records.zh';
import type { WordParams } from './words';
import type { WordKey } from './zh';

export type RecordsWordKey = keyof typeof recordsZh;

/** All words and those of the records page. */
export function injectRecordsWords(): (
  key: WordKey | RecordsWordKey,
  params?: WordParams,
) => string {
  return injectPageWords<RecordsWordKey>(recordsZh, recordsEn);
}
