// In which files a rule applies, and which comments turn it off.
import type { PlacedCase } from './lint-case.js';

const TIME = 'export const a = (): Date => new Date();';
const NOW = 'export const a = (): number => Date.now();';
const CHANCE = 'export const a = (): number => Math.random();';
const ENVIRONMENT = "export const a = process.env['A'];";
const ASYNC = 'export async function f(): Promise<number> { return 1; }';
const UNBOUND = 'class A { b = 1; c(): number { return this.b; } } export const d = new A().c;';
const DTO_TYPE = "import type { A } from './a.dto.js'; export type B = A;";
const DTO_INLINE_TYPE = "import { type A } from './a.dto.js'; export type B = A;";
const OPEN = "import { open } from 'node:fs/promises'; export const a = open;";
const READ = "import * as fs from 'node:fs'; export const a = fs;";
const LOUD = 'export const f = (): void => { console.log(1); };';

function no(file: string, code: string, ...rules: readonly string[]): PlacedCase {
  return { file, code: `${code}\n`, rules };
}

function inApi(name: string, code: string, ...rules: readonly string[]): PlacedCase {
  return no(`apps/api/src/${name}.ts`, code, ...rules);
}

const OWN = 'no-restricted-syntax';

export const PLACES: readonly PlacedCase[] = [
  inApi('time', TIME, OWN),
  inApi('now', NOW, OWN),
  inApi('chance', CHANCE, OWN),
  inApi('environment', ENVIRONMENT, OWN),
  no('libs/progress/src/now.ts', NOW, OWN),
  no('libs/progress/src/environment.ts', ENVIRONMENT, OWN),
  no('apps/cli/src/chance.ts', CHANCE, OWN),
  no('apps/web/src/app/time.ts', TIME, OWN),
  inApi('config/clock', ENVIRONMENT, OWN),
  no('apps/cli/src/random.ts', ENVIRONMENT, OWN),
  inApi('main', NOW, OWN),
  inApi('app/backup', TIME, OWN),
  no('apps/cli/src/main.ts', CHANCE, OWN),
  no('libs/nest/src/sync-options.ts', NOW, OWN),
  no('examples/embed/main.ts', TIME, OWN),
  inApi('sources/http/opened', OPEN, OWN),
  inApi('sources/file/read', READ, OWN),
  inApi('datasets/init/sample', OPEN, OWN),
  inApi('typed.controller', DTO_TYPE, OWN),
  inApi('typed.dto', DTO_INLINE_TYPE, OWN),
  inApi('now.controller', NOW, OWN),
  inApi('environment.dto', ENVIRONMENT, OWN),
  no('apps/web/src/app/loud.ts', LOUD, 'no-console'),
  no('test/loud.spec.ts', LOUD, 'no-console'),
  no('test/browser/script.js', 'export const a = process;', 'no-undef'),
  no('tools/script.mjs', 'export const a = window;', 'no-undef'),
  inApi('left', '// eslint-disable-next-line eqeqeq\nexport const a = 1;', 'unused'),
  inApi('over', '// oxlint-disable-next-line eqeqeq\nexport const a = 1;', 'unused'),
  no('tools/left.mjs', '// eslint-disable-next-line eqeqeq\nexport const a = 1;', 'unused'),
  no('apps/web/src/app/left.html', '<!-- eslint-disable-next-line eqeqeq -->\n<p>a</p>', 'unused'),
  // Each linter has its own comments.
  inApi('other', '// eslint-disable-next-line no-debugger\ndebugger;', 'no-debugger', 'unused'),
  inApi('another', `// oxlint-disable-next-line ${OWN}\n${NOW}`, OWN, 'unused'),
];

export const ALLOWED: readonly PlacedCase[] = [
  inApi('wall-clock', TIME),
  no('apps/cli/src/random-id.ts', CHANCE),
  inApi('sources/file/open-inside', OPEN),
  inApi('app/datasets-check', ENVIRONMENT),
  no('examples/embed/environment.ts', ENVIRONMENT),
  inApi('time.spec', `${TIME} export const b = process.env['B'];`),
  no('test/time.ts', NOW),
  inApi('value.controller', "import { A } from './a.dto.js'; export type B = A;"),
  inApi('async.spec', ASYNC),
  no('test/unbound.ts', UNBOUND),
  no('apps/web/src/app/quiet.ts', 'export const f = (): void => { console.error(1); };'),
  inApi('silenced', '// oxlint-disable-next-line no-debugger\ndebugger;'),
  inApi('silent', `// eslint-disable-next-line ${OWN}\n${NOW}`),
  no(
    'apps/web/src/app/silent.html',
    '<!-- eslint-disable-next-line @angular-eslint/template/alt-text -->\n<img src="a.png" />',
  ),
  inApi('null', 'export const f = (a: number | null | undefined): boolean => a == null;'),
  inApi('rest', 'export function f({ a, ...b }: Record<string, number>): object { return b; }'),
  inApi('shorthand', 'export const f = (a: () => void): void => a();'),
  inApi(
    'static',
    'class A { static b(): number { return 1; } c = 2; } export const d = A.b; export const e = new A().c;',
  ),
  inApi(
    'texts',
    'export const f = (a: string, b: number, c: number[]): string => `${[...a].join("")}${b}${c}`;',
  ),
  inApi('empty', "export const f = (a: string | undefined): string => a || 'b';"),
  inApi('decorated', "import { Module } from '@nestjs/common'; @Module({}) export class A {}"),
  inApi(
    'default',
    "export function f(a: 'b' | 'c'): number { switch (a) { case 'b': return 1; default: return 2; } }",
  ),
  inApi('logged', '// @ts-expect-error The compiler knows it.\nexport const a: string = 1;'),
  no('tools/loop.mjs', 'export function f(a) { while (true) if (a()) return; }'),
  // The next iteration of the loop reads it.
  inApi(
    'turns',
    'export function f(a: () => number): void { let b = a(); for (let c = b; c > 0; c = b) b = a(); }',
  ),
];
