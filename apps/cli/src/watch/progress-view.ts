import type { Language, PollUpdate, Progress } from '@daysync/progress';
import type { Now } from '../clock.js';
import { say, type Stream } from '../ports.js';
import { WORDS } from '../words.js';
import { showBar } from './progress-bar.js';
import { progressLine, troubleText } from './progress-text.js';

/** Where a batch is shown while it is watched. */
export interface ProgressView {
  readonly show: (update: PollUpdate) => void;
  /** Leaves the terminal as it was: what is written next has a line of its own. */
  readonly end: () => void;
}

export interface ViewOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly language: Language;
  /** The server's time. */
  readonly now: Now;
  readonly url: string;
}

/** How far apart two lines are at least, unless the batch's state has changed. */
const LINE_EVERY_MS = 5_000;

/** A bar on a terminal; elsewhere lines. */
export function showProgress(options: ViewOptions): ProgressView {
  return options.stdout.isTTY === true ? showBar(options) : showLines(options);
}

/** A line a change, and not more than one in five seconds. How it ended is told by who watches. */
export function showLines({ stdout, stderr, language, now, url }: ViewOptions): ProgressView {
  let shown: Progress | undefined;
  let shownAt = 0;
  const tellTrouble = troubleTeller(stderr, language, url);
  const show = (update: PollUpdate): void => {
    tellTrouble(update);
    if (update.kind !== 'progress' || update.progress.finished_at !== null) return;
    const { progress } = update;
    const isOther = progress.rev !== shown?.rev;
    const isDue = progress.status !== shown?.status || now() - shownAt >= LINE_EVERY_MS;
    if (!isOther || !isDue) return;
    shown = progress;
    shownAt = now();
    say(stdout, progressLine(progress, now(), language));
  };
  return { show, end: () => undefined };
}

/** Each change as a line of JSON, the last one included: what the API answers, and nothing else. */
export function showJsonLines({ stdout, stderr, language, url }: ViewOptions): ProgressView {
  let rev: number | undefined;
  const tellTrouble = troubleTeller(stderr, language, url);
  const show = (update: PollUpdate): void => {
    tellTrouble(update);
    if (update.kind !== 'progress' || update.progress.rev === rev) return;
    ({ rev } = update.progress);
    say(stdout, JSON.stringify(update.progress));
  };
  return { show, end: () => undefined };
}

/** Says once that there is no answer, and once that there is one again. */
function troubleTeller(
  stderr: Stream,
  language: Language,
  url: string,
): (update: PollUpdate) => void {
  let isTroubled = false;
  return (update) => {
    if (update.kind === 'progress' && isTroubled) say(stderr, WORDS[language].answersAgain);
    const text = troubleText(update, language, url);
    if (text !== undefined && !isTroubled) say(stderr, text);
    isTroubled = text !== undefined;
  };
}
