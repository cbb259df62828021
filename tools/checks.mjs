// `npm test`, `npm run test:long` and `npm run test:all`: groups of checks and tests, and a total at the end. Each group
// can be run by its name: `npm test -- api browser`.
import { build } from './build.mjs';
import {
  compareLines,
  compareTimes,
  compareTotal,
  countLines,
  printTable,
  readBudget,
  Slowness,
} from './budget.mjs';
import { changedFiles, groupOf, reachOf } from './changed.mjs';
import { runStep } from './child.mjs';
import { onceGreen } from './green-cache.mjs';
import { measure } from './processor-time.mjs';
import { say, since, TOP, UserFacingError } from './project.mjs';
import { STATIC_CHECKS } from './static-checks.mjs';
import { prepareFolder, runConsoleSpecs, runSpecs, slowestFiles } from './specs.mjs';
import { saveTimes } from './test-times.mjs';

/** The package of the tests' PostgreSQL exists only for this kind of machine. */
const HAS_POSTGRES = process.platform === 'linux' && process.arch === 'x64';
/** More rows, more rounds, every language and colour. */
const LONG = { LONG_TESTS: '1' };
/** Groups at a time, for two cores: those of `npm test` wait more than they work. */
const SIDE_BY_SIDE = 4;
/** More at a time would not end sooner, and keep PostgreSQL waiting until it counts as away. */
const LONG_SIDE_BY_SIDE = 3;
const PROGRESS_MS = 30_000;
/** Where a group must not pass because its processor time is not known. */
const MUST_MEASURE = process.env['MUST_MEASURE'] === '1';

const PROGRAM_PROJECTS = [
  'test-api',
  'test-fuzz',
  'test-cli',
  'test-crash',
  'test-cluster',
  'test-browser',
];
const ALL_PROJECTS = ['unit', ...PROGRAM_PROJECTS];

/** The groups that every change has to pass. The slowest begin first. */
const QUICK_GROUPS = {
  // Its specs wait for the program more than they work.
  api: (node) => ofBuilt(node, 'api', { projects: ['test-api', 'test-fuzz'], workers: 3 }),
  unit: (node) => check('unit', () => runSpecs(node, { name: 'unit', projects: ['unit'] })),
  browser: (node) => ofBuilt(node, 'browser', { projects: ['test-browser'] }),
  static: checkSources,
  web: (node) => check('web', () => runConsoleSpecs(node)),
  cli: (node) => ofBuilt(node, 'cli', { projects: ['test-cli'] }),
  cluster: (node) => ofBuilt(node, 'cluster', { projects: ['test-cluster'] }),
  crash: (node) => ofBuilt(node, 'crash', { projects: ['test-crash'] }),
};

/** Slow groups that measure nothing, not for every change. `fuzz` begins early: it waits more than it works. */
const LONG_GROUPS = {
  specs: (node) =>
    ofBuilt(node, 'specs', {
      // The group `console` runs these.
      projects: ALL_PROJECTS.filter((project) => project !== 'test-browser'),
      specs: 'long',
      workers: 3,
      env: LONG,
    }),
  fuzz: (node) => ofBuilt(node, 'fuzz', { projects: ['test-fuzz'], env: { FUZZ_CASES: '1000' } }),
  console: (node) =>
    ofBuilt(node, 'console', { projects: ['test-browser'], specs: 'untimed', env: LONG }),
  ...(HAS_POSTGRES && {
    postgres: (node) =>
      ofBuilt(node, 'postgres', {
        projects: ['test-api', 'test-fuzz'],
        specs: 'untimed',
        env: { TEST_DATABASE: 'postgres' },
      }),
  }),
  packages: (node) => ofFolder(node, 'packages'),
  generators: (node) => ofFolder(node, 'generators'),
  site: (node) => ofFolder(node, 'site'),
};

/** Groups that measure memory and time: nothing else may run at the same time. */
const MEASURING_GROUPS = {
  bench: (node) => ofBuilt(node, 'bench', { projects: ['test-bench'], workers: 1 }),
  timed: (node) => ofBuilt(node, 'timed', { projects: ALL_PROJECTS, specs: 'timed', workers: 1 }),
  'slow-requests': (node) =>
    ofBuilt(node, 'slow-requests', {
      projects: ['test-fuzz'],
      workers: 1,
      env: { FUZZ_SLOWEST_MS: '1000' },
    }),
  scale: (node) => ofBuilt(node, 'scale', { projects: ['test-scale'], workers: 1 }),
};

