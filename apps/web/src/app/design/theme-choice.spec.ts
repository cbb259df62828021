import { afterEach, describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { provideTestWords } from '../i18n/test-words';
import { ThemeChoice } from './theme-choice';
import { ThemeSwitch } from './theme-switch';

const scheme = (): string => document.documentElement.style.colorScheme;

describe('the theme', () => {
  afterEach(() => {
    localStorage.clear();
    document.documentElement.style.colorScheme = '';
  });

  it('is the system’s until the reader chooses another one, which stays for later visits', async () => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    const fixture = TestBed.createComponent(ThemeSwitch);
    await fixture.whenStable();
    const button = (fixture.nativeElement as HTMLElement).querySelector('button');
    const seen: unknown[] = [];
    for (let press = 0; press < 4; press += 1) {
      seen.push([button?.ariaLabel, scheme()]);
      button?.click();
      await fixture.whenStable();
    }
    expect(seen).toEqual([
      ['主题：跟随系统', ''],
      ['主题：浅色', 'light'],
      ['主题：深色', 'dark'],
      ['主题：跟随系统', ''],
    ]);
    TestBed.resetTestingModule();
    document.documentElement.style.colorScheme = '';
    expect(TestBed.inject(ThemeChoice).theme()).toBe('light');
    expect(scheme()).toBe('light');
  });

  it('is the system’s where the stored one is unknown', () => {
    localStorage.setItem('daysync.theme', 'sepia');
    expect(TestBed.inject(ThemeChoice).theme()).toBe('system');
  });
});
