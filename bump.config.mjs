import fs from 'node:fs';
import { defineConfig } from 'bumpp';
import { replaced } from './tools/replaced.mjs';

/** Names a packed package in its dependencies, where bumpp changes only the version of the example itself. */
const EXAMPLE = 'examples/embed/package.json';

/** Everything that names the version: all packages have the same one. */
export default defineConfig({
  files: [
    'package.json',
    'apps/daysync/{package.json,README.md}',
    'libs/*/{package.json,README.md}',
    'apps/api/src/config/version.ts',
    'docs/openapi.json',
    'docs/{api,embedding,embedding-sync,start,start.zh}.md',
    'CONTRIBUTING.md',
  ],
  execute: ({ state }) => {
    const text = fs.readFileSync(EXAMPLE, 'utf8');
    fs.writeFileSync(
      EXAMPLE,
      replaced(text, `-${state.currentVersion}.tgz`, `-${state.newVersion}.tgz`),
    );
  },
  // The lock file has the packages of the workspaces too.
  install: true,
  // The tests come before the commit and its tag.
  commit: false,
  tag: false,
  push: false,
});
