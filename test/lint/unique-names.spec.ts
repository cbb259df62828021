import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import ts from 'typescript';
import { TOP } from '../scratch.js';

const GENERATED = '/api/generated/';
/** Generated clients have the names of the API. */
const WIRE = '/api/wire.ts';
const POSSIBLE_NAME = /\b(?:class|interface|export\s+(?:declare\s+)?type)\s+([\w$]+)/g;

function trackedFiles(): readonly string[] {
  const folders = ['apps', 'libs', 'test', 'tools'];
  const list = execFileSync('git', ['ls-files', '-z', ...folders], { cwd: TOP, encoding: 'utf8' });
  return list.split('\0').filter(
    (file) =>
      /\.m?ts$/.test(file) &&
      !file.includes(GENERATED) &&
      // Git lists a removed file until that is committed.
      existsSync(path.join(TOP, file)),
  );
}

/** The names of all classes, interfaces and exported types in a text. */
function declaredNames(file: string, text: string): readonly string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    // Declarations that extend a package have its names.
    if (ts.isModuleDeclaration(node)) return;
    if (
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      (ts.isTypeAliasDeclaration(node) && isExported(node) && !file.endsWith(WIRE))
    ) {
      if (node.name !== undefined) names.push(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return names;
}

function isExported({ modifiers }: ts.TypeAliasDeclaration): boolean {
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** The names that a text may declare, and others that only look so. */
function possibleNames(text: string): readonly string[] {
  return [...text.matchAll(POSSIBLE_NAME)].map(([, name = '']) => name);
}

/** Each name that is declared more than once, with the files that do. */
function duplicates(files: readonly (readonly [file: string, text: string])[]): readonly string[] {
  const filesOf = new Map<string, string[]>();
  const texts = files.map(([, text]) => text);
  const names = texts.flatMap((text) => possibleNames(text));
  const seen = new Set<string>();
  const repeated = new Set(names.filter((name) => seen.size === seen.add(name).size));
  for (const [file, text] of files) {
    // To parse a file costs more than to search it.
    if (!possibleNames(text).some((name) => repeated.has(name))) continue;
    for (const name of declaredNames(file, text)) {
      filesOf.set(name, [...(filesOf.get(name) ?? []), file]);
    }
  }
  return [...filesOf]
    .filter(([, declaring]) => declaring.length > 1)
    .map(([name, declaring]) => `${name}: ${declaring.join(', ')}`)
    .toSorted();
}

it('no class, interface or exported type is named twice', () => {
  const files = trackedFiles();
  expect(files.length).toBeGreaterThan(500);
  const texts = files.map((file) => [file, readFileSync(path.join(TOP, file), 'utf8')] as const);
  expect(duplicates(texts)).toEqual([]);
});

it('a name that is declared twice is reported with its files', () => {
  const texts = [
    ['a.ts', 'export class Twice {}\ninterface Once {}\ntype Local = 1;\nconst Value = 1;'],
    ['b.ts', 'function make() { interface Twice {} }\ntype Local = 2;\nconst Value = 2;'],
    ['c.ts', 'export type Twice = 1;\ndeclare module "package" { interface Once {} }'],
    ['d.ts', 'class Same {}\nexport class Only {}\ninterface Same {}'],
  ] as const;
  expect(duplicates(texts)).toEqual(['Same: d.ts, d.ts', 'Twice: a.ts, b.ts, c.ts']);
});
