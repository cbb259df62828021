import fs from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * The specs that only run on SQLite, and why. With TEST_DATABASE=postgres every other spec of test/api and test/fuzz runs
 * on PostgreSQL. test/crash kills one process on SQLite; test/cluster disturbs several on PostgreSQL.
 */
const ONLY_ON_SQLITE = {
  'api/backup': 'copies the SQLite file',
  'api/container-file': 'only reads a file',
  'api/data-folder': 'tests the data folder, which only SQLite uses',
  'api/datasets-check': 'runs a program without a database',
  'api/days-and-dialects': 'tests sources and formats',
  'api/migrate-to-postgres': 'starts programs on both databases itself',
  'api/move.long': 'tests all kinds of targets; of them, move.spec.ts has two on PostgreSQL',
  'api/provider-page': 'tests sources',
  'api/provider-thread': 'tests sources',
  'api/small-disk': 'fills the disk of the SQLite file',
  'api/source-kinds': 'tests sources',
  'api/sql-postgres': 'tests a source, without a program',
  'api/sqlite-reader': 'tests sources',
  'api/threaded-provider-source': 'tests a source, without a program',
};
const isOnPostgres = process.env['TEST_DATABASE'] === 'postgres';
const SHARED_POSTGRES = 'test/shared-postgres.ts';
/** Files of specs of modules are in memory where the system has such a folder: no flush of a disk is awaited. */
const IN_MEMORY = fs.existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {};

/**
 * `npm test` runs only `*.spec.ts`, `npm run test:long` runs `*.long.spec.ts`. Specs that measure time are named
 * `*.timed.spec.ts` and run alone. `npm run spec` runs any of them.
 */
const SPECS = {
  quick: { include: ['**/*.spec.ts'], exclude: ['**/*.{long,timed}.spec.ts'] },
  long: { include: ['**/*.long.spec.ts'], exclude: [] },
  timed: { include: ['**/*.timed.spec.ts'], exclude: [] },
  untimed: { include: ['**/*.spec.ts'], exclude: ['**/*.timed.spec.ts'] },
  all: { include: ['**/*.spec.ts'], exclude: [] },
}[process.env['DAYSYNC_SPECS'] ?? 'all'];

/** Time limits: ten minutes for large data; an hour for measurements; a day for loops, whose duration is an option. */
const SCALE_MS = 600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What a test waits for may take long on a busy machine. */
const MOST_POLL_MS = 60_000;

const at = (file) => path.join(import.meta.dirname, file);

/** The specs that draw or combine more in `npm run test:long` (test/draws.ts), by themselves or by a contract. */
function longerSpecs(folder) {
  if (process.env['DAYSYNC_SPECS'] !== 'long') return [];
  return fs
    .readdirSync(at(folder), { recursive: true })
    .filter((file) => file.endsWith('.spec.ts') && !file.includes('node_modules'))
    .filter((file) => !/\.(?:long|timed)\.spec\.ts$/.test(file))
    .map((file) => `${folder}/${file}`)
    .filter((file) =>
      /\/(?:draws|tests-on|[a-z-]+-contract\.fixture)\.js'/.test(fs.readFileSync(at(file), 'utf8')),
    );
}

const specsOf = (folder) => [
  ...SPECS.include.map((files) => `${folder}/${files}`),
  ...longerSpecs(folder),
];

/** A project of tests in Node. `options` has its differences from the others. */
function project(name, folders, { exclude = [], timeoutMs = 180_000, ...options } = {}) {
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
      include: [folders].flat().flatMap(specsOf),
      exclude: ['**/node_modules/**', ...SPECS.exclude, ...exclude],
      setupFiles: [at('test/setup.ts')],
      // The spec files of a worker share their modules, because loading Nest for each costs more than the tests.
      isolate: false,
      fsModuleCache: true,
      pool: 'forks',
      // Long enough for a busy machine; it only ends tests that hang.
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      expect: { poll: { timeout: MOST_POLL_MS } },
      ...options,
    },
  };
}

/** @throws {Error} if a spec was renamed without this list */
function fileOfSpec(spec) {
  const files = ['spec', 'long.spec', 'timed.spec'].map((end) => at(`test/${spec}.${end}.ts`));
  const found = files.find((file) => fs.existsSync(file));
  if (found === undefined) throw new Error(`expected a spec file test/${spec}, got none`);
  return found;
}

/** A project of tests that start the program, on either database. */
function contractProject(name, folder) {
  const left = isOnPostgres ? Object.keys(ONLY_ON_SQLITE) : [];
  return project(name, folder, {
    exclude: left.map(fileOfSpec),
    globalSetup: isOnPostgres ? [at(SHARED_POSTGRES)] : [],
  });
}

/** Specs of modules, some of which need PostgreSQL. They are one project, so that two processes load what all need. */
const UNIT_FOLDERS = [
  'apps/api/src',
  'apps/cli/src',
  'libs/client/src',
  'libs/migrate-to-postgres/src',
  'libs/nest',
  'libs/progress/src',
  'test/docs',
  'test/lint',
];
const UNIT = {
  // What the library has for Angular apps is tested like the console.
  exclude: ['libs/progress/src/angular/**', 'libs/progress/src/schematics/files/**'],
  globalSetup: [at(SHARED_POSTGRES)],
  env: IN_MEMORY,
};

/** A project with its own command, whose files run one after another. */
const alone = (name, folder, files, timeoutMs) =>
  project(name, folder, { include: [`${folder}/${files}`], timeoutMs, fileParallelism: false });

export default defineConfig({
  // Angular runs the specs of the console (angular.json); `npm run spec` runs both.
  test: {
    maxWorkers: 2,
    fsModuleCachePath: at('.cache/vitest'),
    projects: [
      project('unit', UNIT_FOLDERS, UNIT),
      contractProject('test-api', 'test/api'),
      // The commands print times of the zone of their process.
      project('test-cli', 'test/cli', { env: { TZ: 'UTC' } }),
      contractProject('test-fuzz', 'test/fuzz'),
      project('test-generators', 'test/generators'),
      project('test-packages', 'test/packages'),
      project('test-site', 'test/site', {
        globalSetup: [at('test/browser/shared-browser.ts')],
      }),
      project('test-crash', 'test/crash'),
      project('test-cluster', 'test/cluster'),
      project('test-bench', 'test/bench'),
      project('test-scale', 'test/scale', { timeoutMs: SCALE_MS }),
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
