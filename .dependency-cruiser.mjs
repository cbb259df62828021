// The arrows of the design: who may import whom.
const SPEC = '[.](spec|fixture)[.]ts$';
const PROGRESS_CORE = '^libs/progress/src/(?!nest/|angular/|element/|schematics/)';

/** The folders of the API from the bottom to the top: a file imports from its own folder and from those below it. */
const LAYERS = [
  'config',
  'logging',
  'database',
  'database/sqlite',
  'database/postgres',
  'parquet',
  'targets',
  'sources',
  'sources/values',
  'sources/rows',
  'sources/kind',
  'sources/formats',
  'sources/day-index',
  'sources/parquet',
  'sources/file',
  'sources/http',
  'sources/provider',
  'sources/sql',
  'targets/elsewhere',
  'metrics',
  'tracing',
  'http/problems',
  'http/openapi',
  'http/input',
  'http/pipeline',
  'auth',
  'webhooks',
  'datasets/expected',
  'datasets/file',
  'datasets',
  'datasets/check',
  'datasets/init',
  'datasets/init/table',
  'batches',
  'batches/store',
  'freshness',
  'runner/fetch',
  'runner',
  'runner/local',
  'runner/cluster',
  'schedules',
  'sync',
  'records',
  'quarantine',
  'health',
  'changes',
  'app',
  'app/doctor',
];

/** The folders of the command line, in the same order. */
const CLI_LAYERS = ['terminal', 'api', 'watch', 'commands', 'parser'];

/** The folders of the console in the same order; its entry, its routes and its frame stand above them. */
const CONSOLE_LAYERS = [
  'time',
  'storage',
  'api/generated/models',
  'api/generated',
  'api',
  'i18n',
  'session',
  'design',
  'shortcuts',
  'day-field',
  'charts',
  'live',
  'log',
  'start',
  'day-panel',
  'progress-card',
  'records',
  'quarantine',
  'sync',
  'batches',
  'calendar',
  'datasets',
  'webhooks',
];

/**
 * A rule for each folder: nothing in it imports from a folder above, nor from one that has no place in the list. And one
 * for all: a new folder needs a place.
 */
