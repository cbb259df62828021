// Which groups and spec files a change can reach: `npm test -- --changed`.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { filesIn } from './green-cache.mjs';
import { inProject } from './project.mjs';

/**
 * Files that import every kind, or the whole program. A change is not followed through them: what it reaches behind them
 * is listed in {@link PROGRAM_RULES}.
 */
const BOUNDARIES = new Set([
  'apps/api/src/server.ts',
  'apps/api/src/app.module.ts',
  'apps/api/src/datasets/file/source-kinds.ts',
  'apps/api/src/targets/elsewhere/open-target.ts',
]);
/** All groups: what every test stands on. */
const EVERYTHING =
  /^((.*\/)?(package(-lock)?|tsconfig[^/]*)\.json|vitest\.config\.mjs|angular\.json|tools\/.*|data\/.*|\.npmrc|test\/[^/]+\.ts)$/;
/**
 * The tests of the built program for a changed file, by the first pattern that fits: groups, or part of the names of
 * spec files of `test/api`. `units` fits specs of modules that reach the file only behind a boundary.
 */
const PROGRAM_RULES = [
  { path: /^apps\/api\/src\/.*\.(spec|fixture)\.ts$/, groups: [] },
  {
    path: /^apps\/api\/src\/sources\/(http|sql|file|provider|parquet)\//,
    specs: ([, kind]) => kind,
    units: /\/datasets\/file\/(dataset-|shipped-)/,
  },
  {
    path: /^apps\/api\/src\/(records|webhooks|schedules|quarantine|freshness)\//,
    specs: ([, name]) => name.replace(/s$/, ''),
  },
  {
    path: /^apps\/api\/src\/(runner|batches|database|targets)\//,
    groups: ['api', 'cli', 'crash', 'cluster'],
    units: /\/runner\//,
  },
  { path: /^(apps\/api|libs\/nest)\//, groups: ['api', 'cli'] },
  { path: /^(apps\/cli|libs\/client)\//, groups: ['cli'] },
  { path: /^libs\/progress\/src\/(?!angular|element|schematics)/, groups: ['api', 'cli'] },
  { path: /^libs\/progress\/src\/element\//, groups: ['browser'] },
  { path: /^test\/(crash|cluster|cli|browser)\//, groups: ([, group]) => [group] },
  { path: /^(test\/(fuzz|sources)|docs\/openapi\.json)/, groups: ['api'] },
];
/** The console's specs; what the library has for Angular apps is tested like the console. */
export const CONSOLE = /^(apps\/web|libs\/progress\/src\/(angular|schematics\/files))\//;
const IMPORTED =
  /(?:\bfrom|\bimport|\bimport\(|templateUrl:|styleUrl:)\s*'((?:\.{1,2}\/|@daysync\/)[^']+)'/g;

/** Whether a file of the console is compiled with every spec of it. */
const CONSOLE_ASSET = /^apps\/web\/(?!.*\.(ts|html|scss)$)|^apps\/web\/src\/(styles|index)/;

/** The files that this branch has changed since it left `base`, untracked ones included. */
export function changedFiles(base) {
  const git = (...args) =>
    execFileSync('git', args, { cwd: inProject(), encoding: 'utf8' }).split('\0').filter(Boolean);
  return [
    ...git('diff', '--name-only', '--no-renames', '-z', '--merge-base', base),
    ...git('ls-files', '--others', '--exclude-standard', '-z'),
  ];
}

/**
 * What a change can reach.
 * @param {readonly string[]} files that have changed
 * @returns {{ everything: true } | { everything: false, groups: readonly string[], units: readonly string[],
 *   program: readonly string[], console: readonly string[], needsConsole: boolean }} groups of the built program that run
 *   whole, spec files of others, and whether the console has to be built because no spec compiles what has changed of it
 */
export function reachOf(files) {
  if (files.some((file) => EVERYTHING.test(file))) return { everything: true };
  const specs = [...specsThatImport([...files, ...filesThatRead(files)])];
  const quick = allFiles().filter(isQuick);
  const rules = files.map((file) => ruleOf(file, quick));
  const groups = [...new Set(rules.flatMap((rule) => rule.groups))];
  const named = new Set([...specs, ...rules.flatMap((rule) => rule.specs)]);
  const selected = quick.filter((file) => named.has(file));
  const isRead = (start, pattern) =>
    files.some((file) => pattern.test(file)) ? quick.filter((file) => file.startsWith(start)) : [];
  const units = [
    ...selected.filter((file) => !CONSOLE.test(file) && !/^test\/(?!docs|lint)/.test(file)),
    ...isRead('test/docs/', /\.(md|yaml|json)$|^site\//),
    ...isRead(
      'test/lint/',
      /^(\.oxlintrc|eslint\.config|\.dependency-cruiser|test\/(lint|budget|mutants))/,
    ),
    ...isRead('test/lint/unique-names', /\.ts$/),
  ];
  const console = selected.filter((file) => CONSOLE.test(file));
  return {
    everything: false,
    groups: files.some((file) => CONSOLE_ASSET.test(file)) ? [...groups, 'web'] : groups,
    units: [...new Set(units)],
    program: selected.filter((file) => ![undefined, ...groups].includes(groupOf(file))),
    console,
    needsConsole: console.length === 0 && files.some((file) => CONSOLE.test(file)),
  };
}

/** The group that runs a spec file of the built program. */
export function groupOf(file) {
  const [, folder] = /^test\/(api|fuzz|cli|crash|cluster|browser)\//.exec(file) ?? [];
  return folder === 'fuzz' ? 'api' : folder;
}

/** A rule whose name is in no spec file stands for the whole of `test/api`. */
function ruleOf(file, quick) {
  const rule = PROGRAM_RULES.find(({ path: pattern }) => pattern.test(file));
  if (rule === undefined) return { groups: [], specs: [] };
  const match = rule.path.exec(file);
  const units = quick.filter((spec) => rule.units?.test(spec));
  if (rule.specs === undefined) {
    const { groups } = rule;
    return { groups: typeof groups === 'function' ? groups(match) : groups, specs: units };
  }
  const part = rule.specs(match);
  const named = quick.filter(
    (spec) => spec.startsWith('test/api/') && path.basename(spec).includes(part),
  );
  return named.length > 0
    ? { groups: [], specs: [...named, ...units] }
    : { groups: ['api'], specs: units };
}

/** The files that have the names of changed files which no import names: docs, settings, sample data. */
function filesThatRead(files) {
  const names = files
    .filter((file) => !/\.(ts|html|scss|css)$/.test(file))
    .map((file) => path.basename(file));
  if (names.length === 0) return [];
  const isQuoted = new RegExp(
    `['/](${names.map((name) => name.replaceAll('.', '[.]')).join('|')})'`,
  );
  return allFiles().filter((file) => file.endsWith('.ts') && isQuoted.test(textOf(file)));
}

/** The quick spec files that import one of the files, through any number of others. */
function specsThatImport(files) {
  importers ??= importersOf(allFiles());
  const reached = new Set(files);
  for (const file of reached) {
    if (BOUNDARIES.has(file) && !files.includes(file)) continue;
    for (const importer of importers.get(file) ?? []) reached.add(importer);
  }
  return [...reached].filter((file) => isQuick(file) && fs.existsSync(inProject(file)));
}

function isQuick(file) {
  return file.endsWith('.spec.ts') && !/\.(long|timed)\.spec\.ts$/.test(file);
}

let listed;
function allFiles() {
  listed ??= (filesIn(inProject()) ?? []).filter(
    (file) =>
      /^(apps|libs|test)\/.*\.(ts|html|scss|css)$/.test(file) && fs.existsSync(inProject(file)),
  );
  return listed;
}

function textOf(file) {
  return fs.readFileSync(inProject(file), 'utf8');
}

/** Of all files, read once. */
let importers;

/** The files that import each file. */
function importersOf(files) {
  const known = new Set(files);
  const found = new Map();
  for (const file of files.filter((one) => one.endsWith('.ts'))) {
    for (const [, specifier] of textOf(file).matchAll(IMPORTED)) {
      const imported = candidates(file, specifier).find((one) => known.has(one));
      if (imported !== undefined) found.set(imported, [...(found.get(imported) ?? []), file]);
    }
  }
  return found;
}

function candidates(file, specifier) {
  const library = /^@daysync\/([a-z]+)(?:\/([a-z]+))?$/.exec(specifier);
  if (library !== null) {
    const [, name, part] = library;
    return [['libs', name, 'src', part, 'index.ts'].filter(Boolean).join('/')];
  }
  const target = path.posix.join(path.posix.dirname(file), specifier);
  return [target, target.replace(/\.js$/, '.ts'), `${target}.ts`, `${target}/index.ts`];
}
