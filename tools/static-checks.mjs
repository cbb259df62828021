// The commands of the static checks, relative to the project's folder.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { inProject } from './project.mjs';

/** Formats the files; with `--check` it only reports. */
export const FORMATTER = 'node_modules/oxfmt/bin/oxfmt';

/** oxlint checks every rule that it supports, ESLint the others. Both accept `--fix`. */
export const LINTERS = [
  ['node_modules/oxlint/bin/oxlint'],
  ['node_modules/eslint/bin/eslint.js', '--max-warnings=0', '.'],
];

const PROJECTS = [
  'libs/progress',
  'libs/client',
  'libs/nest/schematics',
  'apps/api',
  'apps/cli',
  'apps/web',
  'examples/embed',
  'test',
];

const infoOf = (project) => `.cache/types/${project.replaceAll('/', '-')}.tsbuildinfo`;

/** What TypeScript 7 writes about the projects. */
export const TYPE_INFOS = PROJECTS.map(infoOf);

/**
 * TypeScript 7 checks types four times as fast as 6. Builds use 6, because Nest and Angular need it. The next run checks
 * only what a change can reach.
 */
export const TYPE_CHECKS = PROJECTS.map((project) => [
  'node_modules/typescript-7/bin/tsc',
  '--noEmit',
  '--incremental',
  '--tsBuildInfoFile',
  infoOf(project),
  '--project',
  project,
]);

/** Sources, and the settings of all tools. */
const CODE = /[.](?:[cm]?[jt]s|jsonc?)$|(?:^|[/])[.]gitignore$/;

/**
 * The static checks in their order. `reads` matches the files that can change the result of a check: settings, lock files
 * and this folder are among them.
 */
export const STATIC_CHECKS = {
  format: { reads: /./, commands: [[FORMATTER, '--check']] },
  architecture: {
    reads: CODE,
    commands: [
      [
        'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
        ...['--config=.dependency-cruiser.mjs', 'apps', 'libs'],
      ],
    ],
  },
  'dead code': {
    reads: either(CODE, /[.](?:html|s?css|ya?ml)$/),
    commands: [['node_modules/knip/bin/knip.js', '--no-progress']],
  },
  types: { reads: CODE, commands: TYPE_CHECKS },
  lint: {
    reads: either(CODE, /[.]html$/),
    get commands() {
      const cache = ['--cache', '--cache-strategy=content', `--cache-location=${eslintCache()}`];
      return [['tools/lint-changed.mjs'], [...LINTERS[1], ...cache]];
    },
  },
};

function either(...patterns) {
  return new RegExp(patterns.map(({ source }) => `(?:${source})`).join('|'));
}

/**
 * A folder for these rules and packages: ESLint's cache knows its rules by their settings and versions, but not the
 * packages below them.
 */
function eslintCache() {
  const hash = createHash('sha256');
  for (const file of ['eslint.config.mjs', 'package-lock.json']) {
    hash.update(fs.readFileSync(inProject(file)));
  }
  return `.cache/eslint/${hash.digest('hex').slice(0, 16)}/`;
}
