import path from 'node:path';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { TOP } from '../scratch.js';

export interface Packed {
  readonly built: string;
  readonly file: string;
  readonly names: readonly string[];
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** @param folder the folder of the built package, such as `progress` */
export async function packed(folder: string): Promise<Packed> {
  const built = path.join(TOP, 'dist', folder);
  const manifest = JSON.parse(await readFile(path.join(built, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  const name = manifest.name.replace('@', '').replace('/', '-');
  const file = path.join(TOP, 'dist/release', `${name}-${manifest.version}.tgz`);
  const { stdout } = await promisify(execFile)('tar', ['-tzf', file]);
  const names = stdout
    .trim()
    .split('\n')
    .map((entry) => entry.replace(/^package\//, ''));
  return { built, file, names: names.sort(), manifest: { ...manifest } };
}

/** The minified bundle of code that uses the packages of a folder. */
export async function bundleOf(
  contents: string,
  folder: string,
  external: string[] = [],
): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('');
}

export function gzippedBytes(bundle: string | Buffer): number {
  return gzipSync(bundle, { level: 9 }).length;
}
