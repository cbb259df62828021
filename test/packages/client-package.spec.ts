// The published package `@daysync/client`: packed, installed by itself, and run as its README shows.
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { blocksIn } from '../docs/pages.js';
import { ended } from '../ended.js';
import { scratchFolder, TOP, weather } from '../scratch.js';
import { NEW_USER, openPage, type } from './new-user.js';
import { bundleOf, gzippedBytes, packed as packedIn, type Packed } from './packed.js';

const TSC = path.join(TOP, 'node_modules/typescript/bin/tsc');
/** All of it, minified and gzipped. */
const MOST_BYTES = 6_000;

let folder: string;
let packed: Packed;
let daysync: DaysyncProcess;
let examples: readonly string[];
beforeAll(async () => {
  folder = await scratchFolder();
  packed = await packedIn('client');
  await writeFile(path.join(folder, 'package.json'), '{"private":true,"type":"module"}');
  await type(folder, `npm install --no-audit --no-fund ${packed.file}`);
  daysync = await startDaysync({ datasets: [weather()] });
  const readme = await readFile(path.join(TOP, 'libs/client/README.md'), 'utf8');
  examples = blocksIn(readme).flatMap(({ language, text }) => (language === 'ts' ? [text] : []));
});

describe('the package', () => {
  it('has modules with types, a README and the licence', () => {
    const others = packed.names.filter((name) => !/\.(d\.ts|js)$/.test(name));
    expect(others).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(packed.names).toContain('client/src/index.js');
  });

  it('needs no other package', async () => {
    const { manifest } = packed;
    expect(manifest).toMatchObject({ sideEffects: false });
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('peerDependencies');
    expect(await type(folder, 'ls node_modules/@daysync node_modules')).not.toMatch(/rxjs/);
  });

  it('is small', async () => {
    const bytes = gzippedBytes(await bundleOf("export * from '@daysync/client';", folder));
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
    expect((await bundleOf("import '@daysync/client';", folder)).trim()).toBe('');
  });
});

describe('the README', () => {
  it('has examples that compile, strictly', async () => {
    expect(examples).toHaveLength(2);
    await mkdir(path.join(folder, 'src'), { recursive: true });
    for (const [index, text] of examples.entries()) {
      await writeFile(path.join(folder, `src/example-${index}.ts`), text);
    }
    const options = {
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      target: 'es2022',
      module: 'nodenext',
      lib: ['es2022', 'dom', 'dom.iterable'],
      types: ['node'],
      typeRoots: [path.join(TOP, 'node_modules/@types')],
    };
    const config = { compilerOptions: options, include: ['src'] };
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    const checked = await ended(spawn(process.execPath, [TSC, '--project', folder]));
    expect(checked).toMatchObject({ code: 0, stdout: '' });
  });

  it('runs in Node', async () => {
    const [example = ''] = examples;
    await writeFile(path.join(folder, 'example.ts'), example);
    const env = { ...NEW_USER, DAYSYNC_URL: daysync.url };
    const ran = await ended(spawn(process.execPath, ['example.ts'], { cwd: folder, env }));
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout.trim().split('\n').at(-1)).toMatch(/^100 %: Sync completed: 31 succeeded/);
    const wrong = { ...env, DAYSYNC_URL: 'http://127.0.0.1:9' };
    const failed = await ended(
      spawn(process.execPath, ['example.ts'], { cwd: folder, env: wrong }),
    );
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).toMatch(/^UNREACHABLE: /);
  });

  it('runs in a browser, in a page of the same origin', async () => {
    const range = { start_date: '2012-04-01', end_date: '2012-04-05', dataset: 'weather' };
    const { task_id } = await daysync.startBatch(range);
    const [, example = ''] = examples;
    const code = example.replace('2012-03-01_2012-03-31_1760716800', task_id);
    const script = await bundleOf(code, folder);
    const { page, faults } = await openPage();
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    await page.route('**/my-page', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<script type="module" src="/my.js"></script>',
      }),
    );
    await page.route('**/my.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: script }),
    );
    const written = page.waitForEvent('console');
    await page.goto(`${daysync.url}/my-page`);
    await written;
    expect([...lines, ...faults]).toEqual(['completed 5 0 0']);
  });
});

it('the example of docs/api.md runs', async () => {
  const api = await readFile(path.join(TOP, 'docs/api.md'), 'utf8');
  const [block] = blocksIn(api).filter(({ language }) => language === 'js');
  await writeFile(path.join(folder, 'api-page.js'), block?.text ?? '');
  const args = ['api-page.js', daysync.url];
  const ran = await ended(spawn(process.execPath, args, { cwd: folder, env: NEW_USER }));
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(ran.stdout.trim().split('\n').at(-1)).toMatch(/^100 %: Sync completed: \d succeeded/);
});
