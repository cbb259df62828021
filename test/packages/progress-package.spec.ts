// The published package `@daysync/progress`.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, gzippedBytes, packed as packedIn, type Packed } from './packed.js';

const ENTRIES = ['index', 'nest/index', 'angular/index', 'element/index'];
/** The one file for a script tag. */
const ELEMENT = 'element.bundle.js';
/** The entry `.`, minified and gzipped, without rxjs. */
const MOST_BYTES = 8_000;
const MOST_ELEMENT_BYTES = 8_000;
const PEERS = ['rxjs', '@nestjs/common', '@angular/*'];

let packed: Packed;
beforeAll(async () => {
  packed = await packedIn('progress');
});

describe('the package', () => {
  it('has modules with types, a README and the licence', () => {
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
  });

  it('needs nothing but rxjs, and has no side effects but those of the element', () => {
    const { manifest } = packed;
    expect(manifest['sideEffects']).toEqual([`./${ELEMENT}`]);
    expect(manifest).not.toHaveProperty('dependencies');
    const frameworks = [
      '@angular-devkit/schematics',
      '@angular/common',
      '@angular/core',
      '@nestjs/common',
      '@schematics/angular',
    ];
    expect(Object.keys(manifest['peerDependencies'] as object)).toEqual([...frameworks, 'rxjs']);
    expect(manifest['peerDependenciesMeta']).toEqual(
      Object.fromEntries(frameworks.map((name) => [name, { optional: true }])),
    );
  });

  it('is small', async () => {
    const bytes = gzippedBytes(await bundleOf("export * from './index.js';", packed.built, PEERS));
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('has the element as one small file that imports nothing', async () => {
    const bundle = await readFile(path.join(packed.built, ELEMENT));
    const bytes = gzippedBytes(bundle);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(MOST_ELEMENT_BYTES);
    expect(bundle.toString()).not.toMatch(/\bimport\b|rxjs/);
  });

  it.each(ENTRIES)('leaves nothing of %s in a bundle that uses nothing of it', async (entry) => {
    expect((await bundleOf(`import './${entry}.js';`, packed.built, PEERS)).trim()).toBe('');
  });
});
