import { describe, expect, it } from 'vitest';
import { clockTime, instantText } from './instant';

describe('instants', () => {
  it.each([
    ['2025-10-03T16:05:09.999Z', 'Asia/Shanghai', '2025-10-04 00:05:09'],
    ['2025-01-01T00:00:00Z', 'America/New_York', '2024-12-31 19:00:00'],
  ])('%s in %s', (instant, zone, text) => {
    expect(instantText(instant, zone)).toBe(text);
    expect(clockTime(instant, zone)).toBe(text.slice(11));
  });
});
