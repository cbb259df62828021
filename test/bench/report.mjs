// Writes the results of the benchmarks into docs/performance.md, and prints them. Plain JavaScript, like the launcher.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const TOP = path.resolve(import.meta.dirname, '../..');
const FIGURES = path.join(TOP, '.cache/bench');
/** The page with the table, relative to the project's folder. */
export const REPORT = 'docs/performance.md';
const PAGE = path.join(TOP, REPORT);
const [BEGIN, END] = ['<!-- Written by npm run bench, from here -->', '<!-- to here -->'];
/** Peers that are measured if they are installed. */
const PROGRAMS = ['redis-server', 'sqlite3', 'psql'];
const PACKAGES = ['fastify', 'bullmq', 'autocannon'];

/**
 * Writes the table of the last run of each benchmark.
 * @returns {string} the table for a terminal
 */
export function writeReport(node) {
  const sections = readSections();
  const page = fs.readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`expected ${BEGIN} and ${END} in ${PAGE}`);
  const rows = sections.flatMap(({ figures }) => figures.map(cells));
  const [head, ...table] = aligned([HEAD, ...rows]);
  const rule = head.replace(/[^|]/g, '-').replaceAll('-|-', ' | ');
  const measured = machine(node, sections);
  const marked = [head, rule, ...table].map((line) => `| ${line} |`);
  const lines = [...measured, '', ...marked].join('\n');
  fs.writeFileSync(PAGE, `${before}${BEGIN}\n\n${lines}\n\n${END}${after}`);
  return [...measured, '', head, ...table].join('\n');
}

function readSections() {
  return fs
    .readdirSync(FIGURES)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => JSON.parse(fs.readFileSync(path.join(FIGURES, name), 'utf8')));
}

function machine(node, sections) {
  const { model = 'unknown processor' } = os.cpus()[0] ?? {};
  const days = [...new Set(sections.map(({ at }) => at.slice(0, 10)))].toSorted();
  const versions = [`Node ${versionOf(node)}`, ...PACKAGES.map(packageVersion)];
  const installed = PROGRAMS.map((program) => [program, versionOf(program)]);
  for (const [program, version] of installed) {
    versions.push(version === undefined ? `no ${program}` : `${program} ${version}`);
  }
  const missed = sections.flatMap(({ notMeasured }) => notMeasured);
  return [
    `Measured on ${days.join(', ')} with ${os.cpus().length} processors (${model}), ` +
      `${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}; ${versions.join(', ')}.`,
    ...missed.map((what) => `Not measured: ${what}.`),
  ];
}

function versionOf(program) {
  const { error, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return error === undefined ? /\d+(\.\d+)+/.exec(stdout)?.[0] : undefined;
}

function packageVersion(name) {
  const file = path.join(import.meta.dirname, 'node_modules', name, 'package.json');
  return fs.existsSync(file)
    ? `${name} ${JSON.parse(fs.readFileSync(file, 'utf8')).version}`
    : `no ${name}`;
}

const HEAD = ['what', 'beside', 'Daysync', 'the other', 'ratio', 'aim', 'met'];

function cells({ what, unit, own, beside, aim, met, note }) {
  return [
    note === undefined ? what : `${what} (${note})`,
    beside?.name ?? '',
    `${spreadOf(own)} ${unit}`,
    beside === undefined ? '' : `${spreadOf(beside.figure)} ${unit}`,
    beside === undefined ? '' : spreadOf(beside.ratio),
    aim === undefined ? '' : aimOf(aim, unit),
    met === undefined ? '' : met ? '✓' : '✗',
  ];
}

function aimOf({ bound, value, of }, unit) {
  return `${bound === 'at least' ? '≥' : '≤'} ${value} ${of === 'ratio' ? '×' : unit}`;
}

function spreadOf({ median, least, most }) {
  return least === most ? number(median) : `${number(median)} (${number(least)}–${number(most)})`;
}

/** Rounds to three significant digits, but whole numbers stay whole. */
function number(value) {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  const rounded = Number.isInteger(value) ? String(value) : value.toFixed(Math.min(digits, 3));
  return rounded.replace(/\B(?=(\d{3})+$)/g, ',');
}

function aligned(rows) {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join(' | '));
}
