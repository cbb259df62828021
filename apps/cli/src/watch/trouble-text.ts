import type { Language, PollUpdate } from '@daysync/progress';
import { WORDS } from '../words.js';

/** What keeps the progress from being told; undefined where nothing does. */
export function troubleText(
  update: PollUpdate,
  language: Language,
  url: string,
): string | undefined {
  if (update.kind !== 'unreachable' && update.kind !== 'busy') return undefined;
  const seconds = Math.ceil(update.retryInMs / 1_000);
  const words = WORDS[language];
  return update.kind === 'busy' ? words.busy(seconds) : words.noAnswer(url, seconds);
}
