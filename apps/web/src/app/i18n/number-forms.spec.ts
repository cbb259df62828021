import { describe, expect, it } from 'vitest';
import { withForms } from './number-forms';

describe('withForms', () => {
  const TEXT = '{{count}} {count|gap|gaps}, {{days}} {days|day|days} in all';

  it('takes the form of one, or of more, for each number of its own', () => {
    expect(withForms(TEXT, { count: 1, days: 29 })).toBe('{{count}} gap, {{days}} days in all');
    expect(withForms(TEXT, { count: 2, days: 1 })).toBe('{{count}} gaps, {{days}} day in all');
  });

  it('takes numbers as they are written, none as more', () => {
    expect(withForms('{n|day|days}', { n: '1' })).toBe('day');
    expect(withForms('{n|day|days}', { n: '1,001' })).toBe('days');
    expect(withForms('{n|day|days}', { n: 0 })).toBe('days');
  });

  it('leaves other braces alone', () => {
    expect(withForms('{{count}} {yyyy} {a|b}', { count: 1 })).toBe('{{count}} {yyyy} {a|b}');
  });
});
