import { describe, expect, it } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import type { Language } from '@daysync/progress';
import { LanguageChoice, languageOf, READER } from './language-choice';
import { provideTestWords } from './test-words';
import { Words } from './words';

const reading = (languages: readonly string[], chosen: string | null = null): Language =>
  languageOf({ languages, chosen: () => chosen });

describe('the language to begin with', () => {
  it.each([
    [['zh-CN', 'en'], null, 'zh'],
    [['en-US', 'zh-CN'], null, 'en'],
    [['de-DE', 'EN-gb'], null, 'en'],
    [['de-DE', 'fr'], null, 'zh'],
    [[], null, 'zh'],
    [['en-US'], 'zh', 'zh'],
    [['zh-TW'], 'en', 'en'],
    [['en-US'], 'klingon', 'en'],
  ] as const)('of a reader of %j who chose %j is %s', (languages, chosen, language) => {
    expect(reading(languages, chosen)).toBe(language);
  });
});

describe('LanguageChoice', () => {
  it('speaks the language, tells the page, and keeps it for the next time', async () => {
    const kept: Language[] = [];
    const reader = {
      languages: ['zh-CN'],
      chosen: () => null,
      choose: (language: Language) => kept.push(language),
    };
    TestBed.configureTestingModule({
      providers: [provideTestWords(), { provide: READER, useValue: reader }],
    });
    const words = TestBed.inject(Words);
    await TestBed.inject(LanguageChoice).begin();
    expect(document.documentElement.lang).toBe('zh-CN');
    expect(kept).toEqual([]);
    await TestBed.inject(LanguageChoice).choose('en');
    expect(words.t('nav.records')).toBe('Records');
    expect(document.documentElement.lang).toBe('en');
    expect(kept).toEqual(['en']);
  });

  it('keeps nothing in a browser that refuses to, and says nothing of it', () => {
    const refusing = (): never => {
      throw new DOMException('refused', 'SecurityError');
    };
    const prototype = Object.getPrototypeOf(localStorage) as Storage;
    const { getItem, setItem } = prototype;
    prototype.getItem = refusing;
    prototype.setItem = refusing;
    try {
      const reader = TestBed.inject(READER);
      expect(reader.chosen()).toBeNull();
      expect(() => reader.choose('en')).not.toThrow();
    } finally {
      Object.assign(prototype, { getItem, setItem });
    }
  });
});
