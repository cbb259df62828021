import { describe, expect, it } from 'vitest';
import { activeEn } from './active.en';
import { activeZh } from './active.zh';
import { adviceEn } from './advice.en';
import { adviceZh } from './advice.zh';
import { datasetsEn } from './datasets.en';
import { datasetsZh } from './datasets.zh';
import { en } from './en';
import { extendEn } from './extend.en';
import { extendZh } from './extend.zh';
import { freshnessEn } from './freshness.en';
import { freshnessZh } from './freshness.zh';
import { logEn } from './log.en';
import { logZh } from './log.zh';
import { marksEn } from './marks.en';
import { marksZh } from './marks.zh';
import { quarantineEn } from './quarantine.en';
import { quarantineZh } from './quarantine.zh';
import { queueEn } from './queue.en';
import { queueZh } from './queue.zh';
import { recordsEn } from './records.en';
import { recordsZh } from './records.zh';
import { dayEn } from './day.en';
import { dayZh } from './day.zh';
import { shortcutsEn } from './shortcuts.en';
import { shortcutsZh } from './shortcuts.zh';
import { startHereEn } from './start-here.en';
import { startHereZh } from './start-here.zh';
import { webhooksEn } from './webhooks.en';
import { webhooksZh } from './webhooks.zh';
import { zh } from './zh';

/** Wordings that the console had, and that readers stumbled over. */
const LEFT_ZH =
  /自行暂停|它的通知|它的重试|批次的每一天|再同步这一天|缺失与失败|会自动再试|重试失败（|来源不可用/;
const LEFT_EN = [
  /\b(?:tell|told|somebody|nobody|everybody|mend|mended|odd|cure)\b/i,
  /\b(?:give|gives|given) back\b|\bby then\b|\btakes? in\b|\bside by side\b/i,
  /\bfill the start form\b|\bwhat batches came to\b|\bto be (?:sent|retried)\b|\bfires next\b/i,
];

type Texts = Readonly<Record<string, string>>;
/** The words of all pages, and those that a part of the console loads by itself. */
const PARTS: readonly (readonly [name: string, zh: Texts, en: Texts])[] = [
  ['all pages', zh, en],
  ['active', activeZh, activeEn],
  ['advice', adviceZh, adviceEn],
  ['datasets', datasetsZh, datasetsEn],
  ['extend', extendZh, extendEn],
  ['freshness', freshnessZh, freshnessEn],
  ['log', logZh, logEn],
  ['marks', marksZh, marksEn],
  ['quarantine', quarantineZh, quarantineEn],
  ['queue', queueZh, queueEn],
  ['records', recordsZh, recordsEn],
  ['day', dayZh, dayEn],
  ['shortcuts', shortcutsZh, shortcutsEn],
  ['startHere', startHereZh, startHereEn],
  ['webhooks', webhooksZh, webhooksEn],
];
const CHINESE = PARTS.flatMap(([, zh]) => Object.entries(zh));
const ENGLISH = PARTS.flatMap(([, , en]) => Object.entries(en));
/** Chinese texts without a Chinese character. */
const NAMES = new Set(['Daysync', 'JSON', 'Webhook', 'YYYY-MM-DD']);
const PARAMETER = /\{\{\w+\}\}/g;

describe('the vocabulary', () => {
  it('has none of the wordings that were replaced', () => {
    const chinese = CHINESE.filter(([, text]) => LEFT_ZH.test(text));
    const english = ENGLISH.filter(([, text]) => LEFT_EN.some((left) => left.test(text)));
    expect([...chinese, ...english]).toEqual([]);
  });

  it('has Chinese punctuation in Chinese sentences', () => {
    // The lines of the contract are written as they have always been.
    const fixed = new Set(['progress.count', 'progress.tally']);
    const wrong = CHINESE.filter(
      ([key, text]) =>
        !fixed.has(key) &&
        /\p{Script=Han}[,;!?]|\p{Script=Han} ?[()]|[()] ?\p{Script=Han}|\p{Script=Han}:(?!\/\/)/u.test(
          text,
        ),
    );
    expect(wrong).toEqual([]);
  });

  it('has a space between Chinese and Latin letters or digits', () => {
    const wrong = CHINESE.filter(
      ([key, text]) =>
        key !== 'calendar.months' &&
        /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u.test(text),
    );
    expect(wrong).toEqual([]);
  });

  it.each(PARTS)('is Chinese in Chinese and not in English, of %s', (_, zh, en) => {
    const parameters = (text: string): string[] => [...text.matchAll(PARAMETER)].flat().sort();
    expect(Object.keys(en)).toEqual(Object.keys(zh));
    for (const [key, text] of Object.entries(zh)) {
      const english = en[key] ?? '';
      const letters = NAMES.has(text) ? '' : text.replaceAll(PARAMETER, '');
      expect(letters).toMatch(/\p{Script=Han}|^[^A-Za-z]*$/u);
      expect(english).not.toMatch(/\p{Script=Han}/u);
      expect([text, english]).not.toContain('');
      expect({ key, fills: parameters(english) }).toEqual({ key, fills: parameters(text) });
    }
  });
});
