import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { reachHashes } from '../../tools/type-reach.mjs';
import { scratchFolder, TOP } from '../scratch.js';

const INFO = '.cache/types/app.tsbuildinfo';
const FILES = {
  'app/top.ts': "import { b } from './middle.js';\nexport const a: number = b;\n",
  'app/middle.ts': "export { b } from './bottom.js';\n",
  'app/bottom.ts': 'export const b = 1;\n',
  'app/beside.ts': 'export const c = 1;\n',
  'app/everywhere.ts': 'declare global {\n  const EVERYWHERE: string;\n}\nexport {};\n',
  'tools/script.mjs': 'export const d = 1;\n',
  'app/tsconfig.json': '{ "compilerOptions": { "types": [] } }\n',
  'package-lock.json': '{}\n',
};
const SOURCES = Object.keys(FILES).filter((file) => /[.]m?[jt]s$/.test(file));

let folder: string;
beforeAll(async () => {
  folder = await scratchFolder();
  for (const [file, text] of Object.entries(FILES)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  const compiler = path.join(TOP, 'node_modules/typescript-7/bin/tsc');
  const options = ['--noEmit', '--incremental', '--tsBuildInfoFile', INFO, '--project', 'app'];
  execFileSync(process.execPath, [compiler, ...options], { cwd: folder });
});

it.each([
  ['app/bottom.ts', ['app/top.ts', 'app/middle.ts', 'app/bottom.ts']],
  ['app/middle.ts', ['app/top.ts', 'app/middle.ts']],
  ['app/top.ts', ['app/top.ts']],
  ['tools/script.mjs', ['tools/script.mjs']],
  ['app/everywhere.ts', SOURCES],
  ['app/tsconfig.json', SOURCES],
  ['package-lock.json', SOURCES],
] as const)('a change of %s reaches %j', async (changed, reached) => {
  const hashes = (): ReadonlyMap<string, string> => reachHashes(folder, Object.keys(FILES), [INFO]);
  const before = hashes();
  await appendFile(path.join(folder, changed), '\n');
  const after = hashes();
  expect([...before.keys()]).toEqual(SOURCES);
  expect(SOURCES.filter((file) => before.get(file) !== after.get(file))).toEqual(reached);
});
