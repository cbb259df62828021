import { nodeProject } from './jest.node.mjs';

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
/** One PostgreSQL for the whole run: worth its second where many spec files want one. */
const sharesPostgres = isOnPostgres || process.env['SHARE_POSTGRES'] !== undefined;

function contractProject(displayName, folder) {
  const left = isOnPostgres ? Object.keys(EMBEDDED_ALONE) : [];
  return {
    ...nodeProject(displayName, folder),
    testPathIgnorePatterns: ['/node_modules/', ...left.map((spec) => `/test/${spec}[.]spec[.]ts$`)],
  };
}

export default {
  ...(sharesPostgres && {
    globalSetup: '<rootDir>/test/shared-postgres.mjs',
    globalTeardown: '<rootDir>/test/shared-postgres-end.mjs',
  }),
  maxWorkers: 2,
  // No test waits for it: it ends what hangs, on the busiest machine too.
  testTimeout: 180_000,
  projects: [
    {
      ...nodeProject('progress', 'libs/progress/src'),
      // Its Angular entry is tested as the console is.
      // No ignored path: what a run ignores by its own option comes in the place of those.
      testMatch: ['**/*.spec.ts', '!**/progress/src/angular/**'],
    },
    nodeProject('api', 'apps/api/src'),
    nodeProject('cli', 'apps/cli/src'),
    '<rootDir>/apps/web/jest.config.mjs',
    contractProject('test-api', 'test/api'),
    nodeProject('test-cli', 'test/cli'),
    contractProject('test-fuzz', 'test/fuzz'),
    nodeProject('test-generators', 'test/generators'),
    nodeProject('test-packages', 'test/packages'),
    nodeProject('test-crash', 'test/crash'),
    nodeProject('test-cluster', 'test/cluster'),
    nodeProject('test-docs', 'test/docs'),
    nodeProject('test-lint', 'test/lint'),
    nodeProject('test-bench', 'test/bench'),
    nodeProject('test-scale', 'test/scale'),
    nodeProject('test-browser', 'test/browser'),
  ],
};
