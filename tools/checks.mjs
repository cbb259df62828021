// `npm test`, `npm run test:long` and `npm run test:all`: lanes of checks and tests, and one sum at the end. Each lane can
// be run by its name: `npm test -- api browser`.
import { build } from './build.mjs';
import { runStep } from './child.mjs';
import { say, since, UserFacingError } from './project.mjs';
import { FORMATTER, LINTERS, TYPE_CHECKS } from './static-checks.mjs';
import { prepareFolder, runConsoleSpecs, runSpecs } from './specs.mjs';

/** The tests' PostgreSQL is a package, and there is none for other machines. */
const HAS_POSTGRES = process.platform === 'linux' && process.arch === 'x64';
/** More rows, more rounds, every language and colour. */
const LONG = { LONG_TESTS: '1' };
/** Two at a time is what two cores can do. */
const SIDE_BY_SIDE = 2;

/**
 * Tests of the built program, by lane. Those that are asked for share one run with more workers than cores: most of them
 * wait more than they work, and so they wait side by side.
 */
const PRODUCT_LANES = {
  api: ['test-api', 'test-fuzz'],
  cli: ['test-cli'],
  crash: ['test-crash'],
  cluster: ['test-cluster'],
  browser: ['test-browser'],
};
const PRODUCT_WORKERS = 4;
const UNIT_PROJECTS = [
  'progress',
  'api',
  'embedding',
  'migration',
  'cli',
  'test-docs',
  'test-lint',
];
const ALL_PROJECTS = [...UNIT_PROJECTS, ...Object.values(PRODUCT_LANES).flat()];

/**
 * What a change has to pass, beside the tests of the product. The units come last: their two workers keep both cores busy
 * once the product has been tested.
 */
const QUICK_LANES = {
  web: (node) => check('web', () => runConsoleSpecs(node)),
  static: checkSources,
  unit: (node) => check('unit', () => runSpecs(node, { name: 'unit', projects: UNIT_PROJECTS })),
};

/** What takes long and does not measure: it has to pass too, but not after every change. */
const LONG_LANES = {
  console: (node) =>
    ofBuilt(node, 'console', { projects: ['test-browser'], specs: 'untimed', env: LONG }),
  specs: (node) =>
    ofBuilt(node, 'specs', {
      // The lane above has those of the console.
      projects: ALL_PROJECTS.filter((project) => project !== 'test-browser'),
      specs: 'long',
      env: LONG,
    }),
  ...(HAS_POSTGRES && {
    postgres: (node) =>
      ofBuilt(node, 'postgres', {
        projects: PRODUCT_LANES.api,
        specs: 'untimed',
        env: { TEST_DATABASE: 'postgres' },
      }),
  }),
  fuzz: (node) => ofBuilt(node, 'fuzz', { projects: ['test-fuzz'], env: { FUZZ_CASES: '3000' } }),
  packages: (node) => ofFolder(node, 'packages'),
  generators: (node) => ofFolder(node, 'generators'),
};

/** What measures memory and time: nothing may run beside it. */
const MEASURING_LANES = {
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
  runLanes({ ...PRODUCT_LANES, ...QUICK_LANES }, names, (chosen) => quick(node, chosen));

/** `npm run test:long` */
export const runLong = (node, names) =>
  runLanes(LONG_LANES, names, (chosen) => sideBySide(lanesOf(LONG_LANES, chosen, node)));

/** `npm run test:all`: both, and what measures. */
export const runAll = (node, names) =>
  runLanes(
    { ...PRODUCT_LANES, ...QUICK_LANES, ...LONG_LANES, ...MEASURING_LANES },
    names,
    async (chosen) => {
      const results = await quick(node, chosen);
      results.push(...(await sideBySide(lanesOf(LONG_LANES, chosen, node))));
      for (const lane of lanesOf(MEASURING_LANES, chosen, node)) {
        results.push(...(await resultsOf(lane)));
      }
      return results;
    },
  );

/** Runs the lanes that are named, or all of them, and prints the sum; gives back the exit code. */
async function runLanes(lanes, names, run) {
  const all = Object.keys(lanes);
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    throw new UserFacingError(
      `expected lanes out of ${all.join(', ')}, got ${unknown.join(', ')}. One spec file: npm run spec -- PART_OF_ITS_PATH`,
    );
  }
  const start = performance.now();
  const results = await run(names.length === 0 ? all : names);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  say(`\nAll of it took ${since(start)}`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

function lanesOf(lanes, chosen, node) {
  return Object.entries(lanes)
    .filter(([name]) => chosen.includes(name))
    .map(
      ([, lane]) =>
        () =>
          lane(node),
    );
}

function quick(node, chosen) {
  const ofProduct = Object.keys(PRODUCT_LANES).filter((name) => chosen.includes(name));
  const product = () =>
    ofBuilt(node, ofProduct.join(', '), {
      projects: ofProduct.flatMap((name) => PRODUCT_LANES[name]),
      workers: PRODUCT_WORKERS,
    });
  return sideBySide([
    ...(ofProduct.length > 0 ? [product] : []),
    ...lanesOf(QUICK_LANES, chosen, node),
  ]);
}

/** Runs lanes in their order, so many at a time. */
async function sideBySide(lanes) {
  const waiting = lanes.values();
  const results = [];
  const work = async () => {
    for (const lane of waiting) results.push(...(await resultsOf(lane)));
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return results;
}

/** A lane that breaks has failed; the others go on. */
async function resultsOf(lane) {
  try {
    return [await lane()].flat();
  } catch (error) {
    say(error instanceof UserFacingError ? error.message : error.stack);
    return [{ passed: 0, failed: 1 }];
  }
}

async function checkSources(node) {
  const tool = (script, ...args) => runTool(node, [`node_modules/${script}`, ...args]);
  return [
    await check('format', () => runTool(node, [FORMATTER, '--check'])),
    await check('architecture', () =>
      tool(
        'dependency-cruiser/bin/dependency-cruiser.mjs',
        '--config=.dependency-cruiser.mjs',
        'apps',
        'libs',
      ),
    ),
    await check('dead code', () => tool('knip/bin/knip.js', '--no-progress')),
    await check('types', () => runTools(node, TYPE_CHECKS)),
    await check('lint', () => runTools(node, LINTERS)),
  ];
}

/** Tests of the built program. */
async function ofBuilt(node, name, options) {
  const built = await check(`build for ${name}`, () => buildStep(() => build(node)));
  if (built.failed > 0) return [built, notRun(name)];
  return check(name, () => runSpecs(node, { name, ...options }));
}

/** Tests that have packages of their own. */
async function ofFolder(node, name) {
  const ready = await check(`packages of test/${name}`, () =>
    buildStep(() => prepareFolder(node, `test/${name}`)),
  );
  if (ready.failed > 0) return [ready, notRun(name)];
  return check(name, () => runSpecs(node, { name, projects: [`test-${name}`], specs: 'all' }));
}

/** Runs one step: a line when it passes, everything it said when it doesn't. */
async function check(name, step) {
  const start = performance.now();
  const { passed, failed, output } = await step();
  const counted = passed + failed > 1 ? `${passed} passed, ${failed} failed, ` : '';
  if (failed > 0) say(`\n${output.trim()}\n`);
  say(`${failed > 0 ? '✗' : '✓'} ${name} (${counted}${since(start)})`);
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

/** What has to be there before the tests; what is wrong with it, the user can read. */
async function buildStep(step) {
  try {
    await step();
    return { passed: 1, failed: 0, output: '' };
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    return { passed: 0, failed: 1, output: error.message };
  }
}
