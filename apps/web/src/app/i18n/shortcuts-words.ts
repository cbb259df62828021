import { injectPageWords } from './page-words';
import { shortcutsEn } from './shortcuts.en';
import { shortcutsZh } from './shortcuts.zh';
import type { WordParams } from './words';
import type { WordKey } from './zh';

type ShortcutsWordKey = keyof typeof shortcutsZh;

/** All words and those of the list of keyboard shortcuts. */
export function injectShortcutsWords(): (
  key: WordKey | ShortcutsWordKey,
  params?: WordParams,
) => string {
  return injectPageWords<ShortcutsWordKey>(shortcutsZh, shortcutsEn);
}
