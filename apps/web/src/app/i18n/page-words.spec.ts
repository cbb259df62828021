import { describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { TranslocoService } from '@jsverse/transloco';
import { datasetsEn } from './datasets.en';
import { datasetsZh } from './datasets.zh';
import { logEn } from './log.en';
import { logZh } from './log.zh';
import { quarantineEn } from './quarantine.en';
import { injectQuarantineWords } from './quarantine-words';
import { quarantineZh } from './quarantine.zh';
import { recordsEn } from './records.en';
import { recordsZh } from './records.zh';
import { shortcutsEn } from './shortcuts.en';
import { shortcutsZh } from './shortcuts.zh';
import { provideTestWords } from './test-words';
import { injectWebhookWords } from './webhook-words';
import { webhooksEn } from './webhooks.en';
import { webhooksZh } from './webhooks.zh';

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

  it.each([
    ['webhooks', webhooksZh, webhooksEn],
    ['quarantine', quarantineZh, quarantineEn],
    ['datasets', datasetsZh, datasetsEn],
    ['records', recordsZh, recordsEn],
    ['log', logZh, logEn],
    ['shortcuts', shortcutsZh, shortcutsEn],
  ])('%s are Chinese in Chinese and not in English, with the same parameters', (_, zh, en) => {
    const parameters = (text = ''): string[] => [...text.matchAll(/\{\{\w+\}\}/g)].flat().sort();
    const english = new Map<string, string>(Object.entries(en));
    for (const [key, text] of Object.entries<string>(zh)) {
      expect(text).toMatch(/\p{Script=Han}/u);
      expect(english.get(key)).not.toMatch(/\p{Script=Han}/u);
      expect(parameters(english.get(key))).toEqual(parameters(text));
    }
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  });
});
