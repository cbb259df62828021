// Builds the API, the console, the command line and the packages if their sources have changed since the last build.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { keepBundled, packagesIn } from './bundled.mjs';
import { runStep } from './child.mjs';
import { compressFolder } from './compress.mjs';
import { installFolder } from './install.mjs';
import { checkFirstLoad, extractStats } from './first-load.mjs';
import { withLock } from './lock.mjs';
import { PACKAGES } from './packages.mjs';
import {
  BACKUP,
  COMMAND_LINE,
  COMMAND_LINE_ENTRY,
  DATASETS_CHANGE,
  DATASETS_CHECK,
  DATASETS_INIT,
  DOCTOR,
  ELEMENT_ENTRY,
  inProject,
  OTLP_TRACING,
  OTLP_TRACING_PART,
  PROGRAM_PARTS,
  PROVIDER_THREAD,
  PROVIDER_THREAD_PART,
  say,
  SERVED_ELEMENT,
  SERVER,
  SERVER_FLAGS,
  SERVER_PARTS,
  since,
  SITE,
  SITE_FOLDER,
  SQLITE_READER,
  SQLITE_READER_PART,
  SUPPORT_BUNDLE,
  UserFacingError,
} from './project.mjs';

const SHARED_INPUTS = [
  'libs/progress/src',
  'tsconfig.base.json',
  'package-lock.json',
  'tools/build.mjs',
];

const API = {
  name: 'the API',
  folder: 'dist/api',
  product: SERVER,
  inputs: [
    ...SHARED_INPUTS,
    'apps/api',
    'libs/nest',
    'libs/migrate-to-postgres',
    'nest-cli.json',
    'tools/bundle.mjs',
    'tools/bundled.mjs',
    'tools/replaced.mjs',
    'tools/project.mjs',
  ],
  command: ['node_modules/@nestjs/cli/bin/nest.js', 'build'],
  finish: async () => {
    // Imported here, because esbuild exists only after the packages are installed.
    const { bundleApi, bundlePart, bundlePrograms } = await import('./bundle.mjs');
    const packages = [
      ...(await bundleApi(SERVER_PARTS, SERVER)),
      ...(await bundlePrograms(PROGRAM_PARTS)),
      ...(await bundlePart(PROVIDER_THREAD_PART, PROVIDER_THREAD)),
      ...(await bundlePart(OTLP_TRACING_PART, OTLP_TRACING)),
    ];
    keepBundled(API.folder, packages);
    // The bundle expects the reader in its own folder. The reader imports no other file of the project.
    fs.copyFileSync(inProject(SQLITE_READER_PART), inProject(SQLITE_READER));
  },
};

const CONSOLE = {
  name: 'the console',
  folder: 'dist/web',
  product: 'dist/web/index.html',
  inputs: [
    ...SHARED_INPUTS,
    'apps/web',
    'angular.json',
    'tools/bundle.mjs',
    'tools/bundled.mjs',
    'tools/replaced.mjs',
    'tools/compress.mjs',
    'tools/first-load.mjs',
    'tools/join-chunks.mjs',
  ],
  command: ['node_modules/@angular/cli/bin/ng.js', 'build'],
  // `npm test -- web` checks the types with the specs, so a start does not wait for that.
  env: { NG_BUILD_TYPE_CHECK: '0' },
  finish: async () => {
    const folder = inProject('dist/web');
    // Imported here, because the bundler exists only after the packages are installed.
    const { joinChunks } = await import('./join-chunks.mjs');
    const built = extractStats(folder);
    const stats = await joinChunks(folder, built);
    const { bundleElement } = await import('./bundle.mjs');
    const ofElement = await bundleElement(ELEMENT_ENTRY, SERVED_ELEMENT);
    keepBundled(CONSOLE.folder, [...packagesIn(built), ...ofElement]);
    await compressFolder(folder);
    say(`First load of the console: ${Math.round(checkFirstLoad(folder, stats) / 1_000)} kB`);
  },
};

const COMMANDS = {
  name: 'the command line',
  folder: 'dist/cli',
  product: COMMAND_LINE,
  inputs: [
    ...SHARED_INPUTS,
    'libs/client/src',
    'apps/cli',
    'package.json',
    'tools/bundle.mjs',
    'tools/bundled.mjs',
    'tools/replaced.mjs',
    'tools/project.mjs',
  ],
  finish: async () => {
    const { bundleCommandLine } = await import('./bundle.mjs');
    const { version } = JSON.parse(fs.readFileSync(inProject('package.json'), 'utf8'));
    const packages = await bundleCommandLine(COMMAND_LINE_ENTRY, COMMAND_LINE, {
      DAYSYNC_VERSION: version,
      // The programs that it runs, relative to its own file.
      DAYSYNC_PROGRAMS: {
        server: fromCommandLine(SERVER),
        backup: fromCommandLine(BACKUP),
        datasetsCheck: fromCommandLine(DATASETS_CHECK),
        datasetsChange: fromCommandLine(DATASETS_CHANGE),
        datasetsInit: fromCommandLine(DATASETS_INIT),
        doctor: fromCommandLine(DOCTOR),
        supportBundle: fromCommandLine(SUPPORT_BUNDLE),
      },
      DAYSYNC_SERVER_FLAGS: SERVER_FLAGS,
    });
    keepBundled(COMMANDS.folder, packages);
  },
};

