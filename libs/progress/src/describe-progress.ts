import { progressMessage, type Language } from './message.js';
import type { PollUpdate } from './poll-answer.js';
import { OUTCOMES, percentOf, type Outcome, type Progress, type SkipReason } from './progress.js';

/** The words of a shown progress in a language. */
interface ProgressWords {
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
  readonly expired: string;
  readonly started: (total: number) => string;
  readonly percentDone: (percent: number) => string;
  readonly firstFailure: string;
  readonly isBack: string;
  readonly and: string;
}

/** The state of a batch as people see it: a completed one may have failed days, or no other. */
export type DisplayedState = Progress['status'] | 'partly_failed' | 'all_failed';

export const WORDS: Readonly<Record<Language, ProgressWords>> = {
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
    expired: '已停止自动更新，批次仍在服务器上运行。',
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
    expired: 'Updates stopped; the batch still runs on the server.',
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

/** A batch as it is shown: its newest progress, and the result of the latest request. */
export interface ShownBatch {
  /** `undefined` before the first. */
  readonly progress: Progress | undefined;
  /** `undefined` before the first. */
  readonly update: PollUpdate | undefined;
}

/** How a batch is described. */
export interface DescriptionOptions {
  /** The language of all texts. */
  readonly language: Language;
  /** Since the progress arrived, in milliseconds; the time left is shorter by this. @default 0 */
  readonly sinceMs?: number;
}

/** A progress in words and widths, for a view. Texts are empty where there is nothing to say. */
export interface ProgressDescription {
  /** The value of the attribute `lang`. */
  readonly lang: 'zh-CN' | 'en';
  /** The state of the batch; null before the first progress. */
  readonly displayed: DisplayedState | null;
  /** The state in words. */
  readonly state: string;
  /** Such as `Time left: 45 s`. */
  readonly timeLeft: string;
  /** What the batch does, as a sentence. */
  readonly message: string;
  /** Why the progress may be old, or why there is none. */
  readonly notice: string;
  /** The name of the bar. */
  readonly label: string;
  /** The finished days, 0 to 100; null before the first progress. */
  readonly percent: number | null;
  /** The finished days in words, such as `3/10 days (30%)`. */
  readonly days: string;
  /** The parts of the bar from its beginning, each in percent of all days. */
  readonly parts: readonly { readonly name: BarPart; readonly percent: number }[];
  /** How many days have each outcome, in words. */
  readonly counts: readonly { readonly name: Outcome; readonly text: string }[];
}

/** A part of the bar: the days with an outcome, or those in flight. */
export type BarPart = Outcome | 'running';

/** Describes a batch in a language: all that a view of it shows. */
export function describeProgress(
  { progress, update }: ShownBatch,
  { language, sinceMs = 0 }: DescriptionOptions,
): ProgressDescription {
  const words = WORDS[language];
  const lang = language === 'zh' ? 'zh-CN' : 'en';
  const notice = noticeOf(update, words);
  if (progress === undefined) {
    return {
      lang,
      displayed: null,
      state: notice === '' ? words.loading : '',
      timeLeft: '',
      message: '',
      notice,
      label: words.label,
      percent: null,
      days: '',
      parts: partsOf(0, { success: 0, failed: 0, skipped: 0, running: 0 }),
      counts: [],
    };
  }
  const { done, leftOut, percent } = doneDaysOf(progress);
  const displayed = displayedState(progress);
  return {
    lang,
    displayed,
    state: stateOf(displayed, words),
    timeLeft: notice === '' ? timeLeft(progress, sinceMs, language) : '',
    message: progressMessage(progress, language),
    notice,
    label: `${words.label}: ${progress.dataset}`,
    percent,
    days: words.days(done, progress.total, percent),
    parts: partsOf(progress.total, { ...progress, skipped: progress.skipped - leftOut }),
    counts: OUTCOMES.map((name) => ({ name, text: `${words[name]} ${progress[name]}` })),
  };
}

function partsOf(
  total: number,
  days: Readonly<Record<BarPart, number>>,
): ProgressDescription['parts'] {
  return ([...OUTCOMES, 'running'] as const).map((name) => ({
    name,
    percent: total === 0 ? 0 : (100 * days[name]) / total,
  }));
}

/** The state in words; a state of a newer server in its own. */
function stateOf(displayed: DisplayedState, { state }: ProgressWords): string {
  const known: Partial<Record<string, string>> = state;
  return known[displayed] ?? displayed;
}

function noticeOf(update: PollUpdate | undefined, words: ProgressWords): string {
  if (update === undefined || update.kind === 'progress') return '';
  return update.kind === 'refused' ? words.refused(update.code) : words[update.kind];
}
