import { progressMessage, type Language, type PollUpdate, type Progress } from '@daysync/progress';
import { isWhole } from '../terminal/exit-code.js';
import { MESSAGES, type CliMessages } from '../terminal/messages.js';

/** The texts beside the bar. */
export interface BarFields {
  readonly count: string;
  readonly tally: string;
  readonly time: string;
  readonly doing: string;
}

export function barFields(progress: Progress, now: number, language: Language): BarFields {
  const messages = MESSAGES[language];
  return {
    count: countText(progress),
    tally: messages.tally(progress),
    time: timeText(progress, now, messages) ?? '–',
    doing: doingText(progress, language),
  };
}

/** How many days of a batch are done or in flight. */
export function countText({ current, total, percent }: Progress): string {
  return `${current}/${total} (${percent}%)`;
}

/** The progress of a batch in one line. */
export function progressLine(progress: Progress, now: number, language: Language): string {
  const messages = MESSAGES[language];
  const parts = [countText(progress), messages.tally(progress), timeText(progress, now, messages)];
  return [...parts.filter((part) => part !== undefined), doingText(progress, language)].join(' | ');
}

/** The result of a batch: a mark, its message, and how long it took. */
export function endLine(progress: Progress, language: Language): string {
  const mark = isWhole(progress) ? '✓' : '✗';
  const took = timeText(progress, 0, MESSAGES[language]);
  const sentence = `${mark} ${progressMessage(progress, language)}`;
  return took === undefined ? sentence : `${sentence} | ${took}`;
}

/** Why there is no newer progress; undefined where there is. */
export function troubleText(
  update: PollUpdate,
  language: Language,
  url: string,
): string | undefined {
  if (update.kind !== 'unreachable' && update.kind !== 'busy') return undefined;
  const seconds = Math.ceil(update.retryInMs / 1_000);
  const messages = MESSAGES[language];
  return update.kind === 'busy' ? messages.busy(seconds) : messages.noAnswer(url, seconds);
}

/** A duration in seconds, in minutes and seconds, or in hours and minutes. */
export function durationText(ms: number, messages: CliMessages): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return messages.seconds(seconds);
  if (minutes < 60) return messages.minutes(minutes, seconds % 60);
  return messages.hours(Math.floor(minutes / 60), minutes % 60);
}

/** The time left, or after the end the time it took; undefined where unknown. */
function timeText(progress: Progress, now: number, messages: CliMessages): string | undefined {
  const { eta, started_at, finished_at } = progress;
  if (finished_at !== null) {
    if (started_at === null) return undefined;
    return messages.took(durationText(Date.parse(finished_at) - Date.parse(started_at), messages));
  }
  if (eta === null) return undefined;
  return messages.left(durationText(Date.parse(eta.likely) - now, messages));
}

/** The message of the batch; while it waits, what for and why. */
function doingText(progress: Progress, language: Language): string {
  const { waiting_for, error } = progress;
  if (waiting_for === null) return progressMessage(progress, language);
  const { kind, detail } = waiting_for;
  const why = detail ?? error?.text;
  const what = MESSAGES[language].waiting[kind];
  return why === undefined ? what : `${what}: ${why}`;
}
