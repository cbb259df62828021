import type { Language, PollUpdate, Progress } from '@daysync/progress';
import { MESSAGES } from '../terminal/messages.js';
import { printLines, type Now, type Stream } from '../terminal/ports.js';
import { progressLine, troubleText } from './progress-text.js';
import { showBar } from './progress-bar.js';

/** Shows the updates of a watched batch. */
export interface ProgressView {
  readonly show: (update: PollUpdate) => void;
  /** Restores the terminal: the next output begins on a new line. */
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

/** The least time between two lines of the same state. */
const LINE_EVERY_MS = 5_000;

/** A bar on a terminal; lines elsewhere. */
export function showProgress(options: ViewOptions): ProgressView {
  return options.stdout.isTTY === true ? showBar(options) : showLines(options);
}

/** One line per change, at most one in five seconds. The caller prints the result of the batch. */
export function showLines({ stdout, stderr, language, now, url }: ViewOptions): ProgressView {
  let shown: Progress | undefined;
  let shownAt = 0;
  const reportTrouble = troubleReporter(stderr, language, url);
  const show = (update: PollUpdate): void => {
    reportTrouble(update);
    if (update.kind !== 'progress' || update.progress.finished_at !== null) return;
    const { progress } = update;
    const isChanged = progress.rev !== shown?.rev;
    const isDue = progress.status !== shown?.status || now() - shownAt >= LINE_EVERY_MS;
    if (!isChanged || !isDue) return;
    shown = progress;
    shownAt = now();
    printLines(stdout, progressLine(progress, now(), language));
  };
  return { show, end: () => undefined };
}

/** One line of JSON per change, the last one included: the progress as the API returns it. */
export function showJsonLines({ stdout, stderr, language, url }: ViewOptions): ProgressView {
  let rev: number | undefined;
  const reportTrouble = troubleReporter(stderr, language, url);
  const show = (update: PollUpdate): void => {
    reportTrouble(update);
    if (update.kind !== 'progress' || update.progress.rev === rev) return;
    ({ rev } = update.progress);
    printLines(stdout, JSON.stringify(update.progress));
  };
  return { show, end: () => undefined };
}

/** Reports once that the server does not answer, and once that it answers again. */
function troubleReporter(
  stderr: Stream,
  language: Language,
  url: string,
): (update: PollUpdate) => void {
  let isTroubled = false;
  return (update) => {
    if (update.kind === 'progress' && isTroubled) {
      printLines(stderr, MESSAGES[language].answersAgain);
    }
    const text = troubleText(update, language, url);
    if (text !== undefined && !isTroubled) printLines(stderr, text);
    isTroubled = text !== undefined;
  };
}
