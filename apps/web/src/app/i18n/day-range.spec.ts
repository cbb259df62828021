import { describe, expect, it } from 'vitest';
import { calendarDay, type Language } from '@daysync/progress';
import { dayRangeText } from './day-range';

describe('the text of a range of days', () => {
  const text = (
    from: string,
    to: string,
    { language, languages }: { readonly language: Language; readonly languages: readonly string[] },
  ): string =>
    dayRangeText(
      { start_date: calendarDay(from), end_date: calendarDay(to) },
      language,
      languages,
    ).replaceAll(/\s/gu, ' ');

  it.each([
    ['2026-10-01', '2026-10-31', '1–31 Oct 2026', '2026年10月1日至31日'],
    ['2026-09-28', '2026-10-04', '28 Sept – 4 Oct 2026', '2026年9月28日至10月4日'],
    ['2026-12-28', '2027-01-03', '28 Dec 2026 – 3 Jan 2027', '2026年12月28日至2027年1月3日'],
    ['2026-10-05', '2026-10-05', '5 Oct 2026', '2026年10月5日'],
  ])('from %s to %s is %s, %s', (from, to, en, zh) => {
    expect(text(from, to, { language: 'en', languages: ['en-GB'] })).toBe(en);
    expect(text(from, to, { language: 'zh', languages: ['zh-CN'] })).toBe(zh);
  });

  it('is written as the browser does it, in the language of the page', () => {
    const october = (language: Language, languages: readonly string[]): string =>
      text('2026-10-01', '2026-10-31', { language, languages });
    expect(october('en', ['zh-CN', 'en-US'])).toBe('Oct 1–31, 2026');
    expect(october('en', ['de'])).toBe('1–31 Oct 2026');
    expect(october('zh', ['en-US'])).toBe('2026年10月1日至31日');
  });
});
