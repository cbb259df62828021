// Runs the linters of `npm test` on files of a spec.
import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { LINTERS } from '../../tools/static-checks.mjs';
import { ended, type Exit } from '../ended.js';
import { scratchFolder, TOP } from '../scratch.js';

const CONFIGURATION = [
  '.oxlintrc.jsonc',
  'eslint.config.mjs',
  'package.json',
  'tsconfig.base.json',
  'apps/api/tsconfig.json',
  'apps/cli/tsconfig.json',
  'apps/web/tsconfig.json',
  'examples/embed/tsconfig.json',
  'libs/client/tsconfig.json',
  'libs/nest/schematics/tsconfig.json',
  'libs/progress/tsconfig.json',
  'test/tsconfig.json',
];

interface OxlintReport {
  readonly diagnostics: readonly {
    readonly filename: string;
    readonly code?: string;
    readonly message: string;
  }[];
}

type EslintReport = readonly {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}[];

export async function projectOf(
  files: readonly { readonly file: string; readonly code: string }[],
): Promise<string> {
  const above = await scratchFolder();
  const folder = path.join(above, 'project');
  const write = async (file: string, put: (target: string) => Promise<void>): Promise<void> => {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await put(target);
  };
  // In the parent folder, because a linter would follow the link and read every package.
  await symlink(path.join(TOP, 'node_modules'), path.join(above, 'node_modules'));
  for (const file of CONFIGURATION) {
    await write(file, (target) => copyFile(path.join(TOP, file), target));
  }
  for (const { file, code } of files) await write(file, (target) => writeFile(target, code));
  return folder;
}

/** Runs one of the project's tools in a folder. @returns its output, also after findings */
export async function printed(folder: string, args: readonly string[]): Promise<string> {
  return (await run(folder, args)).stdout;
}

export async function lintCodes(folder: string): Promise<readonly (number | null)[]> {
  const ends = await Promise.all(LINTERS.map((linter) => run(folder, linter)));
  return ends.map(({ code }) => code);
}

async function run(folder: string, [script = '', ...options]: readonly string[]): Promise<Exit> {
  const args = [path.join(TOP, script), ...options];
  const exit = await ended(spawn(process.execPath, args, { cwd: folder }));
  if (exit.code === 0 || (exit.code !== null && exit.stdout !== '')) return exit;
  throw new Error(exit.stderr);
}

/** The findings of both linters by file: the names of rules, or the message of a finding without a rule. */
export async function lint(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const outputs = LINTERS.map((linter) => printed(folder, [...linter, '--format=json']));
  const [oxlint = '', eslint = ''] = await Promise.all(outputs);
  const said = new Map<string, Set<string>>();
  const add = (file: string, what: string): void => {
    const all = said.get(file) ?? new Set();
    said.set(file, all.add(/^Unused (?:es|ox)lint-/.test(what) ? 'unused' : what));
  };
  for (const { filename, code, message } of (JSON.parse(oxlint) as OxlintReport).diagnostics) {
    add(filename, code === undefined ? message : ruleOf(code));
  }
  for (const { filePath, messages } of JSON.parse(eslint) as EslintReport) {
    for (const { ruleId, message } of messages) {
      add(path.relative(folder, filePath), ruleId ?? message);
    }
  }
  return new Map([...said].map(([file, all]) => [file, [...all].toSorted()]));
}

/** The name of `typescript(array-type)` in the configuration. */
function ruleOf(code: string): string {
  return code.replace(/^eslint\((.*)\)$/, '$1').replace(/^(\w+)\((.*)\)$/, '$1/$2');
}

type Rules = Readonly<Record<string, unknown>>;

export async function rulesInForce(files: readonly string[]): Promise<ReadonlySet<string>> {
  const name = path.join(TOP, '.oxlintrc.jsonc');
  const { config } = ts.parseConfigFileTextToJson(name, await readFile(name, 'utf8')) as {
    readonly config: { readonly rules: Rules; readonly overrides: readonly { rules?: Rules }[] };
  };
  const eslint = LINTERS[1] ?? [];
  const ofFiles = await Promise.all(
    files.map(async (file) => {
      const output = await printed(TOP, [eslint[0] ?? '', '--print-config', file]);
      return (JSON.parse(output) as { readonly rules: Rules }).rules;
    }),
  );
  const all = [config.rules, ...config.overrides.map(({ rules }) => rules ?? {}), ...ofFiles];
  return new Set(all.flatMap((rules) => Object.keys(rules).filter((rule) => isOn(rules[rule]))));
}

function isOn(setting: unknown): boolean {
  const [severity] = [setting].flat();
  return severity !== 'off' && severity !== 'allow' && severity !== 0;
}
