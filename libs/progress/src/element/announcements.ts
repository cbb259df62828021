import { doneDaysOf, WORDS } from '../describe-progress.js';
import { progressMessage, type Language } from '../message.js';
import { isTerminal, type Progress } from '../progress.js';
import type { WatchUpdate } from '../watch-progress.js';

/** What was announced of a batch so far. */
export interface Announced {
  /** The last announced tenth, 0 to 10; -1 before the start. */
  readonly tenth: number;
  readonly failure: boolean;
  /** The end of the batch. */
  readonly end: boolean;
  /** Why there is no progress for now; null while there is one. */
  readonly away: 'unreachable' | 'refused' | null;
  /** When, in monotonic milliseconds. */
  readonly at: number;
}

export const NOTHING_ANNOUNCED: Announced = {
  tenth: -1,
  failure: false,
  end: false,
  away: null,
  at: -Infinity,
};
const QUIET_MS = 5_000;

/**
 * What to announce to screen readers now: the start, each 10 %, the first failure, a lost connection and its return,
 * each once, with 5 s between; what is kept back is announced later, in its newest form. A refusal and the end are announced
 * at once.
 */
export function nextWords(
  before: Announced,
  progress: Progress | undefined,
  update: WatchUpdate,
  { now, language }: { readonly now: number; readonly language: Language },
): { readonly announced: Announced; readonly text: string } | undefined {
  const words = WORDS[language];
  if (update.kind === 'refused') {
    if (before.end || before.away === 'refused') return undefined;
    return { announced: { ...before, away: 'refused', at: now }, text: words.refused(update.code) };
  }
  const away = update.kind === 'unreachable' ? update.kind : null;
  const end = progress !== undefined && isTerminal(progress.status);
  if (before.end || (!end && now - before.at < QUIET_MS)) return undefined;
  const tenth = progress === undefined ? -1 : Math.floor(doneDaysOf(progress).percent / 10);
  const failure = (progress?.failed ?? 0) > 0;
  const texts: string[] = [];
  if (away !== before.away) texts.push(away === null ? words.isBack : words.unreachable);
  if (progress !== undefined && end) texts.push(progressMessage(progress, language));
  else if (progress !== undefined) {
    if (before.tenth < 0) texts.push(words.started(progress.total));
    if (failure && !before.failure) texts.push(words.firstFailure);
    if (tenth > Math.max(before.tenth, 0)) texts.push(words.percentDone(tenth * 10));
  }
  if (texts.length === 0) return undefined;
  const announced = { tenth: Math.max(tenth, before.tenth), failure, end, away, at: now };
  return { announced, text: texts.join(words.and) };
}
