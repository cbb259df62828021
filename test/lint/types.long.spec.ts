import { readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import ts from 'typescript';
import { TYPE_CHECKS } from '../../tools/static-checks.mjs';
import { TOP } from '../scratch.js';
import { printed, projectOf } from './run-linters.js';
import { IN_BROWSER, IN_NODE, STRICT, STRICT_FIELDS } from './type-cases.js';

const PROJECTS = [
  ['libs/progress', 'libs/progress/src', { ...STRICT, ...STRICT_FIELDS, ...IN_NODE }],
  ['libs/client', 'libs/client/src', { ...STRICT, ...STRICT_FIELDS, ...IN_NODE }],
  ['libs/nest/schematics', 'libs/nest/schematics', { ...STRICT, ...IN_NODE }],
  ['apps/api', 'apps/api/src', { ...STRICT, ...IN_NODE }],
  ['apps/cli', 'apps/cli/src', { ...STRICT, ...STRICT_FIELDS, ...IN_NODE }],
  ['apps/web', 'apps/web/src', { ...STRICT, ...STRICT_FIELDS, ...IN_BROWSER }],
  ['examples/embed', 'examples/embed', { ...STRICT, ...IN_NODE }],
  ['test', 'test', { ...STRICT, ...IN_NODE }],
] as const;
/** Folders without sources of the project. */
const NOT_OURS = /^(?:node_modules|dist|var|logs|coverage|\..+)$/;

const cases = PROJECTS.flatMap(([, folder, all]) =>
  Object.entries(all).map(([option, [error, code]]) => ({
    option,
    file: `${folder}/${option.replaceAll(/\W+/g, '-')}-1.ts`,
    error,
    code: `${code}\n`,
  })),
);

const said = new Map<string, string[]>();
beforeAll(async () => {
  const folder = await projectOf(cases);
  const outputs = TYPE_CHECKS.map((command) => printed(folder, command));
  for (const output of await Promise.all(outputs)) {
    for (const [, file = '', error = ''] of output.matchAll(
      /^(\S+?)\(\d+,\d+\): error (TS\d+)/gm,
    )) {
      said.set(file, [...(said.get(file) ?? []), error]);
    }
  }
});

describe('the types', () => {
  it.each(cases.map(({ file, option, error }) => [file, option, error] as const))(
    '%s: %s',
    (file, _option, error) => {
      expect(said.get(file)).toEqual([error]);
    },
  );

  it('are checked in every file', () => {
    const projects = TYPE_CHECKS.map((command) => command.at(-1) ?? '');
    expect(projects).toEqual(PROJECTS.map(([project]) => project));
    const checked = new Set(projects.flatMap(filesOf));
    expect(checked.size).toBeGreaterThan(900);
    expect(sourcesBelow('').filter((file) => !checked.has(file))).toEqual([]);
  });
});

function filesOf(project: string): readonly string[] {
  const folder = path.join(TOP, project);
  const read = ts.readConfigFile(path.join(folder, 'tsconfig.json'), (name) =>
    ts.sys.readFile(name),
  );
  const { fileNames } = ts.parseJsonConfigFileContent(read.config, ts.sys, folder);
  return fileNames.map((name) => path.relative(TOP, name));
}

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(path.join(TOP, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.test(entry.name) ? [] : sourcesBelow(name);
    return /(?<![.]d)[.]ts$/.test(name) ? [name] : [];
  });
}
