import { progressMessage, type Language, type Progress } from '@daysync/progress';
import { batchExit, EXIT } from '../exit-code.js';
import { WORDS } from '../words.js';
import { timeText } from './duration-text.js';

/** The parts of a bar's line. */
export interface BarFields {
  readonly count: string;
  readonly tally: string;
  readonly time: string;
  readonly doing: string;
}

/** What stands beside the bar; a time that is not known leaves its place empty. */
export function barFields(progress: Progress, now: number, language: Language): BarFields {
  const words = WORDS[language];
  return {
    count: countText(progress),
    tally: words.tally(progress),
    time: timeText(progress, now, words) ?? '–',
    doing: doingText(progress, language),
  };
}

/** How many of its days a batch has come to, those in flight included. */
export function countText({ current, total, percent }: Progress): string {
  return `${current}/${total} (${percent}%)`;
}

/** Where a batch stands, in one line. */
export function progressLine(progress: Progress, now: number, language: Language): string {
  const words = WORDS[language];
  const parts = [countText(progress), words.tally(progress), timeText(progress, now, words)];
  return [...parts.filter((part) => part !== undefined), doingText(progress, language)].join(' | ');
}

/** How a batch has ended: a mark, the library's sentence, and how long it took. */
export function endLine(progress: Progress, language: Language): string {
  const mark = batchExit(progress) === EXIT.good ? '✓' : '✗';
  const took = timeText(progress, 0, WORDS[language]);
  const sentence = `${mark} ${progressMessage(progress, language)}`;
  return took === undefined ? sentence : `${sentence} | ${took}`;
}

/** What it does, or waits for and why. */
function doingText(progress: Progress, language: Language): string {
  const { waiting_for, error } = progress;
  if (waiting_for === null) return progressMessage(progress, language);
  const { kind, detail } = waiting_for;
  const why = detail ?? error?.text;
  const what = WORDS[language].waiting[kind];
  return why === undefined ? what : `${what}: ${why}`;
}
