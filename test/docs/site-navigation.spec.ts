import { describe, expect, it } from 'vitest';
import { FILES, PAGES } from '../../site/navigation.mjs';
import { wordsOf } from '../../site/words.mjs';
import { readPages } from './pages.js';

/** Pages that are not for readers of the site: folders of tests, and reports of an API. */
const NOT_SHOWN = /^(?:test|libs\/[a-z]+\/api)\//;
/** Files of the project that pages may name; the site shows the name without a link. */
const SOURCE = /^(?:apps|libs|test)\//;

const pages = readPages();

describe('the navigation of the site', () => {
  it('has every page once', () => {
    const files = PAGES.map(({ file }) => file);
    const shown = pages.map(({ name }) => name).filter((name) => !NOT_SHOWN.test(name));
    expect(files.toSorted()).toEqual(shown.toSorted());
    expect(new Set(PAGES.map(({ at }) => at)).size).toBe(PAGES.length);
  });

  it('puts the Chinese pages below zh/, and only those', () => {
    const chinese = PAGES.filter(({ file }) => file.endsWith('.zh.md'));
    expect(chinese.length).toBeGreaterThanOrEqual(4);
    expect(PAGES.filter(({ at }) => at.startsWith('zh/'))).toEqual(chinese);
  });

  it('has a copy of each file that pages link to, besides pages, pictures and source files', () => {
    const linked = pages
      .filter(({ name }) => !NOT_SHOWN.test(name))
      .flatMap(({ name, links }) =>
        links.filter((link) => !/^(?:[a-z]+:|#)/.test(link)).map((link) => fileOf(name, link)),
      );
    const others = linked.filter(
      (file) => !SOURCE.test(file) && /\.(?!md$|webp$)\w+$/.test(file) && !file.endsWith('/'),
    );
    expect([...new Set(others)].toSorted()).toEqual(FILES.toSorted());
  });
});

describe('the words of the search', () => {
  it.each([
    ['同步进度', ['同步', '步进', '进度']],
    ['缺', ['缺']],
    ['`pause_after_failures` days', ['pause', 'after', 'failures', 'days']],
    ['用 SQLite 保存', ['用', '保存', 'SQLite']],
    ['', []],
  ])('of %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});

function fileOf(page: string, link: string): string {
  const [target = ''] = link.split('#');
  return new URL(target, `file:///${page}`).pathname.slice(1);
}
