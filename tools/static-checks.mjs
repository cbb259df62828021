// What reads the sources and runs nothing of them: how each such check is started, below the project's top.

/** Writes what it formats; with `--check` it only reports. */
export const FORMATTER = 'node_modules/oxfmt/bin/oxfmt';

/** oxlint has all rules that it implements as we need them, ESLint has the others. Both take `--fix`. */
export const LINTERS = [
  ['node_modules/oxlint/bin/oxlint'],
  ['node_modules/eslint/bin/eslint.js', '--max-warnings=0', '.'],
];

const PROJECTS = ['libs/progress', 'apps/api', 'apps/cli', 'apps/web', 'examples/embed', 'test'];

/** TypeScript 7 says what 6 does, in a quarter of the time. What is built, 6 builds: its packages need that. */
export const TYPE_CHECKS = PROJECTS.map((project) => [
  'node_modules/typescript-7/bin/tsc',
  '--noEmit',
  '--project',
  project,
]);
