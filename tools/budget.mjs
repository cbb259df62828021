// What the checks may cost: processor seconds of each group and lines of each folder, in test/budget.json.
import fs from 'node:fs';
import { run } from './child.mjs';
import { filesIn } from './green-cache.mjs';
import { inProject, say, UserFacingError } from './project.mjs';

const BUDGET = 'test/budget.json';
/** A group fails where it takes more than a tenth over its budget; lines have no tolerance, because they do not vary. */
const TOLERANCE = 1.1;
/** Less was not measured: every group starts programs. */
const LEAST_SECONDS = 0.2;
const CALIBRATION = ['--disable-warning=ExperimentalWarning', 'tools/calibration.mjs'];
const SPECS = /\.(spec|fixture)\.ts$|^test\//;
const CODE = /\.(ts|mts|mjs)$/;

/** @returns the budget as the file has it */
export function readBudget() {
  return JSON.parse(fs.readFileSync(inProject(BUDGET), 'utf8'));
}

/**
 * Measures a fixed piece of work again and again while the groups run: a processor second is worth less on a slow machine,
 * and also where two threads share a core, so only the same moments compare.
 */
export class Slowness {
  samples = [];

  constructor(node, budget) {
    this.node = node;
    this.budget = budget;
  }

  /** Takes one sample more; none where the work was stopped. */
  async sample() {
    const { code, output } = await run(this.node, CALIBRATION, { quiet: true });
    const seconds = Number(/^[\d.]+$/m.exec(output)?.[0]);
    if (code === 0 && seconds > 0) this.samples.push(seconds);
  }

  /** How many times as long this machine takes as the one of the budget: the median of the samples. */
  get factor() {
    const sorted = this.samples.toSorted((one, other) => one - other);
    const { calibration_seconds: reference } = this.budget;
    return (sorted[Math.floor(sorted.length / 2)] ?? reference) / reference;
  }
}

/**
 * Compares what groups have used with their budget.
 * @param {object} budget
 * @param {readonly { name: string, wallSeconds: number, processorSeconds: number | null }[]} groups
 * @param {number} slowness how many times as long this machine takes as the one of the budget
 * @param {boolean} [mustMeasure] whether a group whose processor time is not known fails
 * @returns {{ rows: readonly string[][], over: readonly string[] }} a row for each group, and a line for each that is over
 */
export function compareTimes(budget, groups, slowness, mustMeasure = false) {
  const over = [];
  const rows = groups.map(({ name, wallSeconds, processorSeconds }) => {
    const seconds = budget.groups[name]?.seconds;
    const allowed = seconds === undefined ? undefined : seconds * slowness;
    if (mustMeasure && !(processorSeconds > LEAST_SECONDS)) {
      over.push(
        `${name} has no processor time: expected control groups of version 2 that this user may write`,
      );
    }
    if (processorSeconds !== null && allowed === undefined) {
      over.push(`${name} has no budget in ${BUDGET}: it took ${rounded(processorSeconds)} s`);
    } else if (processorSeconds > allowed * TOLERANCE) {
      over.push(
        `${name} took ${rounded(processorSeconds)} s of processor time, which is more than a tenth over the ${rounded(allowed)} s of ${BUDGET}: make its tests cheaper, or raise the number and say why beside it`,
      );
    }
    return [name, rounded(wallSeconds), rounded(processorSeconds), rounded(allowed)];
  });
  return { rows, over };
}

/**
 * Compares the groups of a whole `npm test` together, without the static checks: what these take depends on their caches.
 * @returns a line if they are over
 */
export function compareTotal({ together }, groups, slowness) {
  const counted = groups.filter(({ name }) => name !== 'static');
  const used = counted.reduce((sum, one) => sum + (one.processorSeconds ?? 0), 0);
  const allowed = together.seconds * slowness;
  if (used <= allowed * TOLERANCE) return [];
  return [
    `the groups together took ${rounded(used)} s of processor time, which is more than a tenth over the ${rounded(allowed)} s of ${BUDGET}: make tests cheaper, or raise the number and say why beside it`,
  ];
}

/**
 * The lines of product and of specs, fixtures and helpers in each folder of the budget, without generated files and what
 * Git ignores. A copy of the project without Git has none.
 */
export function countLines(budget) {
  const files = (filesIn(inProject()) ?? []).filter(
    (file) => CODE.test(file) && !file.includes('/generated/'),
  );
  const counts = Object.fromEntries(
    Object.keys(budget.lines).map((folder) => [folder, { product: 0, specs: 0 }]),
  );
  for (const file of files) {
    const folder = Object.keys(counts).find((one) => file.startsWith(`${one}/`));
    if (!fs.existsSync(inProject(file))) continue;
    if (folder === undefined) {
      if (!file.includes('/')) continue;
      throw new UserFacingError(
        `expected the folder of ${file} in the lines of ${BUDGET}, got none`,
      );
    }
    const lines = fs.readFileSync(inProject(file), 'utf8').split('\n').length - 1;
    counts[folder][SPECS.test(file) ? 'specs' : 'product'] += lines;
  }
  return counts;
}

/** @returns a line for each folder with more lines than its budget */
export function compareLines(budget, counts) {
  return Object.entries(counts).flatMap(([folder, used]) =>
    Object.entries(used)
      .filter(([kind, lines]) => lines > budget.lines[folder][kind])
      .map(
        ([kind, lines]) =>
          `${folder} has ${lines} lines of ${kind} for the ${budget.lines[folder][kind]} of ${BUDGET}: remove what repeats, or raise the number and say why beside it`,
      ),
  );
}

/** Prints rows in columns, numbers to the right. */
export function printTable(rows) {
  if (rows.length === 0) return;
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    say(
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
        )
        .join('  '),
    );
  }
}

function rounded(seconds) {
  return seconds === null || seconds === undefined ? '–' : String(Math.round(seconds));
}
