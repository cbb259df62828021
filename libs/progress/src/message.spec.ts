import { expect, it } from 'vitest';
import { calendarDay } from './calendar-day.js';
import { LANGUAGES, MESSAGE_CODES, progressMessage } from './message.js';

const counted = { success: 2, failed: 0, skipped: 1, current_date: calendarDay('2025-10-03') };

it('the message of a progress is different for each code in each language', () => {
  const sentences = LANGUAGES.flatMap((language) =>
    MESSAGE_CODES.map((message_code) => progressMessage({ ...counted, message_code }, language)),
  );
  expect(new Set(sentences).size).toBe(LANGUAGES.length * MESSAGE_CODES.length);
  expect(sentences.join()).not.toMatch(/undefined|null|NaN/);
});
