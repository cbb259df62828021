import { describe, expect, it } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { TranslocoService } from '@jsverse/transloco';
import { en } from './en';
import { provideTestWords } from './test-words';
import { Words } from './words';
import { zh } from './zh';

const placeholders = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

describe('the translations', () => {
  it('have the same keys in the same order', () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
  });

  it('fill in the same values', () => {
    for (const [key, text] of Object.entries(zh)) {
      expect({ key, fills: placeholders(en[key as keyof typeof en]) }).toEqual({
        key,
        fills: placeholders(text),
      });
    }
  });

  it('leave nothing empty', () => {
    expect([...Object.values(zh), ...Object.values(en)].filter((text) => text === '')).toEqual([]);
  });
});

describe('Words', () => {
  it('speaks the language of the moment', () => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    const words = TestBed.inject(Words);
    expect(words.t('start.days', { count: 3 })).toBe('共 3 天');
    TestBed.inject(TranslocoService).setActiveLang('en');
    expect(words.t('start.days', { count: 3 })).toBe('3 days');
    expect(words.language()).toBe('en');
  });

  it('falls back where a code has no words', () => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    const words = TestBed.inject(Words);
    expect(words.known('error.TIMEOUT', 'x')).toBe('同步这一天超时。');
    expect(words.known('error.NEW_CODE', 'what the server says')).toBe('what the server says');
  });
});
