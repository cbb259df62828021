import { injectPageWords } from './page-words';
import type { WordParams } from './words';
import type { WordKey } from './zh';
import { logEn } from './log.en';
import { logZh } from './log.zh';

export type LogWordKey = keyof typeof logZh;

/** All words and those of the log, which load with it. */
export function injectLogWords(): (key: WordKey | LogWordKey, params?: WordParams) => string {
  return injectPageWords<LogWordKey>(logZh, logEn);
}