/** `npm test` */
export const runQuick = (node, names) =>
  runGroups(node, 'test', { sideBySide: QUICK_GROUPS }, names);

/**
 * `npm test -- --changed`: the groups and spec files that a change can reach.
 * @param {string} node
 * @param {string} base the change is everything since this commit
 */
export async function runChanged(node, base) {
  const files = changedFiles(base);
  if (files.length === 0) throw new UserFacingError(`expected a change since ${base}, got none`);
  const reach = reachOf(files);
  if (reach.everything) {
    say(`Every test can be reached by a change of ${files.length} files since ${base}`);
    return runQuick(node, []);
  }
  const { units, program, console, needsConsole } = reach;
  const some = {
    ...(units.length > 0 && { unit: specsOf('unit', ['unit'], units) }),
    ...Object.fromEntries(
      [...Map.groupBy(program, groupOf)].map(([name, specs]) => [
        name,
        specsOf(name, PROGRAM_PROJECTS, specs),
      ]),
    ),
    ...(console.length > 0 && { web: () => check('web', () => runConsoleSpecs(node, console)) }),
  };
  const whole = Object.entries(QUICK_GROUPS).filter(([name]) => reach.groups.includes(name));
  for (const file of [...units, ...program, ...console]) say(`  ${file}`);
  const groups = { static: checkSources, ...some, ...Object.fromEntries(whole) };
  const needsBuild = needsConsole || program.length + whole.length > 0;
  return runGroups(node, 'test -- --changed', { sideBySide: groups, needsBuild, isPart: true }, []);
}

function specsOf(name, projects, files) {
  return (node) => check(name, () => runSpecs(node, { name, projects, files }));
}

/** `npm run test:long` */
export const runLong = (node, names) =>
  runGroups(node, 'test:long', { sideBySide: LONG_GROUPS, lanes: LONG_SIDE_BY_SIDE }, names);

/** `npm run test:all`: both, and the measuring groups one after another. */
export function runAll(node, names) {
  const sideBySide = { ...QUICK_GROUPS, ...LONG_GROUPS };
  // The group `console` has the same specs, in more variants.
  delete sideBySide.browser;
  const groups = { sideBySide, alone: MEASURING_GROUPS, lanes: LONG_SIDE_BY_SIDE };
  return runGroups(node, 'test:all', groups, names);
}

/** Runs the named groups, or all of them, and prints the total. @returns the exit code */
async function runGroups(
  node,
  command,
  { sideBySide, alone = {}, lanes = SIDE_BY_SIDE, needsBuild = true, isPart = false },
  names,
) {
  const all = { ...sideBySide, ...alone };
  const unknown = names.filter((name) => !Object.hasOwn(all, name));
  if (unknown.length > 0) {
    throw new UserFacingError(
      `expected groups out of ${Object.keys(all).join(', ')}, got ${unknown.join(', ')}. One spec file: npm run spec -- PART_OF_ITS_PATH`,
    );
  }
  const chosen = names.length === 0 ? Object.keys(all) : names;
  const start = performance.now();
  const budget = readBudget();
  const slowness = new Slowness(node, budget);
  // Not within a group: whichever came first would pay for it.
  const built = await resultOf('build', () => buildStep(node, needsBuild));
  const running = new Map();
  const progress = setInterval(() => sayProgress(running, start), PROGRESS_MS);
  const results = [built];
  const runOne = async (name) => {
    running.set(name, performance.now());
    results.push(await resultOf(name, () => all[name](node)));
    running.delete(name);
  };
  const runChosen = async () => {
    const together = chosen.filter((name) => Object.hasOwn(sideBySide, name));
    await whileSampled(slowness, () => inLanes(lanes, together, runOne));
    for (const name of chosen.filter((one) => Object.hasOwn(alone, one))) await runOne(name);
  };
  try {
    if (built.failed === 0) await runChosen();
  } finally {
    clearInterval(progress);
  }
  return summarize(command, results, {
    ...{ budget, start },
    slowness: slowness.factor,
    isWhole: names.length === 0 && !isPart,
  });
}

