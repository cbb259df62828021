import { describe, expect, it } from 'vitest';
import { preferredLanguage } from './language.js';

describe('preferredLanguage', () => {
  it.each([
    [undefined, 'zh'],
    ['', 'zh'],
    ['*', 'zh'],
    ['fr', 'zh'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.1, zh;q=0.9', 'zh'],
    ['zh;q=0, en', 'en'],
    ['\u0000;;,q=', 'zh'],
  ])('%s: %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
    // The second time it is remembered.
    expect(preferredLanguage(header)).toBe(language);
  });
});
