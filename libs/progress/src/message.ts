import type { Progress } from './progress.js';

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

type Counted = Pick<Progress, 'success' | 'failed' | 'skipped' | 'current_date'>;

const counts = {
  zh: (p: Counted) => `成功${p.success}, 失败${p.failed}, 跳过${p.skipped}`,
  en: (p: Counted) => `${p.success} succeeded, ${p.failed} failed, ${p.skipped} skipped`,
};

const MESSAGES = {
  BATCH_STARTED: { zh: () => '同步任务已启动', en: () => 'Sync started' },
  BATCH_QUEUED: { zh: () => '排队等待中', en: () => 'Waiting for its turn' },
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
} as const satisfies Record<string, Record<Language, (progress: Counted) => string>>;

/** What the message of a progress says, for programs. */
export type MessageCode = keyof typeof MESSAGES;
export const MESSAGE_CODES = Object.keys(MESSAGES) as readonly MessageCode[];

/** The sentence that says where a batch stands, in the words of the language. */
export function progressMessage(
  progress: Counted & Pick<Progress, 'message_code'>,
  language: Language,
): string {
  return MESSAGES[progress.message_code][language](progress);
}
