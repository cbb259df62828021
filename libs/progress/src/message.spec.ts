import { describe, expect, it } from 'vitest';
import { calendarDay } from './calendar-day.js';
import { LANGUAGES, MESSAGE_CODES, progressMessage, type MessageCode } from './message.js';

const counted = { success: 2, failed: 0, skipped: 1, current_date: calendarDay('2025-10-03') };

describe('progressMessage', () => {
  it.each<[MessageCode, string, string]>([
    ['BATCH_STARTED', '同步任务已启动', 'Sync started'],
    ['DAY_STARTED', '正在同步 2025-10-03...', 'Syncing 2025-10-03...'],
    [
      'BATCH_COMPLETED',
      '批量同步完成: 成功2, 失败0, 跳过1',
      'Sync completed: 2 succeeded, 0 failed, 1 skipped',
    ],
  ])('%s has the text of the note, and one in English', (message_code, zh, en) => {
    expect(progressMessage({ ...counted, message_code }, 'zh')).toBe(zh);
    expect(progressMessage({ ...counted, message_code }, 'en')).toBe(en);
  });

  it('is different for each code in each language', () => {
    const sentences = LANGUAGES.flatMap((language) =>
      MESSAGE_CODES.map((message_code) => progressMessage({ ...counted, message_code }, language)),
    );
    expect(new Set(sentences).size).toBe(LANGUAGES.length * MESSAGE_CODES.length);
    expect(sentences.join()).not.toMatch(/undefined|null|NaN/);
  });
});
