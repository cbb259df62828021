import type { Progress } from './progress.js';

/** The languages of progress messages. */
export const LANGUAGES = ['zh', 'en'] as const;
/** One of the {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

/** The message of a progress as a code, for programs. */
export const MESSAGE_CODES = [
  'BATCH_STARTED',
  'BATCH_QUEUED',
  'DAY_STARTED',
  'BATCH_PAUSED',
  'BATCH_CANCELLING',
  'BATCH_CANCELLED',
  'BATCH_COMPLETED',
  'BATCH_FAILED',
] as const;
/** One of the {@link MESSAGE_CODES}. */
export type MessageCode = (typeof MESSAGE_CODES)[number];

type Counted = Pick<Progress, 'success' | 'failed' | 'skipped' | 'current_date'>;

const counts = {
  zh: (p: Counted) => `成功${p.success}, 失败${p.failed}, 跳过${p.skipped}`,
  en: (p: Counted) => `${p.success} succeeded, ${p.failed} failed, ${p.skipped} skipped`,
};

const MESSAGES: Record<MessageCode, Record<Language, (progress: Counted) => string>> = {
  BATCH_STARTED: { zh: () => '同步任务已启动', en: () => 'Sync started' },
  BATCH_QUEUED: { zh: () => '排队等待中', en: () => 'Waiting in the queue' },
  DAY_STARTED: {
    zh: (p: Counted) => `正在同步 ${p.current_date ?? ''}...`,
    en: (p: Counted) => `Syncing ${p.current_date ?? ''}...`,
  },
  BATCH_PAUSED: { zh: () => '同步已暂停', en: () => 'Sync paused' },
  BATCH_CANCELLING: { zh: () => '正在取消...', en: () => 'Cancelling...' },
  BATCH_CANCELLED: {
    zh: (p: Counted) => `批量同步已取消: ${counts.zh(p)}`,
    en: (p: Counted) => `Sync cancelled: ${counts.en(p)}`,
  },
  BATCH_COMPLETED: {
    zh: (p: Counted) => `批量同步完成: ${counts.zh(p)}`,
    en: (p: Counted) => `Sync completed: ${counts.en(p)}`,
  },
  BATCH_FAILED: {
    zh: (p: Counted) => `批量同步失败: ${counts.zh(p)}`,
    en: (p: Counted) => `Sync failed: ${counts.en(p)}`,
  },
};

/** The message of a progress in a language; its own `message` for a code of a newer server. */
export function progressMessage(
  progress: Pick<Progress, 'message_code' | 'success' | 'failed' | 'skipped' | 'current_date'> &
    Partial<Pick<Progress, 'message'>>,
  language: Language,
): string {
  const known: Partial<Record<string, (typeof MESSAGES)[MessageCode]>> = MESSAGES;
  const { message_code, message } = progress;
  return known[message_code]?.[language](progress) ?? message ?? message_code;
}
