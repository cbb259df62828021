// Links and pictures of the project's Markdown, as they are in the site.
import path from 'node:path';
import { FILES, FOLDERS, PAGES } from './navigation.mjs';

const PATHS = new Map(PAGES.map(({ file, at }) => [file, at]));
const SOURCES = new Map(PAGES.map(({ file, at }) => [at, file]));

/**
 * A plugin of markdown-it. The pages link to files of the project; here these become pages and files of the site. What
 * the site does not have, such as a source file, becomes its name without a link.
 * @param {string} base the path of the site, such as `/docs/site/`
 */
export function projectLinks(md, base) {
  md.core.ruler.push('project-links', ({ tokens, env }) => {
    // A page of the site's own, such as the one that says that there is no page.
    const source = SOURCES.get(String(env.relativePath ?? '').replace(/\.md$/, ''));
    if (source === undefined) return;
    for (const { children } of tokens) {
      const open = [];
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          setTarget(token, source, base);
          open.push(token);
        } else if (token.type === 'link_close') token.tag = open.pop()?.tag ?? 'a';
        else if (token.type === 'image') {
          token.attrSet('src', `/${picturePath(inProject(source, token.attrGet('src')))}`);
          token.attrSet('loading', 'lazy');
        }
      }
    }
  });
}

/** The path of a picture in the site. @param {string} file its path in the project */
export function picturePath(file) {
  return file.replace(/^docs\//, '');
}

/** The path of a file that is no page, in the site. @param {string} file its path in the project */
export function filePath(file) {
  return `files/${path.posix.basename(file).replace(/^\./, '')}`;
}

/** The anchor of a heading, as on the usual hosts of repositories. @param {string} heading its text */
export function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function setTarget(link, source, base) {
  const href = link.attrGet('href') ?? '';
  if (/^(?:[a-z]+:|#)/i.test(href)) return;
  const [target = '', anchor] = href.split('#');
  const file = inProject(source, target);
  const page = PATHS.get(file) ?? FOLDERS[file];
  if (page !== undefined) {
    link.attrSet('href', `/${page}.md${anchor === undefined ? '' : `#${anchor}`}`);
  } else if (FILES.includes(file)) {
    link.attrSet('href', base + filePath(file));
    // Not a page: the browser fetches it, and not the site's router.
    link.attrSet('target', '_self');
  } else {
    link.tag = 'span';
    link.attrs = [
      ['class', 'in-the-source'],
      ['title', file],
    ];
  }
}

function inProject(source, target) {
  return path.posix.join(path.posix.dirname(source), decodeURI(target)).replace(/\/$/, '');
}
