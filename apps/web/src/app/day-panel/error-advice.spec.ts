import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ErrorHandler } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { TranslocoService } from '@jsverse/transloco';
import { loadDayErrorWords } from '../i18n/day-error-words';
import { give, textsIn } from '../design/page.fixture';
import { provideTestWords } from '../i18n/test-words';
import { ErrorAdvice, LOAD_DAY_ERROR_WORDS } from './error-advice';

describe('ErrorAdvice', () => {
  let fixture: ComponentFixture<ErrorAdvice>;
  let isOffline: boolean;
  let reported: unknown[];

  beforeEach(() => {
    isOffline = false;
    reported = [];
    const load: typeof loadDayErrorWords = (language) =>
      isOffline ? Promise.reject(new Error('offline')) : loadDayErrorWords(language);
    TestBed.configureTestingModule({
      providers: [
        provideTestWords(),
        { provide: LOAD_DAY_ERROR_WORDS, useValue: load },
        { provide: ErrorHandler, useValue: { handleError: (e: unknown) => reported.push(e) } },
      ],
    });
    fixture = TestBed.createComponent(ErrorAdvice);
  });

  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  async function textOf(code: string): Promise<string> {
    give(fixture, { code });
    // The words of errors come as a file of their own.
    await vi.dynamicImportSettled();
    await fixture.whenStable();
    return element().textContent.replaceAll(/\s+/g, ' ').trim();
  }

  it('shows cause and fix, with settings as code', async () => {
    expect(await textOf('TIMEOUT')).toMatch(/^原因.*处理方法/);
    expect(textsIn(element(), 'dd code')).toEqual(['timeout_seconds', 'timeout_seconds']);
  });

  it('is folded where there is little room, and not there without advice', async () => {
    fixture.componentRef.setInput('folded', true);
    await textOf('TIMEOUT');
    expect(element().querySelector('details > summary')?.textContent).toBe('原因与处理方法');
    expect(element().querySelector('details dd')).not.toBeNull();
    expect(await textOf('OUT_OF_COFFEE')).toBe('');
  });

  it('is left out where its words can not be loaded, never in the language before', async () => {
    await textOf('TIMEOUT');
    isOffline = true;
    TestBed.inject(TranslocoService).setActiveLang('en');
    expect(await textOf('TIMEOUT')).toBe('');
    expect(reported).toEqual([new Error('offline')]);
  });
});
