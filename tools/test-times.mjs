// The table of CONTRIBUTING.md: what each group of tests took in the last runs of `npm test`, `npm run test:long` and
// `npm run test:all`.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { readBudget } from './budget.mjs';
import { inProject, UserFacingError } from './project.mjs';

/** A folder with the times of the last run of each command. */
const TIMES = '.cache/test-times';
export const TIMES_PAGE = 'CONTRIBUTING.md';
const PLACE = /(<!-- npm run test:times -->\n)[^]*?(\n<!-- end -->)/;

const fileOf = (command) => inProject(TIMES, `${command.replace(':', '-')}.json`);

/** Keeps what a run took. */
export function saveTimes(command, run) {
  fs.mkdirSync(inProject(TIMES), { recursive: true });
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: inProject() });
  const of = { date: new Date().toISOString(), commit: commit.toString().trim() };
  fs.writeFileSync(fileOf(command), JSON.stringify({ ...of, ...run }));
}

/**
 * Writes the table. A group has its row from the last whole run of `npm test`, else of `test:long`, else of `test:all`.
 * @throws {UserFacingError} if a group has not run
 */
export function writeTimes() {
  const page = fs.readFileSync(inProject(TIMES_PAGE), 'utf8');
  const { groups: budgets } = readBudget();
  const runs = ['test', 'test:long', 'test:all'].flatMap(lastRun);
  const rows = Object.entries(budgets).map(([name, { about, seconds }]) => {
    const run = runs.find(({ groups }) => groups.some((one) => one.name === name));
    const group = run?.groups.find((one) => one.name === name);
    if (group === undefined) {
      throw new UserFacingError(
        `expected a run of ${name}, got none: run npm test and npm run test:all, then this command`,
      );
    }
    const cells = [group.wallSeconds, group.processorSeconds, seconds].map(shown);
    return `| ${run.command} | \`${name}\` | ${about} | ${cells.join(' | ')} |`;
  });
  const wholes = runs.map(
    ({ command, wallSeconds, groups }) =>
      `| ${command} | all | | ${shown(wallSeconds)} | ${shown(sumOf(groups))} | |`,
  );
  const table = [
    ...runs.map(
      ({ command, date, commit, slowness }) =>
        `${command}: ${date.slice(0, 10)}, ${commit}, two cores; the fixed piece of work of tools/calibration.mjs took ${slowness.toFixed(2)} times what the budget was set with, and each budget is multiplied by that.`,
    ),
    '',
    '| command | group | what | seconds | processor seconds | budget |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    ...wholes,
  ].join('\n');
  if (!PLACE.test(page))
    throw new UserFacingError(`expected a place for the table in ${TIMES_PAGE}`);
  fs.writeFileSync(
    inProject(TIMES_PAGE),
    page.replace(PLACE, (_, begin, end) => `${begin}\n${table}\n${end}`),
  );
}

/** @returns the last run of a command, if there was one */
function lastRun(command) {
  if (!fs.existsSync(fileOf(command))) return [];
  const name = command === 'test' ? 'npm test' : `npm run ${command}`;
  return [{ ...JSON.parse(fs.readFileSync(fileOf(command), 'utf8')), command: `\`${name}\`` }];
}

function sumOf(groups) {
  return groups.reduce((sum, { processorSeconds }) => sum + processorSeconds, 0);
}

function shown(seconds) {
  return seconds === null || seconds === undefined ? '' : String(Math.round(seconds));
}
