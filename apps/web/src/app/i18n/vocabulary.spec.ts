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

const CHINESE = {
  ...zh,
  ...activeZh,
  ...adviceZh,
  ...datasetsZh,
  ...extendZh,
  ...freshnessZh,
  ...logZh,
  ...marksZh,
  ...quarantineZh,
  ...recordsZh,
  ...dayZh,
  ...shortcutsZh,
  ...startHereZh,
  ...webhooksZh,
};
const ENGLISH = {
  ...en,
  ...activeEn,
  ...adviceEn,
  ...datasetsEn,
  ...extendEn,
  ...freshnessEn,
  ...logEn,
  ...marksEn,
  ...quarantineEn,
  ...recordsEn,
  ...dayEn,
  ...shortcutsEn,
  ...startHereEn,
  ...webhooksEn,
};

describe('the vocabulary', () => {
  it('has none of the wordings that were replaced', () => {
    const chinese = Object.entries<string>(CHINESE).filter(([, text]) => LEFT_ZH.test(text));
    const english = Object.entries<string>(ENGLISH).filter(([, text]) =>
      LEFT_EN.some((left) => left.test(text)),
    );
    expect([...chinese, ...english]).toEqual([]);
  });

  it('has Chinese punctuation in Chinese sentences', () => {
    // The lines of the contract are written as they have always been.
    const fixed = new Set(['progress.count', 'progress.tally']);
    const wrong = Object.entries<string>(CHINESE).filter(
      ([key, text]) =>
        !fixed.has(key) &&
        /\p{Script=Han}[,;!?]|\p{Script=Han} ?[()]|[()] ?\p{Script=Han}|\p{Script=Han}:(?!\/\/)/u.test(
          text,
        ),
    );
    expect(wrong).toEqual([]);
  });

  it('has a space between Chinese and Latin letters or digits', () => {
    const { 'calendar.months': _, ...texts } = CHINESE;
    const wrong = Object.entries<string>(texts).filter(([, text]) =>
      /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u.test(text),
    );
    expect(wrong).toEqual([]);
  });
});
