// The published packages: how each is built into a folder that is packed as it is.
import fs from 'node:fs';
import path from 'node:path';
import { bundledIn, keepBundled, writeNotices } from './bundled.mjs';
import {
  CLIENT_PACKAGE,
  COMMAND_LINE,
  ELEMENT_BUNDLE,
  ELEMENT_ENTRY,
  inProject,
  NEST_PACKAGE,
  PROGRAM_PACKAGE,
  PROGRESS_PACKAGE,
  SERVER,
} from './project.mjs';

const TOOLS = ['package-lock.json', 'tools/build.mjs', 'tools/packages.mjs', 'LICENSE'];
/** What the API is built from. */
const API_INPUTS = [
  'apps/api',
  'libs/progress/src',
  'tsconfig.base.json',
  'tools/bundle.mjs',
  'tools/bundled.mjs',
  'tools/replaced.mjs',
];
const API = 'dist/api';
const SOURCE_ENTRY = `${API}/apps/api/src/sources/source-api`;

/** Progress of batches, for Nest and Angular apps. */
const PROGRESS = {
  name: '@daysync/progress',
  folder: PROGRESS_PACKAGE,
  product: `${PROGRESS_PACKAGE}/index.js`,
  inputs: [
    ...TOOLS,
    'libs/progress',
    'tsconfig.base.json',
    'tools/bundle.mjs',
    'tools/bundled.mjs',
  ],
  command: ['node_modules/typescript/bin/tsc', '--project', 'libs/progress/tsconfig.build.json'],
  finish: async () => {
    // Imported here, because esbuild exists only after the packages are installed.
    const { bundleElement } = await import('./bundle.mjs');
    keepBundled(PROGRESS_PACKAGE, await bundleElement(ELEMENT_ENTRY, ELEMENT_BUNDLE));
    copySchematics();
    copyManifest('libs/progress', PROGRESS_PACKAGE);
  },
  attempt: (run) =>
    run([
      '-e',
      "import('@daysync/progress').then((all) => all.listDays('2025-10-01', '2025-10-02'))",
    ]),
};

/** The typed client of the API. */
const CLIENT = {
  name: '@daysync/client',
  folder: CLIENT_PACKAGE,
  product: `${CLIENT_PACKAGE}/client/src/index.js`,
  inputs: [...TOOLS, 'libs/client', 'libs/progress/src', 'tsconfig.base.json'],
  command: ['node_modules/typescript/bin/tsc', '--project', 'libs/client/tsconfig.build.json'],
  finish: () => {
    copyManifest('libs/client', CLIENT_PACKAGE);
    keepBundled(CLIENT_PACKAGE, []);
  },
  attempt: (run) =>
    run([
      '-e',
      "import('@daysync/client').then((all) => all.createClient({ url: 'http://127.0.0.1:8000' }))",
    ]),
};

/** The source of the schematics of `@daysync/nest`. */
const NEST_SCHEMATICS = 'libs/nest/schematics';

/** All of Daysync as a module of a Nest app, bundled with its packages other than those that the app has itself. */
const NEST = {
  name: '@daysync/nest',
  folder: NEST_PACKAGE,
  product: `${NEST_PACKAGE}/index.js`,
  inputs: [...TOOLS, ...API_INPUTS, 'libs/nest'],
  finish: async () => {
    const { bundleElement, bundleLibrary, rollUpTypes } = await import('./bundle.mjs');
    const entry = `${API}/libs/nest/src/index`;
    const beside = packagesBeside('libs/nest');
    const code = await bundleLibrary(
      {
        index: `${entry}.js`,
        source: `${SOURCE_ENTRY}.js`,
        'provider-thread': `${API}/apps/api/src/sources/provider/provider-thread.js`,
        'sql-sqlite-reader': `${API}/apps/api/src/sources/sql/sql-sqlite-reader.js`,
      },
      NEST_PACKAGE,
      beside,
    );
    const element = await bundleElement(ELEMENT_ENTRY, `${NEST_PACKAGE}/element.js`);
    const schematics = `${NEST_PACKAGE}/schematics`;
    const schematic = await bundleLibrary(
      { 'nest-add/index': `${NEST_SCHEMATICS}/nest-add/index.ts` },
      schematics,
      beside,
    );
    copyInto(schematics, `${NEST_SCHEMATICS}/collection.json`);
    copyInto(schematics, `${NEST_SCHEMATICS}/nest-add/schema.json`, 'nest-add');
    copyFolder(`${NEST_SCHEMATICS}/nest-add/files`, `${schematics}/nest-add/files`);
    await rollUpTypes({ index: `${entry}.d.ts`, source: `${SOURCE_ENTRY}.d.ts` }, NEST_PACKAGE);
    copyManifest('libs/nest', NEST_PACKAGE);
    keepBundled(NEST_PACKAGE, [...code, ...element, ...schematic]);
    writeNotices(NEST_PACKAGE);
  },
  attempt: (run) =>
    run(['-e', "import('@daysync/nest').then((all) => all.SyncModule.forRoot({}))"]),
};

