import { describe, expect, it } from 'vitest';
import { errorDetail } from './error-detail';

describe('errorDetail', () => {
  it.each([
    ['expected a finite number, got "n/a"', '应为数字，实际为 "n/a"'],
    ['expected an integer of 64 bits, got "1.5"', '应为 64 位整数，实际为 "1.5"'],
    [
      'row 12, column speed: expected an integer of 64 bits, got "fast" (text)',
      '第 12 行，“speed”列：应为 64 位整数，实际为 "fast" (text)',
    ],
    ['expected JSON, got: <html>', '应为 JSON，实际为 <html>'],
    ['expected a unicorn, got a horse', 'expected a unicorn, got a horse'],
    ['boom', 'boom'],
  ])('translates %s', (text, chinese) => {
    expect(errorDetail(text, 'zh')).toBe(chinese);
    expect(errorDetail(text, 'en')).toBe(text);
  });
});
