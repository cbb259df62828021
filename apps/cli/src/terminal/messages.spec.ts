import { describe, expect, it } from 'vitest';
import { languageOf } from './messages.js';

describe('languageOf', () => {
  it.each<[Record<string, string>, string]>([
    [{}, 'en'],
    [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
    [{ LANG: 'de_DE.UTF-8' }, 'en'],
    [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW', LC_ALL: '' }, 'zh'],
  ])('%j: %s', (env, language) => {
    expect(languageOf(env)).toBe(language);
  });
});
