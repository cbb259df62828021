// `npm test`: every check and every test, two lanes side by side, one sum at the end.
import fs from 'node:fs';
import { build, buildPackages } from './build.mjs';
import { runStep } from './child.mjs';
import { installFolder } from './install.mjs';
import { inProject, say, since, UserFacingError } from './project.mjs';
import { FORMATTER, LINTERS, TYPE_CHECKS } from './static-checks.mjs';

/** How Node starts Jest. */
export const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

const REPORTS = '.cache/test-reports';
/** What starts the built program: its API, its command line, its crashes, its nodes, its console. */
const PRODUCT_TESTS = [
  'test-api',
  'test-cli',
  'test-fuzz',
  'test-crash',
  'test-cluster',
  'test-browser',
];
/**
 * What looks closely at one page, or waits long. `npm test` goes through every page by the keyboard (flows.spec.ts), and
 * these run with the whole console.
 */
const LONG_STORIES =
  'test/browser/(batches|calendar|datasets|day-picker|live|open-and-leave|poller|records|restart|retry|script)[.]';
/** What takes long, beside others of its kind that do not: `npm run test:all` has them. */
const LONG_SPECS = [
  'test/crash/(control|loop)-points[.]',
  'test/cli/(installed|local|local-postgres|page)[.]',
  'test/cluster/schedules[.]',
  'test/api/(disk-full|embed|migrate-to-postgres|notices-page|polling|round-trips|source-kinds|sqlite-reader)[.]',
  'src/(migration/move|database/postgres-|datasets/.*-on-both|records/.*-on-both|sync/(batch-admission|lost-slots))',
].join('|');
/** Of each operation, in the long run. */
const LONG_FUZZ = { FUZZ_CASES: '3000' };
/** More rows, more rounds, every language and colour. */
const LONG = { LONG_TESTS: '1' };
const UNIT_TESTS = ['progress', 'api', 'cli', 'web', 'test-docs', 'test-lint'];
/** One PostgreSQL for all of them. */
const SHARED = { SHARE_POSTGRES: '1' };
/** What holds whatever the database is; jest.config.mjs says what of it is SQLite's alone. */
const CONTRACT_TESTS = ['test-api', 'test-fuzz'];
const ON_POSTGRES = { TEST_DATABASE: 'postgres' };
/** The tests' PostgreSQL is a package, and there is none for other machines. */
const HAS_POSTGRES = process.platform === 'linux' && process.arch === 'x64';

/**
 * Runs everything; gives back the exit code.
 * @param {object} [options] `all`: the tests that measure as well, once nothing else runs beside them
 */
export async function runChecks(node, { all = false } = {}) {
  const start = performance.now();
  fs.rmSync(inProject(REPORTS), { recursive: true, force: true });
  fs.mkdirSync(inProject(REPORTS), { recursive: true });
  const tool = (script, ...args) => runTool(node, [`node_modules/${script}`, ...args]);

  // What needs the product waits for its build; what reads only sources goes beside it.
  const product = async () => {
    const built = await check('build', () => buildStep(() => build(node)));
    if (built.failed > 0) return [built, notRun('tests of the product')];
    // In one run: most of them wait more than they work, and so they wait side by side.
    const long = `--testPathIgnorePatterns=${LONG_STORIES}|${LONG_SPECS}`;
    const options = ['--maxWorkers=4', long];
    const tests = () => runJest(node, PRODUCT_TESTS, options);
    return [built, await check('tests of the product', tests)];
  };
  const sources = async () => [
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
  const units = () =>
    check('unit tests', () =>
      runJest(node, UNIT_TESTS, [`--testPathIgnorePatterns=${LONG_SPECS}`], SHARED),
    );

  const lanes = [product(), sources()];
  // The lane that is done first has them: two at a time is what two cores can do.
  const results = (await Promise.all([...lanes, Promise.race(lanes).then(units)])).flat();
  // It measures: nothing runs beside it. There is no build to measure where the first one failed.
  if (results[0].failed === 0) {
    results.push(await check('short bench', () => runJest(node, ['test-bench'])));
  }
  if (all) {
    // They measure memory and time: one after the other.
    results.push(
      await check('scale tests', () => runJest(node, ['test-scale'], ['--maxWorkers=1'])),
    );
    results.push(
      await check('long specs', () =>
        runJest(
          node,
          ['test-api', 'test-cli', 'test-cluster', 'test-crash', 'api'],
          [`--testPathPatterns=${LONG_SPECS}`],
        ),
      ),
    );
    if (HAS_POSTGRES) {
      results.push(
        await check('contract on PostgreSQL', () => runJest(node, CONTRACT_TESTS, [], ON_POSTGRES)),
      );
    }
    results.push(await check('long fuzz', () => runJest(node, ['test-fuzz'], [], LONG_FUZZ)));
    // One after the other: some of them measure.
    const whole = ['--maxWorkers=1'];
    results.push(
      await check('the whole console', () => runJest(node, ['test-browser'], whole, LONG)),
    );
    results.push(
      await check('long forms', () =>
        runJest(
          node,
          ['test-api', 'progress'],
          ['--testPathPatterns=source-kinds|many-batches'],
          LONG,
        ),
      ),
    );
    results.push(await check('generators', () => runInstalled(node, 'test/generators')));
    results.push(await check('packages', () => runPackages(node)));
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  say(`\nAll of it took ${since(start)}`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 || passed === 0 ? 1 : 0;
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

async function runJest(node, projects, options = [], env = {}) {
  const report = `${REPORTS}/${projects.join('-')}.json`;
  const { code, output } = await runStep(
    node,
    [...JEST, ...options, '--json', `--outputFile=${report}`, '--selectProjects', ...projects],
    { quiet: true, env },
  );
  const counts = readReport(report);
  // A run that ended badly without a failed test (no test found, a crash) is a failure all the same.
  const failed = counts.failed === 0 && code !== 0 ? 1 : counts.failed;
  return { passed: counts.passed, failed, output: withoutJson(output) };
}

/** Tests that have packages of their own, and may take all the time that the registry does. */
async function runInstalled(node, folder) {
  const installed = await buildStep(() => installFolder(folder));
  return installed.failed > 0 ? installed : runJest(node, [folder.replace('/', '-')]);
}

/** What others install. */
async function runPackages(node) {
  const built = await buildStep(() => buildPackages(node));
  return built.failed > 0 ? built : runInstalled(node, 'test/packages');
}

function readReport(report) {
  try {
    const result = JSON.parse(fs.readFileSync(inProject(report), 'utf8'));
    return {
      passed: result.numPassedTests,
      // A file that did not even load has no test to count.
      failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    };
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return { passed: 0, failed: 0 };
  }
}

/** Jest says where it put the report; nobody needs to know. */
function withoutJson(output) {
  return output.replace(/^Test results written to: .*$/m, '');
}