/** What the site is built with, without its packages. */
const SITE_SOURCES = [
  '.vitepress',
  'build.mjs',
  'links.mjs',
  'navigation.mjs',
  'package-lock.json',
  'search-box.mjs',
  'stage.mjs',
  'tables.mjs',
  'words.mjs',
];

/** The documentation site. Its pages are Markdown of the whole project. */
async function docsSite() {
  // Imported here: a copy of the project without the site can build all else.
  const { FILES, ICON, PAGES } = await import('../site/navigation.mjs');
  return {
    name: 'the documentation site',
    folder: SITE,
    product: `${SITE}/index.html`,
    inputs: [
      ...SITE_SOURCES.map((name) => `${SITE_FOLDER}/${name}`),
      ...PAGES.map(({ file }) => file),
      ...FILES,
      ICON,
      'docs/screenshots',
      'tools/build.mjs',
      'tools/compress.mjs',
    ],
    command: [`${SITE_FOLDER}/build.mjs`],
    finish: () => compressFolder(inProject(SITE)),
  };
}

function fromCommandLine(program) {
  return path.posix.relative(path.posix.dirname(COMMAND_LINE), program);
}

/** Builds what is stale; another launcher that runs at the same time waits for it. */
export async function build(node) {
  await buildStale(node, [API, CONSOLE, COMMANDS]);
}

/**
 * Builds the command line, and the programs that it runs for these arguments.
 * @param {string} node @param {readonly string[]} args
 */
export async function buildFor(node, args) {
  if (args.includes('serve')) await build(node);
  else if (
    ['backup', 'datasets', 'doctor', 'init', 'support-bundle', '--local'].some((one) =>
      args.includes(one),
    )
  ) {
    await buildStale(node, [API, COMMANDS]);
  } else await buildStale(node, [COMMANDS]);
}

/** Builds only the API: the client of the console is generated from it. */
export async function buildApi(node) {
  await buildStale(node, [API]);
}

/** Builds the published packages, and before them what they consist of. */
export async function buildPackages(node) {
  await build(node);
  await buildStale(node, PACKAGES);
}

/** Builds the documentation site, with packages of its own. */
export async function buildSite(node) {
  await installFolder(SITE_FOLDER);
  await buildStale(node, [await docsSite()]);
}

async function buildStale(node, targets) {
  const stale = () => staleOf(targets);
  if (stale().length === 0) return;
  await withLock(async () => {
    const failed = (
      await Promise.all(stale().map(({ target, key }) => buildTarget(node, target, key)))
    ).filter((name) => name !== undefined);
    if (failed.length > 0) {
      throw new UserFacingError(`The ${failed.join(' and the ')} did not build.`);
    }
  });
}

function staleOf(targets) {
  return targets
    .map((target) => ({ target, key: inputsHash(target.inputs) }))
    .filter(({ target, key }) => !isFresh(target, key));
}

function isFresh(target, key) {
  const stamp = stampOf(target);
  return (
    fs.existsSync(inProject(target.product)) &&
    fs.existsSync(stamp) &&
    fs.readFileSync(stamp, 'utf8') === key
  );
}

/** Builds a target. @returns its name if it failed */
async function buildTarget(node, target, key) {
  const start = performance.now();
  say(`Building ${target.name}…`);
  fs.rmSync(stampOf(target), { force: true });
  fs.rmSync(inProject(target.folder), { recursive: true, force: true });
  const { code, output } = await runCommand(node, target);
  if (code === 0) await target.finish?.();
  if (code !== 0 || !fs.existsSync(inProject(target.product))) {
    say(output.trim() || `Its build left no ${target.product}.`);
    return target.name;
  }
  fs.writeFileSync(stampOf(target), key);
  say(`Built ${target.name} in ${since(start)}`);
  return undefined;
}

/** A target without a command has only a last step, such as a bundle. */
async function runCommand(node, { command, env }) {
  if (command === undefined) return { code: 0, output: '' };
  const [script, ...args] = command;
  return runStep(node, [inProject(script), ...args], {
    quiet: true,
    env: { NODE_ENV: 'production', ...env },
  });
}

function stampOf(target) {
  return inProject(`${target.folder}.stamp`);
}

/** A hash of the names and contents of the files below `inputs`, without tests. */
function inputsHash(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of filesBelow(inProject(input))) {
      if (/\.(spec|fixture)\.ts$|vitest\.config/.test(file)) continue;
      hash.update(`${path.relative(inProject(), file)}\n`).update(fs.readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function filesBelow(file) {
  if (!fs.existsSync(file)) return [];
  if (fs.statSync(file).isFile()) return [file];
  return fs
    .readdirSync(file, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
