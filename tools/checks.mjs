// `npm test`, `npm run test:long` and `npm run test:all`: groups of checks and tests, and a total at the end. Each group
// can be run by its name: `npm test -- api browser`.
import { build } from './build.mjs';
import { runStep } from './child.mjs';
import { onceGreen } from './green-cache.mjs';
import { say, since, TOP, UserFacingError } from './project.mjs';
import { STATIC_CHECKS } from './static-checks.mjs';
import { prepareFolder, runConsoleSpecs, runSpecs } from './specs.mjs';

/** The package of the tests' PostgreSQL exists only for this kind of machine. */
const HAS_POSTGRES = process.platform === 'linux' && process.arch === 'x64';
/** More rows, more rounds, every language and colour. */
const LONG = { LONG_TESTS: '1' };
/** Two groups at a time, for two cores. */
const SIDE_BY_SIDE = 2;

/**
 * Groups of tests of the built program. The chosen ones share one run with more workers than cores, because most of them
 * wait more than they work.
 */
const PRODUCT_GROUPS = {
  api: ['test-api', 'test-fuzz'],
  cli: ['test-cli'],
  crash: ['test-crash'],
  cluster: ['test-cluster'],
  browser: ['test-browser'],
};
const PRODUCT_WORKERS = 4;
const UNIT_PROJECTS = [
  'progress',
  'client',
  'api',
  'embedding',
  'migration',
  'cli',
  'test-docs',
  'test-lint',
];
const ALL_PROJECTS = [...UNIT_PROJECTS, ...Object.values(PRODUCT_GROUPS).flat()];

/**
 * The other groups that every change has to pass. The units come last: their two workers use both cores after the tests
 * of the product.
 */
const QUICK_GROUPS = {
  web: (node) => check('web', () => runConsoleSpecs(node)),
  static: checkSources,
  unit: (node) => check('unit', () => runSpecs(node, { name: 'unit', projects: UNIT_PROJECTS })),
};

/** Slow groups without measurements, which do not run after every change. */
const LONG_GROUPS = {
  console: (node) =>
    ofBuilt(node, 'console', { projects: ['test-browser'], specs: 'untimed', env: LONG }),
  specs: (node) =>
    ofBuilt(node, 'specs', {
      // The group `console` runs these.
      projects: ALL_PROJECTS.filter((project) => project !== 'test-browser'),
      specs: 'long',
      env: LONG,
    }),
  ...(HAS_POSTGRES && {
    postgres: (node) =>
      ofBuilt(node, 'postgres', {
        projects: PRODUCT_GROUPS.api,
        specs: 'untimed',
        env: { TEST_DATABASE: 'postgres' },
      }),
  }),
  fuzz: (node) => ofBuilt(node, 'fuzz', { projects: ['test-fuzz'], env: { FUZZ_CASES: '3000' } }),
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
  runGroups({ ...PRODUCT_GROUPS, ...QUICK_GROUPS }, names, (chosen) => quick(node, chosen));

/** `npm run test:long` */
export const runLong = (node, names) =>
  runGroups(LONG_GROUPS, names, (chosen) => sideBySide(groupsOf(LONG_GROUPS, chosen, node)));

/** `npm run test:all`: both, and the measuring groups. */
export const runAll = (node, names) =>
  runGroups(
    { ...PRODUCT_GROUPS, ...QUICK_GROUPS, ...LONG_GROUPS, ...MEASURING_GROUPS },
    names,
    async (chosen) => {
      const results = await quick(node, chosen);
      results.push(...(await sideBySide(groupsOf(LONG_GROUPS, chosen, node))));
      for (const group of groupsOf(MEASURING_GROUPS, chosen, node)) {
        results.push(...(await resultsOf(group)));
      }
      return results;
    },
  );

/** Runs the named groups, or all of them, and prints the total. @returns the exit code */
async function runGroups(groups, names, run) {
  const all = Object.keys(groups);
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    throw new UserFacingError(
      `expected groups out of ${all.join(', ')}, got ${unknown.join(', ')}. One spec file: npm run spec -- PART_OF_ITS_PATH`,
    );
  }
  const start = performance.now();
  const results = await run(names.length === 0 ? all : names);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  say(`\nTotal time ${since(start)}`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

function groupsOf(groups, chosen, node) {
  return Object.entries(groups)
    .filter(([name]) => chosen.includes(name))
    .map(
      ([, group]) =>
        () =>
          group(node),
    );
}

function quick(node, chosen) {
  const ofProduct = Object.keys(PRODUCT_GROUPS).filter((name) => chosen.includes(name));
  const product = () =>
    ofBuilt(node, ofProduct.join(', '), {
      projects: ofProduct.flatMap((name) => PRODUCT_GROUPS[name]),
      workers: PRODUCT_WORKERS,
    });
  return sideBySide([
    ...(ofProduct.length > 0 ? [product] : []),
    ...groupsOf(QUICK_GROUPS, chosen, node),
  ]);
}

/** Runs groups in their order, {@link SIDE_BY_SIDE} at a time. */
async function sideBySide(groups) {
  const waiting = groups.values();
  const results = [];
  const work = async () => {
    for (const group of waiting) results.push(...(await resultsOf(group)));
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return results;
}

/** A group that throws has failed; the others continue. */
async function resultsOf(group) {
  try {
    return [await group()].flat();
  } catch (error) {
    say(error instanceof UserFacingError ? error.message : error.stack);
    return [{ passed: 0, failed: 1 }];
  }
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
async function ofBuilt(node, name, options) {
  const built = await check(`build for ${name}`, () => buildStep(() => build(node)));
  if (built.failed > 0) return [built, notRun(name)];
  return check(name, () => runSpecs(node, { name, ...options }));
}

/** Tests with their own packages, or of what is built with such. */
async function ofFolder(node, name) {
  const ready = await check(`packages of test/${name}`, () =>
    buildStep(() => prepareFolder(node, `test/${name}`)),
  );
  if (ready.failed > 0) return [ready, notRun(name)];
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

function notRun(name) {
  say(`✗ ${name} (not run: there is no build)`);
  return { passed: 0, failed: 1 };
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

/** A step that the tests need; its error is for the user. */
async function buildStep(step) {
  try {
    await step();
    return { passed: 1, failed: 0, output: '' };
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    return { passed: 0, failed: 1, output: error.message };
  }
}
