// Whatever names the version of Daysync names the one of package.json; `npm run bump` writes all of it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { VERSION } from '../../apps/api/src/config/version.js';
import { TOP } from '../scratch.js';
import { readPages } from './pages.js';

const TARBALL = /daysync(?:-[a-z]+)?-(\d+\.\d+\.\d+[\w.-]*)\.tgz/g;
const files = [...readPages().map(({ name }) => name), 'examples/embed/package.json'];

const named = files.flatMap((file) =>
  [...readFileSync(path.join(TOP, file), 'utf8').matchAll(TARBALL)].map(([name, version]) => ({
    file,
    name,
    version,
  })),
);

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(TOP, file), 'utf8'));
const { version: released } = read('package.json') as { readonly version: string };

it('the program has the version of package.json', () => {
  expect(VERSION).toBe(released);
});

const libraries = readdirSync(path.join(TOP, 'libs')).map((name) => `libs/${name}`);

it.each(['apps/daysync', ...libraries].map((folder) => `${folder}/package.json`))(
  '%s has it',
  (file) => {
    expect(read(file)).toHaveProperty('version', released);
  },
);

it('packed packages are named with their version', () => {
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter(({ version }) => version !== VERSION)).toEqual([]);
});

it('`npm run bump` fails if a package is no longer named where it writes the version', async () => {
  const config = pathToFileURL(path.join(TOP, 'bump.config.mjs')).href;
  const { default: bump } = (await import(config)) as {
    readonly default: { execute(operation: { readonly state: object }): void };
  };
  const state = { currentVersion: '99.0.0', newVersion: '99.0.1' };
  expect(() => {
    bump.execute({ state });
  }).toThrow('expected -99.0.0.tgz in the text, got none');
});
