import { progressMessage, type Language } from '../message.js';
import { isTerminal, percentOf, type Progress, type SkipReason } from '../progress.js';
import type { WatchUpdate } from '../watch-progress.js';

/** What the element says in a language. */
interface ElementWords {
  readonly label: string;
  readonly loading: string;
  readonly success: string;
  readonly failed: string;
  readonly skipped: string;
  readonly state: Readonly<Record<DisplayedState, string>>;
  readonly days: (done: number, total: number, percent: number) => string;
  readonly timeLeft: (time: string) => string;
  readonly seconds: (s: number) => string;
  readonly minutes: (m: number) => string;
  readonly hours: (h: number, m: number) => string;
  readonly unreachable: string;
  readonly busy: string;
  readonly refused: (code: string) => string;
  readonly started: (total: number) => string;
  readonly percentDone: (percent: number) => string;
  readonly firstFailure: string;
  readonly isBack: string;
  readonly and: string;
}

/** The state of a batch as people see it: a completed one may have failed days, or no other. */
export type DisplayedState = Progress['status'] | 'partly_failed' | 'all_failed';

export const WORDS: Readonly<Record<Language, ElementWords>> = {
  zh: {
    label: '同步进度',
    loading: '正在加载…',
    success: '成功',
    failed: '失败',
    skipped: '跳过',
    state: {
      queued: '排队中',
      running: '同步中',
      paused: '已暂停',
      cancelling: '正在取消',
      cancelled: '已取消',
      completed: '已完成',
      partly_failed: '部分失败',
      all_failed: '全部失败',
      failed: '运行失败',
    },
    days: (done, total, percent) => `${done}/${total} 天（${percent}%）`,
    timeLeft: (time) => `预计剩余 ${time}`,
    seconds: (s) => `${s} 秒`,
    minutes: (m) => `${m} 分钟`,
    hours: (h, m) => `${h} 小时 ${m} 分`,
    unreachable: '与服务器的连接已断开，正在重新连接；恢复后自动更新。',
    busy: '服务器繁忙，稍后自动重试。',
    refused: (code) => (code === 'BATCH_NOT_FOUND' ? '批次不存在。' : `无法显示该批次：${code}`),
    started: (total) => `开始同步，共 ${total} 天`,
    percentDone: (percent) => `已完成 ${percent}%`,
    firstFailure: '有日期同步失败',
    isBack: '连接已恢复',
    and: '，',
  },
  en: {
    label: 'Sync progress',
    loading: 'Loading…',
    success: 'Succeeded',
    failed: 'Failed',
    skipped: 'Skipped',
    state: {
      queued: 'Queued',
      running: 'Running',
      paused: 'Paused',
      cancelling: 'Cancelling',
      cancelled: 'Cancelled',
      completed: 'Completed',
      partly_failed: 'Partly failed',
      all_failed: 'All failed',
      failed: 'Failed to run',
    },
    days: (done, total, percent) =>
      `${done}/${total} ${total === 1 ? 'day' : 'days'} (${percent}%)`,
    timeLeft: (time) => `Time left: ${time}`,
    seconds: (s) => `${s} s`,
    minutes: (m) => `${m} min`,
    hours: (h, m) => `${h} h ${m} min`,
    unreachable: 'Connection to the server lost. Reconnecting; this then updates automatically.',
    busy: 'The server is busy; trying again soon.',
    refused: (code) =>
      code === 'BATCH_NOT_FOUND' ? 'There is no such batch.' : `Can’t show this batch: ${code}`,
    started: (total) => `sync of ${total} ${total === 1 ? 'day' : 'days'} started`,
    percentDone: (percent) => `${percent}% done`,
    firstFailure: 'a day has failed',
    isBack: 'connected again',
    and: ', ',
  },
};

/** The language for a tag such as `zh-CN`: Chinese for `zh`, English for any other. */
export function languageOf(tag: string): Language {
  return /^zh\b/i.test(tag) ? 'zh' : 'en';
}

