import { expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { LanguageSwitch } from './language-switch';
import { provideTestWords } from './test-words';
import { Words } from './words';

it('offers the other language in its own words, and turns to it', async () => {
  TestBed.configureTestingModule({ providers: [provideTestWords()] });
  const fixture = TestBed.createComponent(LanguageSwitch);
  await fixture.whenStable();
  const button = (fixture.nativeElement as HTMLElement).querySelector('button');
  expect(button?.textContent.trim()).toBe('English');
  expect(button?.lang).toBe('en');
  button?.click();
  await new Promise((resolve) => setTimeout(resolve));
  await fixture.whenStable();
  expect(TestBed.inject(Words).language()).toBe('en');
  expect(button?.textContent.trim()).toBe('中文');
  expect(button?.lang).toBe('zh-CN');
});
