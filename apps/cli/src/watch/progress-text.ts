import { progressMessage, type Language, type PollUpdate, type Progress } from '@daysync/progress';
import { batchExit, EXIT } from '../exit-code.js';
import { WORDS, type CliWords } from '../words.js';

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

/** A duration in whole seconds, or in the two largest units that matter. */
export function durationText(ms: number, words: CliWords): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return words.seconds(seconds);
  if (minutes < 60) return words.minutes(minutes, seconds % 60);
  return words.hours(Math.floor(minutes / 60), minutes % 60);
}

/** The time left, or what it took; nothing where neither is known. */
function timeText(progress: Progress, now: number, words: CliWords): string | undefined {
  const { eta, started_at, finished_at } = progress;
  if (finished_at !== null) {
    if (started_at === null) return undefined;
    return words.took(durationText(Date.parse(finished_at) - Date.parse(started_at), words));
  }
  if (eta === null) return undefined;
  return words.left(durationText(Date.parse(eta.likely) - now, words));
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