function upwards(top, layers) {
  const placed = `^${top}/(${layers.join('|')})/[^/]+$`;
  return [
    ...layers.map((folder, index) => ({
      name: `no-way-up-from-${top}/${folder}`,
      comment: 'Arrows between folders go down the list of layers: none goes round in a circle.',
      severity: 'error',
      // A module of Nest wires up what a folder and those inside it have.
      from: { path: `^${top}/${folder}/[^/]+$`, pathNot: [SPEC, '[.]module[.]ts$'] },
      to: {
        path: `^${top}/`,
        pathNot: [`^${top}/(${layers.slice(0, index + 1).join('|')})/[^/]+$`],
      },
    })),
    {
      name: `placed-in-${top}`,
      comment: 'Each folder has a place in the list of layers.',
      severity: 'error',
      from: { path: `^${top}/.+/`, pathNot: [placed] },
      to: {},
    },
  ];
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment:
        'Modules that need each other are one, or two with a third below; types may refer back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphan',
      comment: 'A module that nothing imports and that imports nothing is left over.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          SPEC,
          '[.]d[.]ts$',
          '[.]config[.]mjs$',
          '^apps/daysync/daysync[.]mjs$',
          '^(apps/[^/]+/src/(app/)?(backup|datasets-(check|init|schema)|errors-docs|main)|libs/migrate-to-postgres/src/main)[.]ts$',
        ],
      },
      to: {},
    },
    {
      name: 'no-unresolved',
      comment: 'What is imported exists.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'apps-apart',
      comment:
        'The console and the command line use the API over HTTP alone. The API imports neither.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'clients-by-index',
      comment:
        'Callers of the API import @daysync/progress and @daysync/client by their index, and the console its Angular entry as well. The Nest entry is for the API.',
      severity: 'error',
      from: { path: '^apps/(web|cli)/' },
      to: { path: '^libs/', pathNot: '^libs/(progress|client)/src/(angular/)?index[.]ts$' },
    },
    {
      name: 'api-by-index',
      comment:
        'The API imports @daysync/progress by one of its two entries, and no library that builds on the API.',
      severity: 'error',
      from: { path: '^apps/api/' },
      to: { path: '^libs/', pathNot: '^libs/progress/src/(nest/)?index[.]ts$' },
    },
    {
      name: 'library-below-apps',
      comment: 'A library imports no app but the API that it builds on.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/', pathNot: '^apps/api/' },
    },
    {
      name: 'progress-below-api',
      comment: 'The progress library imports no app.',
      severity: 'error',
      from: { path: '^libs/progress/' },
      to: { path: '^apps/' },
    },
    {
      name: 'client-without-packages',
      comment:
        'The client needs no other package: it imports itself, and files of the progress library that need none either.',
      severity: 'error',
      from: { path: '^libs/client/', pathNot: SPEC },
      to: { pathNot: ['^libs/client/', PROGRESS_CORE] },
    },
    {
      name: 'progress-core-pure',
      comment:
        'Outside nest/, angular/, element/ and schematics/ the library imports itself alone, and rxjs in poll-progress.',
      severity: 'error',
      from: { path: PROGRESS_CORE, pathNot: [SPEC, '/poll-progress[.]ts$'] },
      to: { pathNot: PROGRESS_CORE },
    },
    {
      name: 'poll-progress-rxjs-only',
      comment: 'The poller gets a fetch function and imports no HTTP client.',
      severity: 'error',
      from: { path: '^libs/progress/src/poll-progress[.]ts$' },
      to: { pathNot: [PROGRESS_CORE, '^node_modules/rxjs/'] },
    },
    {
      name: 'progress-entry-for-one-framework',
      comment: 'An entry imports the core of its framework and rxjs, and never the other entry.',
      severity: 'error',
      from: { path: '^libs/progress/src/(nest|angular|element)/', pathNot: SPEC },
      to: {
        pathNot: [
          PROGRESS_CORE,
          '^libs/progress/src/$1/',
          '^node_modules/rxjs/',
          '^node_modules/@nestjs/common/',
          '^node_modules/@angular/(common|core)/',
        ],
      },
    },
    {
      name: 'progress-element-without-packages',
      comment: 'The element is one small file in any page: it imports what needs no package.',
      severity: 'error',
      from: { path: '^libs/progress/src/(element/|watch-progress[.]ts$)', pathNot: SPEC },
      to: { path: '^node_modules/|/poll-progress[.]ts$' },
    },
    {
      name: 'progress-nest-without-angular',
      comment: 'Whoever has Nest alone installs no Angular.',
      severity: 'error',
      from: { path: '^libs/progress/src/nest/' },
      to: { path: '^node_modules/@angular/' },
    },
    {
      name: 'progress-angular-without-nest',
      comment: 'Whoever has Angular alone installs no Nest.',
      severity: 'error',
      from: { path: '^libs/progress/src/(angular|schematics)/' },
      to: { path: '^node_modules/@nestjs/' },
    },
    {
      name: 'progress-schematics-apart',
      comment: 'Schematics run in the Angular CLI and use its packages. Nothing imports them.',
      severity: 'error',
      from: { path: '^libs/progress/src/schematics/[^/]+$', pathNot: SPEC },
      to: {
        path: '^libs/|^node_modules/',
        pathNot: [
          '^node_modules/(@angular-devkit|@schematics|@types/node)/',
          '^libs/progress/src/schematics/[^/]+$',
        ],
      },
    },
    {
      name: 'progress-schematics-imported-by-none',
      comment: 'Schematics run in the Angular CLI and use its packages. Nothing imports them.',
      severity: 'error',
      from: { pathNot: '^libs/progress/src/schematics/' },
      to: { path: '^libs/progress/src/schematics/' },
    },
    {
      name: 'progress-schematics-files-of-an-app',
      comment: 'What ng add writes into an app imports the package by its entries, as an app does.',
      severity: 'error',
      from: { path: '^libs/progress/src/schematics/files/', pathNot: SPEC },
      to: {
        path: '^libs/|^apps/',
        pathNot: '^libs/progress/src/((angular/)?index[.]ts$|schematics/files/)',
      },
    },
    ...upwards('apps/api/src', LAYERS),
    ...upwards('apps/cli/src', CLI_LAYERS),
    ...upwards('apps/web/src/app', CONSOLE_LAYERS),
    {
      name: 'http-in-controllers',
      comment:
        'Services return results: controllers alone turn them into problems and read the language of a request.',
      severity: 'error',
      from: {
        path: '^apps/api/src/',
        pathNot: [
          '^apps/api/src/((http|auth|app)/|app[.]module[.]ts$)',
          '[.](controller|problems)[.]ts$',
          '/poll-route[.]ts$',
          SPEC,
        ],
      },
      to: { path: '^apps/api/src/http/(problems/|input/language[.]ts$)' },
    },
    {
      name: 'entry-on-top',
      comment: 'Nothing imports an entry or app.module; the server alone starts the app.',
      severity: 'error',
      from: { path: '^apps/api/', pathNot: ['^apps/api/src/(main|server)[.]ts$'] },
      to: {
        path: '^apps/api/src/(main|server|app[.]module|app/(backup|datasets-(check|schema)|errors-docs))[.]ts$',
      },
    },
    {
      name: 'modules-on-top',
      comment:
        'Modules of Nest are imported by modules, by the server and by the library that embeds them.',
      severity: 'error',
      from: {
        path: '^apps/api/',
        pathNot: [SPEC, '[.]module[.]ts$', '^apps/api/src/server[.]ts$'],
      },
      to: { path: '^apps/api/.*[.]module[.]ts$' },
    },
    {
      name: 'client-entry-on-top',
      comment: 'Nothing imports the main of the console or of the command line.',
      severity: 'error',
      from: {},
      to: { path: '^apps/(web|cli)/src/main[.]ts$' },
    },
    {
      name: 'no-tests-in-product',
      comment: 'The product imports no spec and no package that is there for development alone.',
      severity: 'error',
      from: { path: '^(apps/(api|cli)|libs)/', pathNot: SPEC },
      to: { path: ['^test/', SPEC] },
    },
    {
      name: 'no-dev-package-in-product',
      comment:
        'What the server and the command line import is a dependency, not a devDependency. DuckDB is optional: it is loaded when a target needs it. OpenTelemetry is in a bundle of its own, with its packages. Schematics run in the command line of an app, which has their packages.',
      severity: 'error',
      from: {
        path: '^(apps/(api|cli)|libs)/',
        pathNot: [SPEC, '^libs/progress/src/(angular|schematics)/', '^libs/nest/schematics/'],
      },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: ['/@types/', '^node_modules/@(duckdb/node-api|opentelemetry)/'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
