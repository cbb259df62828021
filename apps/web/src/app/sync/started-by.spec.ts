import { describe, expect, it } from 'vitest';
import { startedBy } from './started-by';

describe('startedBy', () => {
  it('has words for what nobody has asked for, and names for people', () => {
    const t = (key: string): string => `words of ${key}`;
    expect(startedBy('schedule', t)).toBe('words of progress.by_schedule');
    expect(startedBy('ana', t)).toBe('ana');
  });
});