/** Measures the speed of the machine now and then while work goes on, but not beside groups that measure time. */
async function whileSampled(slowness, work) {
  const samples = [slowness.sample()];
  const timer = setInterval(() => samples.push(slowness.sample()), PROGRESS_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  await Promise.all(samples);
}

/** Runs groups in their order, so many at a time. */
async function inLanes(lanes, names, runOne) {
  const waiting = names.values();
  const work = async () => {
    for (const name of waiting) await runOne(name);
  };
  await Promise.all(Array.from({ length: lanes }, work));
}

function sayProgress(running, start) {
  const groups = [...running].map(([name, since_]) => `${name} (${since(since_)})`);
  say(`… ${since(start)}: ${groups.join(', ')}`);
}

/** A group that throws, or leaves processes behind, has failed; the others continue. */
async function resultOf(name, group) {
  const work = async () => {
    try {
      return [await group()].flat();
    } catch (error) {
      say(error instanceof UserFacingError ? error.message : error.stack);
      return [{ passed: 0, failed: 1 }];
    }
  };
  const { result: steps, left, ...times } = await measure(name, work);
  for (const line of left) say(`✗ ${name} left a process running: ${line}`);
  const sum = (key) => steps.reduce((total, step) => total + step[key], 0);
  return { name, passed: sum('passed'), failed: sum('failed') + left.length, ...times };
}

function summarize(command, results, { budget, start, slowness, isWhole }) {
  const groups = results.filter(({ name }) => name !== 'build');
  const { rows, over } = compareTimes(budget, groups, slowness, MUST_MEASURE);
  if (command === 'test' && isWhole) over.push(...compareTotal(budget, groups, slowness));
  over.push(...compareLines(budget, countLines(budget)));
  const wallSeconds = (performance.now() - start) / 1_000;
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0) + over.length;
  if (isWhole && failed === 0) saveTimes(command, { wallSeconds, slowness, groups });
  const slowest = slowestFiles(groups.map(({ name }) => name));
  if (slowest.length > 0) {
    say('\nThe slowest spec files, in seconds:');
    printTable(slowest);
  }
  say(
    `\nSeconds of each group. This machine takes ${slowness.toFixed(2)} times as long as that of the budget:`,
  );
  const used = groups.reduce((sum, one) => sum + (one.processorSeconds ?? 0), 0);
  printTable([
    ['group', 'wall', 'processor', 'allowed'],
    ...rows,
    ['all', String(Math.round(wallSeconds)), String(Math.round(used)), ''],
  ]);
  if (command === 'test') {
    say(
      `The aim, with caches and nothing else running: ${budget.processor_seconds} s of processor time, ${budget.wall_seconds} s of wall time`,
    );
  }
  for (const line of over) say(`✗ ${line}`);
  say(`\nTotal time ${since(start)}`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

async function checkSources(node) {
  const results = [];
  for (const [name, what] of Object.entries(STATIC_CHECKS)) {
    const run = () => runTools(node, what.commands);
    results.push(await check(name, () => onceGreen(TOP, name, what, run)));
  }
  return results;
}

/** Tests of the built program. */
function ofBuilt(node, name, options) {
  return check(name, () => runSpecs(node, { name, ...options }));
}

/** Tests with their own packages, or of what is built with such. */
async function ofFolder(node, name) {
  await prepareFolder(node, `test/${name}`);
  return check(name, () => runSpecs(node, { name, projects: [`test-${name}`], specs: 'all' }));
}

/** Runs one step: prints a line, and the whole output if it fails. */
async function check(name, step) {
  const start = performance.now();
  const { passed, failed, output, unchangedSince } = await step();
  const took = unchangedSince === undefined ? since(start) : `unchanged since ${unchangedSince}`;
  const counted = passed + failed > 1 ? `${passed} passed, ${failed} failed, ` : '';
  if (failed > 0) say(`\n${output.trim()}\n`);
  say(`${failed > 0 ? '✗' : '✓'} ${name} (${counted}${took})`);
  return { passed, failed };
}

async function runTool(node, args) {
  const { code, output } = await runStep(node, args, { quiet: true });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
}

async function runTools(node, commands) {
  const runs = [];
  for (const command of commands) runs.push(await runTool(node, command));
  const ok = runs.every(({ failed }) => failed === 0);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, output: runs.map((r) => r.output).join('') };
}

/** What most groups need; its error is for the user. */
async function buildStep(node, needsBuild) {
  if (needsBuild) await build(node);
  return { passed: 1, failed: 0 };
}
