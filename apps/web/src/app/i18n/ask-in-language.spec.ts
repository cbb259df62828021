import { expect, it } from 'vitest';
import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { askInLanguage } from './ask-in-language';
import { LanguageChoice } from './language-choice';
import { provideTestWords } from './test-words';

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
