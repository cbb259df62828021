import fs from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * The specs that are no part of the contract, and why: with TEST_DATABASE=postgres every other one of test/api and
 * test/fuzz runs as it is, on PostgreSQL. The crash points of test/crash are those of the one process on SQLite;
 * test/cluster kills, stops and cuts on PostgreSQL.
 */
const EMBEDDED_ALONE = {
  'api/backup': 'copies the file of SQLite',
  'api/container-file': 'reads a file, and starts nothing',
  'api/data-folder': 'the data folder and its lock are those of SQLite',
  'api/datasets-check': 'is a program of its own, without a database',
  'api/embed': 'is an app of its own, on its own file',
  'api/migrate-to-postgres': 'moves from the one kind to the other, and starts each itself',
  'api/small-disk': 'fills the disk that the file of SQLite is on',
  'api/sql-postgres': 'asks a source, without a database of its own',
};
const isOnPostgres = process.env['TEST_DATABASE'] === 'postgres';
const SHARED_POSTGRES = 'test/shared-postgres.ts';

/**
 * `npm test` runs what is named `*.spec.ts` alone, `npm run test:long` what is named `*.long.spec.ts`; what measures time
 * is named `*.timed.spec.ts` and runs with nothing beside it. `npm run spec` runs whichever it is given.
 */
const SPECS = {
  quick: { include: ['**/*.spec.ts'], exclude: ['**/*.{long,timed}.spec.ts'] },
  long: { include: ['**/*.long.spec.ts'], exclude: [] },
  timed: { include: ['**/*.timed.spec.ts'], exclude: [] },
  untimed: { include: ['**/*.spec.ts'], exclude: ['**/*.timed.spec.ts'] },
  all: { include: ['**/*.spec.ts'], exclude: [] },
}[process.env['DAYSYNC_SPECS'] ?? 'all'];

/** An hour for what measures; a day for a loop, which lasts as long as was asked for. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const at = (file) => path.join(import.meta.dirname, file);

/** A project whose tests run in Node. What it does otherwise than others stands in `options`. */
function project(name, folder, { exclude = [], timeoutMs = 180_000, ...options } = {}) {
  return {
    resolve: {
      alias: [
        { find: /^@daysync\/progress$/, replacement: at('libs/progress/src/index.ts') },
        { find: /^@daysync\/progress\/nest$/, replacement: at('libs/progress/src/nest/index.ts') },
        { find: /^daysync\/source$/, replacement: at('apps/api/src/sources/source-api.ts') },
      ],
    },
    test: {
      name,
      dir: at(folder),
      include: SPECS.include,
      exclude: ['**/node_modules/**', ...SPECS.exclude, ...exclude],
      setupFiles: [at('test/setup.ts')],
      // The spec files of a worker share their modules: to load Nest anew for each costs more than the tests.
      isolate: false,
      pool: 'forks',
      // No test waits for it: it ends what hangs, on the busiest machine too.
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      ...options,
    },
  };
}

/** @throws {Error} where a spec was renamed, and this list was not */
function fileOfSpec(spec) {
  const files = ['spec', 'long.spec', 'timed.spec'].map((end) => at(`test/${spec}.${end}.ts`));
  const found = files.find((file) => fs.existsSync(file));
  if (found === undefined) throw new Error(`expected a spec file test/${spec}, got none`);
  return found;
}

/** What starts the program, and holds whatever its database is. */
function contractProject(name, folder) {
  const left = isOnPostgres ? Object.keys(EMBEDDED_ALONE) : [];
  return project(name, folder, {
    exclude: left.map(fileOfSpec),
    globalSetup: isOnPostgres ? [at(SHARED_POSTGRES)] : [],
  });
}

/** What is run by a command of its own, one file after another. */
const alone = (name, folder, files, timeoutMs) =>
  project(name, folder, { include: [files], timeoutMs, fileParallelism: false });

export default defineConfig({
  // Angular runs those of the console (angular.json); `npm run spec` runs both.
  test: {
    maxWorkers: 2,
    projects: [
      // The library's Angular entry is tested as the console is.
      project('progress', 'libs/progress/src', { exclude: ['**/angular/**'] }),
      project('api', 'apps/api/src', { globalSetup: [at(SHARED_POSTGRES)] }),
      project('embedding', 'libs/nest/src', { globalSetup: [at(SHARED_POSTGRES)] }),
      project('migration', 'libs/migrate-to-postgres/src', { globalSetup: [at(SHARED_POSTGRES)] }),
      project('cli', 'apps/cli/src'),
      contractProject('test-api', 'test/api'),
      project('test-cli', 'test/cli'),
      contractProject('test-fuzz', 'test/fuzz'),
      project('test-generators', 'test/generators'),
      project('test-packages', 'test/packages'),
      project('test-crash', 'test/crash'),
      project('test-cluster', 'test/cluster'),
      project('test-docs', 'test/docs'),
      project('test-lint', 'test/lint'),
      project('test-bench', 'test/bench'),
      project('test-scale', 'test/scale'),
      project('test-browser', 'test/browser', {
        globalSetup: [at('test/browser/shared-browser.ts')],
      }),
      alone('crash-loop', 'test/crash', '**/long-run.ts', DAY_MS),
      alone('cluster-loop', 'test/cluster', '**/long-run.ts', DAY_MS),
      alone('bench', 'test/bench', '**/*.bench.ts', HOUR_MS),
      alone('lighthouse', 'test/lighthouse', '**/scores.ts', HOUR_MS),
      alone('pictures', 'test/pictures', '**/*.picture.ts', HOUR_MS),
    ],
  },
});
