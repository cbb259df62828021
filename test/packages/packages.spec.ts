// What every published package has to pass.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ended } from '../ended.js';
import { scratchFolder, TOP } from '../scratch.js';
import { REPORTED, writeApiReports } from './api-report.mjs';
import { packed } from './packed.js';

const TOOLS = path.join(TOP, 'test/packages/node_modules');

/** The folders of the packages below dist, and what others may import from them. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  progress: ['.', './nest', './angular', './element', './package.json'],
  client: ['.', './package.json'],
  nest: ['.', './source', './package.json'],
  daysync: ['./source', './package.json'],
};

describe.each(Object.entries(PACKAGES))('the package of dist/%s', (folder, entries) => {
  it('satisfies publint', async () => {
    const { file } = await packed(folder);
    const cli = path.join(TOOLS, 'publint/src/cli.js');
    const found = await ended(spawn(process.execPath, [cli, file, '--strict']));
    expect(found).toMatchObject({ code: 0 });
    expect(found.stdout).toMatch(/All good!/);
  });

  it('satisfies attw, for ES modules', async () => {
    const { file } = await packed(folder);
    const cli = path.join(TOOLS, '@arethetypeswrong/cli/dist/index.js');
    const args = [cli, file, '--profile', 'esm-only', '--format', 'json'];
    const found = await ended(spawn(process.execPath, args));
    expect(found).toMatchObject({ code: 0 });
    const { analysis, problems } = JSON.parse(found.stdout) as {
      readonly analysis: { readonly entrypoints: object };
      readonly problems: object;
    };
    expect(Object.keys(analysis.entrypoints)).toEqual(entries);
    // attw always reports this one for ES modules. Node can `require` them from the version that the package requires on.
    expect(Object.keys(problems)).toEqual(['CJSResolvesToESM']);
  });

  it('has the version of Daysync, a README and the licence', async () => {
    const { manifest, names } = await packed(folder);
    const text = await readFile(path.join(TOP, 'package.json'), 'utf8');
    const { version, license } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    expect(manifest).toMatchObject({ version, license, type: 'module' });
    expect(manifest).not.toHaveProperty('private');
    expect(names).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    expect(names.filter((name) => /[.](map|spec[.]|stamp)/.test(name))).toEqual([]);
  });

  it('asks for the versions of its packages that the tests have run with', async () => {
    const { manifest } = await packed(folder);
    const text = await readFile(path.join(TOP, 'package-lock.json'), 'utf8');
    const { packages } = JSON.parse(text) as {
      readonly packages: Readonly<Record<string, { readonly version?: string }>>;
    };
    const { dependencies = {}, peerDependencies = {} } = manifest as Readonly<
      Record<string, Readonly<Record<string, string>>>
    >;
    const tested = (name: string): string => packages[`node_modules/${name}`]?.version ?? 'none';
    for (const [name, range] of Object.entries(dependencies)) expect(range).toBe(tested(name));
    for (const [name, range] of Object.entries(peerDependencies)) {
      // Below 1.0 a minor version may break.
      const [same = ''] = /^(?:0[.]\d+|\d+)[.]/.exec(tested(name)) ?? [];
      expect(same).not.toBe('');
      // The app chooses the version of its compiler.
      const operator = name === 'typescript' ? '>=' : '^';
      expect(range.startsWith(`${operator}${same}`)).toBe(true);
    }
  });
});

/** The folders of the packages that contain others. */
const BUNDLES: readonly string[] = ['nest', 'daysync'];
/** They have no text of their licence in their package. */
const WITHOUT_TEXT: readonly string[] = ['@jsverse/utils', 'standardwebhooks'];

it.each(BUNDLES)(
  'names the licences of the packages that are in it, and of no other: %s',
  async (folder) => {
    const { built, names } = await packed(folder);
    const read = (name: string): Promise<string> => readFile(path.join(built, name), 'utf8');
    const found = new Set<string>();
    for (const name of names.filter((one) => /[.]m?js$/.test(one))) {
      const parts = (await read(name)).matchAll(
        /^ *\/\/ (?:.*\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\/\S+$/gm,
      );
      for (const [, part = ''] of parts) found.add(part);
    }
    expect(found.size).toBeGreaterThan(30);
    // The scripts of the console have no such comments, and those of Swagger UI are copied.
    const console = names.includes('web/3rdpartylicenses.txt')
      ? [...(await read('web/3rdpartylicenses.txt')).matchAll(/^Package: (\S+)$/gm)]
      : [];
    for (const [, part = ''] of console) found.add(part);
    if (names.some((name) => name.includes('swagger-ui/'))) found.add('swagger-ui-dist');

    const notices = (await read('THIRD-PARTY-LICENSES.txt'))
      .trim()
      .split(/\n\n(?:---\n\n)?(?=\S+ \d+[.]\d+[.]\S+ \(.+\)(?:\n|$))/)
      .slice(1);
    const named = new Set(notices.map((notice) => notice.split(' ')[0] ?? ''));
    expect([...named].sort()).toEqual([...found].sort());
    const bare = notices
      .filter((notice) => !notice.includes('\n'))
      .map((notice) => notice.split(' ')[0] ?? '');
    expect(bare.filter((name) => !WITHOUT_TEXT.includes(name))).toEqual([]);
  },
);

const REPORTS = Object.keys(REPORTED) as (keyof typeof REPORTED)[];

it.each(REPORTS)(
  'has the public surface that was reviewed, which `npm run api:report` writes: %s',
  async (name) => {
    const { reports, entries } = REPORTED[name];
    const anew = await scratchFolder();
    expect(await writeApiReports(name, anew)).toEqual([]);
    for (const entry of Object.keys(entries)) {
      const report = await readFile(path.join(anew, `${entry}.api.md`), 'utf8');
      expect(report).toBe(await readFile(path.join(TOP, reports, `${entry}.api.md`), 'utf8'));
    }
  },
);
