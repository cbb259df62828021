import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '@daysync/progress';
import { adviceFor, loadDayErrorWords, textParts } from './day-error-words';

const codeIn = (sentence: string): string[] =>
  textParts(sentence)
    .filter(({ isCode }) => isCode)
    .map(({ text }) => text)
    .sort();

describe('cause and fix of the errors of days', () => {
  it('name the same settings in both languages', async () => {
    const [zh, en] = await Promise.all(LANGUAGES.map((language) => loadDayErrorWords(language)));
    expect(Object.keys(en ?? {})).toEqual(Object.keys(zh ?? {}));
    for (const [code, { cause, fix }] of Object.entries(zh ?? {})) {
      const english = en && adviceFor(en, code);
      expect({ code, names: codeIn(cause + fix) }).toEqual({
        code,
        names: codeIn(`${english?.cause ?? ''}${english?.fix ?? ''}`),
      });
    }
  });

  it('are none for a code that a provider made up', async () => {
    const words = await loadDayErrorWords('zh');
    expect(adviceFor(words, 'TIMEOUT')?.fix).toContain('timeout_seconds');
    expect(adviceFor(words, 'OUT_OF_COFFEE')).toBeUndefined();
    expect(adviceFor(words, 'toString')).toBeUndefined();
  });
});

describe('textParts', () => {
  it('separates text and code', () => {
    expect(textParts('Set `a`, not `b`.')).toEqual([
      { text: 'Set ', isCode: false },
      { text: 'a', isCode: true },
      { text: ', not ', isCode: false },
      { text: 'b', isCode: true },
      { text: '.', isCode: false },
    ]);
    expect(textParts('')).toEqual([]);
  });
});
