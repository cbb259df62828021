// Runs spec files: those of the console by Angular's builder, all others by Vitest.
import fs from 'node:fs';
import path from 'node:path';
import { build, buildPackages, buildSite } from './build.mjs';
import { CONSOLE } from './changed.mjs';
import { run, runStep } from './child.mjs';
import { installFolder } from './install.mjs';
import { inProject, UserFacingError } from './project.mjs';
import { packPackages } from './release.mjs';

const VITEST = ['node_modules/vitest/vitest.mjs', 'run'];
const NG_TEST = ['node_modules/@angular/cli/bin/ng.js', 'test', '--no-watch', '--no-progress'];
const REPORTS = '.cache/test-reports';
/** Projects with their own script, which `npm run spec` leaves out. */
const COMMANDS_OF_THEIR_OWN = ['crash-loop', 'cluster-loop', 'bench', 'lighthouse', 'pictures'];
/** Test folders that need packages or a build of their own. */
const FOLDERS_WITH_PACKAGES = ['test/packages', 'test/generators', 'test/site'];
/**
 * Runs the spec files of some projects.
 * @param {string} node
 * @param {object} options
 * @param {string} options.name of the report, one for each run
 * @param {readonly string[]} options.projects by their names in vitest.config.mjs
 * @param {readonly string[]} [options.files] only these spec files
 * @param {'quick' | 'long' | 'timed' | 'untimed' | 'all'} [options.specs] which of their files
 * @param {number} [options.workers] how many files at a time
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns the number of passed and failed tests, and the output
 */
export async function runSpecs(
  node,
  { name, projects, files = [], specs = 'quick', workers = 2, env = {} },
) {
  return counted(node, name, { ...env, DAYSYNC_SPECS: specs }, (report) => [
    ...VITEST,
    ...files,
    ...projects.map((project) => `--project=${project}`),
    `--maxWorkers=${workers}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
}

/** Runs the specs of the console, or some of them. */
export async function runConsoleSpecs(node, files = []) {
  return counted(node, 'web', {}, (report) => [
    ...NG_TEST,
    ...includes(files),
    '--reporters=default',
    '--reporters=json',
    `--output-file=${report}`,
  ]);
}

async function counted(node, name, env, argsFor) {
  const report = inProject(REPORTS, `${name}.json`);
  fs.rmSync(report, { force: true });
  fs.mkdirSync(inProject(REPORTS), { recursive: true });
  const { code, output } = await runStep(node, argsFor(report), {
    quiet: true,
    env: { ...env, NO_COLOR: '1' },
  });
  const { passed, failed, isWhole } = readReport(report);
  // A run without a failed test counts as failed if it has an error code or no report: no test found, a crash, a signal.
  return { passed, failed: failed === 0 && (code !== 0 || !isWhole) ? 1 : failed, output };
}

function readReport(report) {
  const result = readJson(report);
  if (result === undefined) return { passed: 0, failed: 0, isWhole: false };
  // A file that does not load has no tests to count.
  const broken = result.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  );
  const failed = result.numFailedTests + broken.length;
  return { passed: result.numPassedTests, failed, isWhole: true };
}

/** Undefined for none, and for one that was cut off. */
function readJson(report) {
  try {
    return JSON.parse(fs.readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The spec files of some runs that took longest, each with its seconds. @returns at most `most` rows */
export function slowestFiles(names, most = 10) {
  const files = names.flatMap((name) => {
    const report = readJson(inProject(REPORTS, `${name}.json`));
    return report?.testResults ?? [];
  });
  return files
    .map(({ name, startTime, endTime }) => [path.relative(inProject(), name), endTime - startTime])
    .sort(([, one], [, other]) => other - one)
    .slice(0, most)
    .map(([file, ms]) => [file, (ms / 1_000).toFixed(1)]);
}

/**
 * `npm run spec -- calendar-day -t leap`: the spec files with this text in their path, and of those the tests with this
 * text in their title.
 * Other options go to Vitest or Angular unchanged: `--option=value`.
 */
export async function runNamedSpecs(node, args) {
  const { parts, title, options } = readArguments(args);
  const files = specFiles().filter((file) => parts.some((part) => file.includes(part)));
  if (files.length === 0) {
    throw new UserFacingError(
      `expected part of the path of a spec file, got ${parts.join(' ') || 'none'}`,
    );
  }
  if (files.some((file) => file.startsWith('test/'))) await build(node);
  for (const folder of FOLDERS_WITH_PACKAGES) {
    if (files.some((file) => file.startsWith(`${folder}/`))) await prepareFolder(node, folder);
  }
  const ofConsole = files.filter((file) => CONSOLE.test(file));
  const others = files.filter((file) => !CONSOLE.test(file));
  if (others.length > 0) {
    const left = COMMANDS_OF_THEIR_OWN.map((project) => `--project=!${project}`);
    const named = title === undefined ? [] : ['--testNamePattern', title];
    const ended = await run(node, [...VITEST, ...others, ...left, ...named, ...options]);
    if (ended.code !== 0 || ofConsole.length === 0) return ended;
  }
  return run(node, [
    ...NG_TEST,
    ...includes(ofConsole),
    ...(title === undefined ? [] : ['--filter', title]),
    ...options,
  ]);
}

function includes(files) {
  return files.map((file) => `--include=${path.posix.relative('apps/web/src', file)}`);
}

/** Builds and installs what the tests of a folder with its own packages need. */
export async function prepareFolder(node, folder) {
  // The packages are tried beside the program.
  await build(node);
  if (folder === 'test/packages') {
    await buildPackages(node);
    await packPackages();
  }
  await (folder === 'test/site' ? buildSite(node) : installFolder(folder));
}

/** Runs a project with its own script. */
export async function runProject(node, project, { files = [], env = {} } = {}) {
  return run(node, [...VITEST, ...files, `--project=${project}`, '--reporter=verbose'], { env });
}

function readArguments(args) {
  const at = args.findIndex((arg) => arg === '-t' || arg === '--testNamePattern');
  const title = at === -1 ? undefined : args[at + 1];
  if (at !== -1 && title === undefined) {
    throw new UserFacingError(`expected part of a test's title after ${args[at]}, got nothing`);
  }
  const rest = at === -1 ? args : args.toSpliced(at, 2);
  return {
    title,
    parts: rest.filter((arg) => !arg.startsWith('-')).map((arg) => arg.replace(/^\.\//, '')),
    options: rest.filter((arg) => arg.startsWith('-')),
  };
}

function specFiles() {
  return ['apps', 'libs', 'test'].flatMap((folder) =>
    fs
      .readdirSync(inProject(folder), { recursive: true })
      .map((file) => `${folder}/${file.split(path.sep).join('/')}`)
      .filter((file) => file.endsWith('.spec.ts') && !file.includes('node_modules')),
  );
}
