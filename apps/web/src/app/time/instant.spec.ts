import { describe, expect, it } from 'vitest';
import { clockTime, instantText, minuteText } from './instant';

describe('an instant', () => {
  it.each([
    ['zh-CN', 'Asia/Shanghai', '2025年10月4日 00:05:09 GMT+8', '00:05:09 GMT+8'],
    ['en-GB', 'UTC', '3 Oct 2025, 16:05:09 UTC', '16:05:09 UTC'],
    ['en-US', 'America/New_York', 'Oct 3, 2025, 12:05:09 PM EDT', '12:05:09 PM EDT'],
  ])('is written as in %s, with the zone %s beside it', (locale, timeZone, text, clock) => {
    const style = { locale, timeZone };
    // Some versions of ICU write a narrow space before PM.
    const plain = (written: string): string => written.replaceAll('\u202F', ' ');
    expect(plain(instantText('2025-10-03T16:05:09.999Z', style))).toBe(text);
    expect(plain(clockTime('2025-10-03T16:05:09.999Z', style))).toBe(clock);
  });

  it('has no zone to the minute, where the zone is written beside it', () => {
    const style = { locale: 'en-GB', timeZone: 'Asia/Shanghai' };
    expect(minuteText('2025-10-03T16:05:09.999Z', style)).toBe('4 Oct 2025, 00:05');
  });
});
