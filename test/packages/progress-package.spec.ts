// The published package `@daysync/progress`.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from 'esbuild';
import { TOP } from '../scratch.js';
import { packed as packedIn, type Packed } from './packed.js';

const ENTRIES = ['index', 'nest/index', 'angular/index', 'element/index'];
/** The one file for a script tag. */
const ELEMENT = 'element.bundle.js';
/** The entry `.`, minified and gzipped, without rxjs. */
const MOST_BYTES = 8_000;
const MOST_ELEMENT_BYTES = 8_000;

let packed: Packed;
beforeAll(async () => {
  packed = await packedIn('progress');
});

async function readJson(file: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, unknown>>;
}

describe('the package', () => {
  it('has modules with types, a README and the licence, and no specs', () => {
    const written = packed.names.filter((name) => name.startsWith('schematics/files/'));
    expect(written).toEqual([
      'schematics/files/daysync-progress-page.css',
      'schematics/files/daysync-progress-page.html',
      'schematics/files/daysync-progress-page.ts',
      'schematics/files/daysync-progress.css',
      'schematics/files/daysync-progress.html',
      'schematics/files/daysync-progress.ts',
    ]);
    const others = packed.names.filter(
      (name) => !/\.(d\.ts|js)$/.test(name) && !written.includes(name),
    );
    expect(others).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
      'schematics/collection.json',
      'schematics/schema.json',
    ]);
    expect(packed.names).toContain(ELEMENT);
    const modules = packed.names.filter((name) => name.endsWith('.js') && name !== ELEMENT);
    expect(packed.names.filter((name) => name.endsWith('.d.ts'))).toEqual(
      modules.map((name) => name.replace(/js$/, 'd.ts')).sort(),
    );
    expect(modules).toEqual(expect.arrayContaining(ENTRIES.map((entry) => `${entry}.js`)));
    expect(packed.names.filter((name) => name.includes('spec'))).toEqual([]);
  });

  it('needs nothing but rxjs, has the version of Daysync, and no side effects but those of the element', async () => {
    const { manifest } = packed;
    const { version, license } = await readJson(path.join(TOP, 'package.json'));
    expect(manifest).toMatchObject({ version, license, type: 'module' });
    expect(manifest['sideEffects']).toEqual([`./${ELEMENT}`]);
    expect(manifest).not.toHaveProperty('dependencies');
    const optional = { optional: true };
    expect(Object.keys(manifest['peerDependencies'] as object)).toEqual([
      '@angular-devkit/schematics',
      '@angular/common',
      '@angular/core',
      '@nestjs/common',
      '@schematics/angular',
      'rxjs',
    ]);
    expect(manifest['peerDependenciesMeta']).toEqual({
      '@angular-devkit/schematics': optional,
      '@angular/common': optional,
      '@angular/core': optional,
      '@nestjs/common': optional,
      '@schematics/angular': optional,
    });
  });

  it('is small', async () => {
    const bundle = await bundleOf("export * from './index.js';");
    const bytes = gzipSync(bundle, { level: 9 }).length;
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('has the element as one small file that imports nothing', async () => {
    const bundle = await readFile(path.join(packed.built, ELEMENT));
    const bytes = gzipSync(bundle, { level: 9 }).length;
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(MOST_ELEMENT_BYTES);
    expect(bundle.toString()).not.toMatch(/\bimport\b|rxjs/);
  });

  it.each(ENTRIES)('leaves nothing of %s in a bundle that uses nothing of it', async (entry) => {
    expect((await bundleOf(`import './${entry}.js';`)).trim()).toBe('');
  });
});

async function bundleOf(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: packed.built },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['rxjs', '@nestjs/common', '@angular/*'],
    write: false,
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('');
}
