import { describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { TranslocoService } from '@jsverse/transloco';
import { injectQuarantineWords } from './quarantine-words';
import { provideTestWords } from './test-words';
import { injectWebhookWords } from './webhook-words';

describe('the words of a page', () => {
  it('stand beside all others, in the language of the moment', () => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    const t = TestBed.runInInjectionContext(injectWebhookWords);
    const ofQuarantine = TestBed.runInInjectionContext(injectQuarantineWords);
    expect([t('webhooks.in', { time: '1 秒' }), t('retry')]).toEqual(['1 秒后', '重试']);
    TestBed.inject(TranslocoService).setActiveLang('en');
    expect([t('webhooks.in', { time: '1 s' }), t('retry')]).toEqual(['in 1 s', 'Try again']);
    expect(ofQuarantine('quarantine.no_day')).toBe('No day');
  });
});
