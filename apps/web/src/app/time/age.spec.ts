import { describe, expect, it } from 'vitest';
import { ageText } from './age';

const MINUTE = 60_000;

describe('the age of something', () => {
  it('has the largest whole unit, in both languages', () => {
    const ages = [MINUTE, 119 * MINUTE, 47 * 60 * MINUTE, 90 * 1_440 * MINUTE];
    expect(ages.map((ms) => ageText(ms, 'en'))).toEqual([
      ...['1 minute ago', '1 hour ago', '1 day ago', '90 days ago'],
    ]);
    expect(ages.map((ms) => ageText(ms, 'zh'))).toEqual([
      '1 分钟前',
      '1 小时前',
      '1 天前',
      '90 天前',
    ]);
  });
});
