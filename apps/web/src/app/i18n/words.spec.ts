import { describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { en } from './en';
import { provideTestWords } from './test-words';
import { Words } from './words';
import type { WordKey } from './zh';

describe('Words', () => {
  it('has one day and two days in English, wherever it counts', () => {
    TestBed.configureTestingModule({ providers: [provideTestWords('en')] });
    const words = TestBed.inject(Words);
    const wrong = Object.entries(en).flatMap(([key, text]) => {
      const say = (n: number): string => {
        const names = [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => [name, n]);
        return words.t(key as WordKey, Object.fromEntries(names) as Record<string, number>);
      };
      const isWrong =
        /\b1 (more )?(days|gaps|rows|batches)\b/.test(say(1)) ||
        /\b2 (more )?(day|gap|row|batch)\b/.test(say(2)) ||
        say(1).includes('|');
      return isWrong ? [say(1)] : [];
    });
    expect(wrong).toEqual([]);
    expect(words.t('calendar.gaps', { count: 1, days: 29 })).toBe('1 gap, 29 days');
  });

  it('inserts parameters with number forms unchanged', () => {
    TestBed.configureTestingModule({ providers: [provideTestWords('en')] });
    const reason = '{count|a|b}';
    expect(TestBed.inject(Words).t('failures.unread', { reason })).toContain(reason);
  });

  it('falls back where a code has no words', () => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    const words = TestBed.inject(Words);
    expect(words.known('error.TIMEOUT', 'x')).toBe('同步这一天超时。');
    expect(words.known('error.NEW_CODE', 'what the server says')).toBe('what the server says');
  });
});
