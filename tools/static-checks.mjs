// The commands of the static checks, relative to the project's folder.

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

/** TypeScript 7 checks types four times as fast as 6. Builds use 6, because Nest and Angular need it. */
export const TYPE_CHECKS = PROJECTS.map((project) => [
  'node_modules/typescript-7/bin/tsc',
  '--noEmit',
  '--project',
  project,
]);
