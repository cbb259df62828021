// The pages of the built site as files: what they link to, and what a browser loads for them.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BASE } from '../../site/navigation.mjs';
import { TOP } from '../scratch.js';

export const BUILT = path.join(TOP, 'dist/site');

/** As the build writes them: attributes in double quotes, and all else escaped. */
const TAG = /<([a-z][\w-]*)((?:\s[^<>]*)?)>/g;
const ATTRIBUTE = /\s([\w:@-]+)(?:="([^"]*)")?/g;

export interface BuiltPage {
  readonly file: string;
  readonly language: string;
  readonly ids: ReadonlySet<string>;
  readonly links: readonly string[];
  /** What a browser loads for it: scripts, styles, pictures and what it fetches ahead. */
  readonly loads: readonly string[];
  readonly html: string;
  /** The scripts and handlers that stand in the page itself. */
  readonly inlineScripts: readonly string[];
}

export function readBuiltPages(): readonly BuiltPage[] {
  return globSync('**/*.html', { cwd: BUILT }).map(readBuiltPage);
}

function readBuiltPage(file: string): BuiltPage {
  const html = readFileSync(path.join(BUILT, file), 'utf8');
  const tags = [...html.matchAll(TAG)].map(([tag, name = '', attributes = '']) => ({
    tag,
    name,
    attributes: new Map(
      [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [key, decoded(value)]),
    ),
  }));
  const valuesOf = (attribute: string, isOne: (name: string) => boolean): readonly string[] =>
    tags
      .filter(({ name, attributes }) => isOne(name) && attributes.has(attribute))
      .map(({ attributes }) => attributes.get(attribute) ?? '');
  return {
    file,
    html,
    language: valuesOf('lang', (name) => name === 'html')[0] ?? '',
    ids: new Set(valuesOf('id', () => true)),
    links: valuesOf('href', (name) => name === 'a'),
    loads: [...valuesOf('src', () => true), ...valuesOf('href', (name) => name === 'link')],
    inlineScripts: tags
      .filter(
        ({ name, attributes }) =>
          (name === 'script' && !attributes.has('src')) ||
          [...attributes.keys()].some((key) => key.startsWith('on')),
      )
      .map(({ tag }) => tag),
  };
}

function decoded(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

/** The file that an address of the site leads to; undefined if it leads elsewhere. */
export function fileAt(page: BuiltPage, address: string): string | undefined {
  const { origin, pathname } = new URL(address, `http://site${BASE}${page.file}`);
  if (origin !== 'http://site') return undefined;
  if (!pathname.startsWith(BASE)) return `outside of the site: ${pathname}`;
  const file = decodeURIComponent(pathname.slice(BASE.length));
  return file === '' || file.endsWith('/') ? `${file}index.html` : file;
}