export function displayedState(progress: Progress): DisplayedState {
  const { failed, status, success } = progress;
  if (status !== 'completed' || failed === 0) return status;
  // A day without data was answered as well, and so was one that is the same as its source.
  const answered = success + skippedFor(progress, 'no_data', 'unchanged');
  return answered === 0 ? 'all_failed' : 'partly_failed';
}

/** The finished days. A cancelled batch leaves days out: they are skipped, and not done. */
export function doneDaysOf(progress: Progress): {
  readonly done: number;
  readonly leftOut: number;
  readonly percent: number;
} {
  const leftOut = skippedFor(progress, 'cancelled', 'not_run');
  const done = progress.finished - leftOut;
  return { done, leftOut, percent: percentOf(done, progress.total) };
}

/** How many days of a batch were skipped for one of these reasons. */
function skippedFor({ skip_reasons }: Progress, ...reasons: readonly SkipReason[]): number {
  return skip_reasons
    .filter(({ reason }) => reasons.includes(reason))
    .reduce((sum, { count }) => sum + count, 0);
}

/**
 * The time to the expected end, as words; empty while it is unknown.
 * @param sinceMs since the progress arrived: only times of the server are compared, so its clock may differ
 */
export function timeLeft(progress: Progress, sinceMs: number, language: Language): string {
  if (progress.eta === null || progress.status !== 'running') return '';
  const words = WORDS[language];
  const leftMs = Date.parse(progress.eta.likely) - Date.parse(progress.updated_at) - sinceMs;
  const seconds = Math.max(1, Math.round(leftMs / 1_000));
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return words.timeLeft(words.seconds(seconds));
  if (minutes < 60) return words.timeLeft(words.minutes(minutes));
  return words.timeLeft(words.hours(Math.floor(minutes / 60), minutes % 60));
}

/** What was announced of a batch so far. */
export interface Announced {
  /** The last announced tenth, 0 to 10; -1 before the start. */
  readonly tenth: number;
  readonly failure: boolean;
  readonly end: boolean;
  readonly isAway: boolean;
  /** When, in monotonic milliseconds. */
  readonly at: number;
}

export const NOTHING_ANNOUNCED: Announced = {
  tenth: -1,
  failure: false,
  end: false,
  isAway: false,
  at: -Infinity,
};
const QUIET_MS = 5_000;

/**
 * What to announce to screen readers now: the start, each 10 %, the first failure, a lost connection and its return,
 * each once, with 5 s between; what is kept back is announced later, in its newest form. The end is announced at once.
 */
export function nextWords(
  before: Announced,
  progress: Progress | undefined,
  update: WatchUpdate,
  { now, language }: { readonly now: number; readonly language: Language },
): { readonly announced: Announced; readonly text: string } | undefined {
  const words = WORDS[language];
  const isAway = update.kind === 'unreachable';
  const end = update.kind === 'refused' || (progress !== undefined && isTerminal(progress.status));
  if (before.end || (!end && now - before.at < QUIET_MS)) return undefined;
  const tenth = progress === undefined ? -1 : Math.floor(doneDaysOf(progress).percent / 10);
  const failure = (progress?.failed ?? 0) > 0;
  const texts: string[] = [];
  if (update.kind === 'refused') texts.push(words.refused(update.code));
  else if (isAway !== before.isAway) texts.push(isAway ? words.unreachable : words.isBack);
  if (progress !== undefined && end) texts.push(progressMessage(progress, language));
  else if (progress !== undefined) {
    if (before.tenth < 0) texts.push(words.started(progress.total));
    if (failure && !before.failure) texts.push(words.firstFailure);
    if (tenth > Math.max(before.tenth, 0)) texts.push(words.percentDone(tenth * 10));
  }
  if (texts.length === 0) return undefined;
  const announced = { tenth: Math.max(tenth, before.tenth), failure, end, isAway, at: now };
  return { announced, text: texts.join(words.and) };
}
