// Whatever names the version of Daysync names the one of package.json; `npm run bump` writes all of it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
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

it('packed packages are named with their version', () => {
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter(({ version }) => version !== VERSION)).toEqual([]);
});
