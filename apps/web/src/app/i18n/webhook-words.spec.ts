import { describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { TranslocoService } from '@jsverse/transloco';
import { injectWebhookWords } from './webhook-words';
import { webhooksEn } from './webhooks.en';
import { webhooksZh } from './webhooks.zh';
import { provideTestWords } from './test-words';

describe('the words of the webhooks page', () => {
  it('stand beside all others, in the language of the moment', () => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    const t = TestBed.runInInjectionContext(injectWebhookWords);
    expect([t('webhooks.in', { time: '1 秒' }), t('retry')]).toEqual(['1 秒后', '重试']);
    TestBed.inject(TranslocoService).setActiveLang('en');
    expect([t('webhooks.in', { time: '1 s' }), t('retry')]).toEqual(['in 1 s', 'Try again']);
  });

  it('are Chinese in Chinese and not in English, with the same parameters', () => {
    const parameters = (text: string): string[] => [...text.matchAll(/\{\{\w+\}\}/g)].flat().sort();
    for (const [key, zh] of Object.entries<string>(webhooksZh)) {
      const en = webhooksEn[key as keyof typeof webhooksZh];
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).not.toMatch(/\p{Script=Han}/u);
      expect(parameters(en)).toEqual(parameters(zh));
    }
    expect(Object.keys(webhooksEn).sort()).toEqual(Object.keys(webhooksZh).sort());
  });
});
