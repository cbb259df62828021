import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDatasets } from '../../apps/api/src/datasets/file/dataset-file.js';
import { TOP } from '../scratch.js';
import { readPages, type Block, type MarkdownPage } from './pages.js';

const pages = readPages();
const byName = new Map(pages.map((page) => [page.name, page]));

const { scripts } = JSON.parse(readFileSync(path.join(TOP, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

function missing({ name, links, anchors }: MarkdownPage): readonly string[] {
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? name : path.posix.join(path.posix.dirname(name), file);
    if (!existsSync(path.join(TOP, target))) return true;
    if (anchor === undefined) return false;
    const known = file === '' ? anchors : byName.get(target)?.anchors;
    return !(known?.has(anchor) ?? false);
  });
}

const blocksOf = (language: string): (readonly [page: string, number: number, block: Block])[] =>
  pages.flatMap(({ name, blocks }) =>
    blocks.flatMap((block, index) =>
      block.language === language ? [[name, index + 1, block] as const] : [],
    ),
  );

describe('the pages', () => {
  it('exist, and the README links to each topic', () => {
    expect(pages.length).toBeGreaterThan(30);
    const topics = pages.filter(({ name }) => /^docs\/[a-z-]+\.md$/.test(name));
    const linked = new Set(
      ['README.md', 'docs/start.md', 'docs/concepts.md'].flatMap((name) =>
        (byName.get(name)?.links ?? []).map((link) =>
          path.posix.join(path.posix.dirname(name), link.split('#')[0] ?? ''),
        ),
      ),
    );
    expect(topics.map(({ name }) => name).filter((name) => !linked.has(name))).toEqual([]);
  });

  it('use every picture of the docs, and the pictures are small, because every clone contains them', () => {
    const shown = new Set(
      pages.flatMap(({ name, links }) =>
        links.map((link) => path.posix.join(path.posix.dirname(name), link)),
      ),
    );
    const pictures = readdirSync(path.join(TOP, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /[.](?:avif|gif|jpe?g|png|svg|webp)$/.test(name))
      .map((name) => path.posix.join('docs', name));
    expect(pictures.filter((name) => !shown.has(name))).toEqual([]);
    const heavy = pictures.filter((name) => statSync(path.join(TOP, name)).size > 80_000);
    expect(heavy).toEqual([]);
    expect(pictures.length).toBeLessThanOrEqual(24);
  });

  it.each(pages.map((page) => [page.name, page] as const))('links of %s', (_name, page) => {
    expect(missing(page)).toEqual([]);
  });
});

describe('blocks of code', () => {
  it.each(blocksOf('yaml').filter(([page, , { text }]) => isDatasetsFile(page, text)))(
    '%s, %d: a datasets file',
    (_page, _number, { text }) => {
      const result = readDatasets(text, { folder: TOP, env: variablesOf(text) });
      expect(result).toMatchObject({ ok: true });
    },
  );

  it.each(blocksOf('sh'))('%s, %d: commands', (_page, _number, { text }) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const named = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });
});

/** The tests of the pages on sources and targets run their blocks, with their servers' values. */
function isDatasetsFile(page: string, text: string): boolean {
  return !/^docs\/(?:sources|targets)\//.test(page) && text.startsWith('datasets:');
}

function variablesOf(text: string): Record<string, string> {
  const names = [...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, `http://127.0.0.1/${name}`]));
}
