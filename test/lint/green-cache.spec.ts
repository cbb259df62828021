import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { onceGreen } from '../../tools/green-cache.mjs';
import { STATIC_CHECKS } from '../../tools/static-checks.mjs';
import { scratchFolder } from '../scratch.js';

const LINT = { reads: /[.](?:ts|json)$/, commands: [['linter', '--all']] };
const GREEN = { passed: 1, failed: 0, output: '' };
const RED = { passed: 0, failed: 1, output: 'a.ts: no' };
const PACKAGES = 'node_modules/.package-lock.json';

/** A project with a source, the settings of its linter, a page, and a package that Git does not see. */
async function project({ git = true } = {}): Promise<string> {
  const folder = await scratchFolder();
  await mkdir(path.join(folder, 'node_modules'));
  const files = ['a.ts', 'b.ts', 'rules.json', 'package.json', 'page.md', PACKAGES];
  for (const file of files) await writeFile(path.join(folder, file), file);
  await writeFile(path.join(folder, '.gitignore'), 'node_modules/\n.cache/\n');
  if (git) {
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
    execFileSync('git', ['add', '.'], { cwd: folder });
  }
  return folder;
}

/** Whether a green check of the folder runs. */
async function runs(folder: string, check = LINT): Promise<boolean> {
  let ran = false;
  const result = await onceGreen(folder, 'lint', check, () => {
    ran = true;
    return Promise.resolve(GREEN);
  });
  expect(result).toMatchObject(GREEN);
  expect(result.unchangedSince === undefined).toBe(ran);
  return ran;
}

describe('a check that was green', () => {
  const change = (file: string) => (folder: string) => appendFile(path.join(folder, file), ' ');
  it.each([
    ['a source', change('a.ts')],
    ['a new source', change('new.ts')],
    ['a rule', change('rules.json')],
    ['the version of a package', change(PACKAGES)],
    ['a source that was removed', (folder: string) => rm(path.join(folder, 'b.ts'))],
  ])('runs again after a change of %s, and then no more', async (_what, changed) => {
    const folder = await project();
    expect(await runs(folder)).toBe(true);
    expect(await runs(folder)).toBe(false);
    await changed(folder);
    expect(await runs(folder)).toBe(true);
    expect(await runs(folder)).toBe(false);
  });

  it('does not run again after a change of what it does not read', async () => {
    const folder = await project();
    await runs(folder);
    await change('page.md')(folder);
    expect(await runs(folder)).toBe(false);
  });

  it('does not run again under a launcher on another Node, as after the first run of a clone', async () => {
    const folder = await project();
    await runs(folder);
    const { version: value } = process;
    Object.defineProperty(process, 'version', { value: 'v20.0.0' });
    const again = runs(folder).finally(() => Object.defineProperty(process, 'version', { value }));
    expect(await again).toBe(false);
  });

  it('runs again with other options', async () => {
    const folder = await project();
    await runs(folder);
    expect(await runs(folder, { ...LINT, commands: [['linter']] })).toBe(true);
  });

  it('says when it was green', async () => {
    const folder = await project();
    const before = new Date().toISOString();
    await runs(folder);
    const after = new Date().toISOString();
    const { unchangedSince = '' } = await onceGreen(folder, 'lint', LINT, () => {
      throw new Error('expected no run');
    });
    expect([before, unchangedSince, after].toSorted()).toEqual([before, unchangedSince, after]);
  });
});

it.each([
  ['was red', true, () => Promise.resolve(RED)],
  [
    'was green while a source changed',
    true,
    async (folder: string) => {
      await appendFile(path.join(folder, 'a.ts'), ' ');
      return GREEN;
    },
  ],
  ['is outside Git', false, () => Promise.resolve(GREEN)],
])('a check that %s runs again', async (_what, git, run) => {
  const folder = await project({ git });
  await onceGreen(folder, 'lint', LINT, () => run(folder));
  expect(await runs(folder)).toBe(true);
});

it.each([
  ['docs/pages/guide.md', ['format']],
  ['apps/web/src/app/app.html', ['format', 'dead code', 'lint']],
  ['apps/web/src/styles.scss', ['format', 'dead code']],
  ...[
    ...['apps/api/src/main.ts', 'tools/run.mjs', 'apps/web/tsconfig.json', '.gitignore'],
    ...['package-lock.json', '.oxlintrc.jsonc', 'eslint.config.mjs', 'tools/static-checks.mjs'],
  ].map((file) => [file, Object.keys(STATIC_CHECKS)] as const),
] as const)('a change of %s reaches %j', (file, checks) => {
  const reading = Object.keys(STATIC_CHECKS).filter((name) =>
    STATIC_CHECKS[name]?.reads.test(file),
  );
  expect(reading).toEqual(checks);
});
