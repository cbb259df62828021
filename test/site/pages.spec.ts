import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FILES, PAGES } from '../../site/navigation.mjs';
import { BUILT, fileAt, readBuiltPages, type BuiltPage } from './built-site.js';

const pages = readBuiltPages();
const byFile = new Map(pages.map((page) => [page.file, page]));

/** What of a page's links leads to no file, or to no element of it. */
function brokenLinks(page: BuiltPage): readonly string[] {
  return page.links.filter((link) => {
    const file = fileAt(page, link);
    if (file === undefined) return false;
    if (!existsSync(path.join(BUILT, file))) return true;
    const anchor = decodeURIComponent(new URL(link, 'http://site').hash.slice(1));
    return anchor !== '' && byFile.get(file)?.ids.has(anchor) !== true;
  });
}

describe('the built site', () => {
  it('has each page of the navigation, in its language', () => {
    const languages = PAGES.map(({ at }) => byFile.get(`${at}.html`)?.language);
    expect(languages).toEqual(PAGES.map(({ at }) => (at.startsWith('zh/') ? 'zh-CN' : 'en')));
    expect(pages.length).toBe(PAGES.length + 1);
  });

  it.each(['index.html', 'zh/index.html'])('leads from %s to every page', (home) => {
    const reached = new Set([home]);
    for (const file of reached) {
      const page = byFile.get(file);
      if (page === undefined) continue;
      for (const link of page.links) reached.add(fileAt(page, link) ?? '');
    }
    expect(PAGES.map(({ at }) => `${at}.html`).filter((file) => !reached.has(file))).toEqual([]);
  });

  it('shows no comment of a page', () => {
    const shown = pages.filter(({ html }) => html.includes('<p>&lt;!--'));
    expect(shown.map(({ file }) => file)).toEqual([]);
  });

  it('has a copy of each file that its pages link to', () => {
    const linked = new Set(pages.flatMap((page) => page.links.map((link) => fileAt(page, link))));
    const files = globSync('files/*', { cwd: BUILT }).filter((file) => !/\.(?:br|gz)$/.test(file));
    expect(files.length).toBe(FILES.length);
    expect(files.filter((file) => !linked.has(file))).toEqual([]);
  });

  it.each(pages.map((page) => [page.file, page] as const))(
    'links of %s lead to pages and anchors',
    (_file, page) => {
      expect(brokenLinks(page)).toEqual([]);
    },
  );
});

describe('what a browser loads', () => {
  it('comes from the site alone, and is there', () => {
    const wrong = pages.flatMap((page) =>
      page.loads
        .map((address) => fileAt(page, address) ?? address)
        .filter((file) => !existsSync(path.join(BUILT, file)))
        .map((file) => `${page.file}: ${file}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has styles that name no other host', () => {
    const styles = globSync('**/*.css', { cwd: BUILT });
    expect(styles.length).toBeGreaterThan(0);
    const text = styles.map((file) => readFileSync(path.join(BUILT, file), 'utf8')).join('\n');
    const named = [...text.matchAll(/(?:url\(["']?|@import ["']?)([^)"']+)/g)];
    const urls = named.map(([, url = '']) => url);
    expect(urls.filter((url) => !/^(?:data:|\/docs\/site\/)/.test(url))).toEqual([]);
  });

  it('has no script in a page, because the Content-Security-Policy allows none', () => {
    const inline = pages.flatMap(({ file, inlineScripts }) =>
      inlineScripts.map((script) => `${file}: ${script}`),
    );
    expect(inline).toEqual([]);
  });
});
