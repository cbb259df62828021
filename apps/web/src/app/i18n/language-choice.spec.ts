import { describe, expect, it } from 'vitest';
import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import type { Language } from '@daysync/progress';
import { askInLanguage, LanguageChoice, languageOf, READER } from './language-choice';
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
  it('sets the language, marks the page, and stores it for the next time', async () => {
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

  it.each([
    ['refuses any use of its storage', window, 'localStorage'],
    ['refuses reads of its storage', Storage.prototype, 'getItem'],
    ['refuses writes to its storage', Storage.prototype, 'setItem'],
  ] as const)('keeps nothing in a browser that %s, and says nothing of it', (_, owner, name) => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    if (before === undefined) throw new Error(`expected ${name} to be there`);
    const get = (): never => {
      throw new DOMException('refused', 'SecurityError');
    };
    Object.defineProperty(owner, name, { get, configurable: true });
    try {
      const reader = TestBed.inject(READER);
      expect(reader.chosen()).toBeNull();
      expect(() => reader.choose('en')).not.toThrow();
    } finally {
      Object.defineProperty(owner, name, before);
      localStorage.clear();
    }
  });
});

it('asks in the language of the moment', async () => {
  TestBed.configureTestingModule({
    providers: [
      provideTestWords(),
      provideHttpClient(withInterceptors([askInLanguage])),
      provideHttpClientTesting(),
    ],
  });
  const http = TestBed.inject(HttpTestingController);
  const asked = (): string | null => {
    TestBed.inject(HttpClient).get('/x').subscribe();
    return http.expectOne('/x').request.headers.get('Accept-Language');
  };
  expect(asked()).toBe('zh-CN');
  await TestBed.inject(LanguageChoice).choose('en');
  expect(asked()).toBe('en');
});
