import { datasetsEn } from './datasets.en';
import { datasetsZh } from './datasets.zh';
import { injectPageWords } from './page-words';
import type { WordParams } from './words';
import type { WordKey } from './zh';

export type DatasetWordKey = keyof typeof datasetsZh;

/** All words and those of the pages of datasets. */
export function injectDatasetWords(): (
  key: WordKey | DatasetWordKey,
  params?: WordParams,
) => string {
  return injectPageWords<DatasetWordKey>(datasetsZh, datasetsEn);
}