/** The program: server, console and command line, bundled with their packages. */
const PROGRAM = {
  name: 'daysync',
  folder: PROGRAM_PACKAGE,
  product: `${PROGRAM_PACKAGE}/daysync.mjs`,
  inputs: [
    ...TOOLS,
    ...API_INPUTS,
    'apps/cli',
    'apps/daysync',
    'apps/web',
    'libs/client/src',
    'package.json',
    'angular.json',
    'tools/project.mjs',
  ],
  finish: () => {
    const programs = path.dirname(SERVER);
    for (const name of fs.readdirSync(inProject(programs)).filter((one) => one.endsWith('.mjs'))) {
      // The programs expect each other, and the console, where they are in dist.
      copyInto(PROGRAM_PACKAGE, `${programs}/${name}`, path.relative('dist', programs));
    }
    const swaggerUi = path.join(path.relative('dist', programs), 'swagger-ui');
    copyFolder(path.join('dist', swaggerUi), path.join(PROGRAM_PACKAGE, swaggerUi));
    copyFolder('dist/web', path.join(PROGRAM_PACKAGE, 'web'));
    copyInto(PROGRAM_PACKAGE, COMMAND_LINE, 'cli');
    for (const end of ['.js', '.d.ts']) {
      fs.copyFileSync(
        inProject(`${SOURCE_ENTRY}${end}`),
        inProject(PROGRAM_PACKAGE, `source${end}`),
      );
    }
    copyInto(PROGRAM_PACKAGE, 'apps/daysync/daysync.mjs');
    copyManifest('apps/daysync', PROGRAM_PACKAGE);
    const parts = [API, 'dist/web', path.dirname(COMMAND_LINE)];
    const packages = parts.flatMap((folder) => bundledIn(folder).map(({ at }) => at));
    keepBundled(PROGRAM_PACKAGE, packages);
    writeNotices(PROGRAM_PACKAGE);
  },
  attempt: async (run) => {
    const daysync = 'node_modules/daysync/daysync.mjs';
    const rows = "'day,city,degrees\\n2012-01-01,Oslo,-3\\n2012-01-02,Oslo,4\\n'";
    await run(['-e', `fs.writeFileSync('rain.csv', ${rows})`]);
    await run([daysync, 'init', 'rain.csv']);
    await run([daysync, 'sync', 'rain', '2012-01-01', '2012-01-02', '--local']);
  },
};

/** In the order in which they are released. `attempt` uses an installed package. */
export const PACKAGES = [PROGRESS, CLIENT, NEST, PROGRAM];

/** The packages that are installed beside one. */
function packagesBeside(folder) {
  const { dependencies, peerDependencies } = readJson(`${folder}/package.json`);
  return Object.keys({ ...dependencies, ...peerDependencies });
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(inProject(file), 'utf8'));
}

function copyManifest(from, folder) {
  for (const file of [`${from}/package.json`, `${from}/README.md`, 'LICENSE']) {
    copyInto(folder, file);
  }
}

function copyFolder(from, to, isWanted = () => true) {
  fs.cpSync(inProject(from), inProject(to), { recursive: true, filter: isWanted });
}

/** What `ng add` reads beside its code: its options, and the files that it writes into an app. */
function copySchematics() {
  const [from, to] = ['libs/progress/src/schematics', `${PROGRESS_PACKAGE}/schematics`];
  for (const name of ['collection.json', 'schema.json']) copyInto(to, `${from}/${name}`);
  copyFolder(`${from}/files`, `${to}/files`, (file) => !/(\.spec\.ts|tsconfig\.json)$/.test(file));
}

function copyInto(folder, file, below = '') {
  const target = inProject(folder, below, path.basename(file));
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.copyFileSync(inProject(file), target);
}
