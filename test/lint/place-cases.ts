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
const LOUD = 'export const f = (): void => { console.log(1); };';

function no(file: string, code: string, ...rules: readonly string[]): PlacedCase {
  return { file, code: `${code}\n`, rules };
}

const OWN = 'no-restricted-syntax';

export const PLACES: readonly PlacedCase[] = [
  no('apps/api/src/time.ts', TIME, OWN),
  no('apps/api/src/now.ts', NOW, OWN),
  no('apps/api/src/chance.ts', CHANCE, OWN),
  no('apps/api/src/environment.ts', ENVIRONMENT, OWN),
  no('libs/progress/src/now.ts', NOW, OWN),
  no('libs/progress/src/environment.ts', ENVIRONMENT, OWN),
  no('apps/cli/src/chance.ts', CHANCE, OWN),
  no('apps/web/src/app/time.ts', TIME, OWN),
  no('apps/api/src/config/clock.ts', ENVIRONMENT, OWN),
  no('apps/cli/src/random.ts', ENVIRONMENT, OWN),
  no('apps/api/src/main.ts', NOW, OWN),
  no('apps/api/src/app/backup.ts', TIME, OWN),
  no('apps/cli/src/main.ts', CHANCE, OWN),
  no('libs/nest/src/sync-options.ts', NOW, OWN),
  no('examples/embed/main.ts', TIME, OWN),
  no('apps/api/src/typed.controller.ts', DTO_TYPE, OWN),
  no('apps/api/src/typed.dto.ts', DTO_INLINE_TYPE, OWN),
  no('apps/api/src/now.controller.ts', NOW, OWN),
  no('apps/api/src/environment.dto.ts', ENVIRONMENT, OWN),
  no('apps/web/src/app/loud.ts', LOUD, 'no-console'),
  no('test/loud.spec.ts', LOUD, 'no-console'),
  no('test/browser/script.js', 'export const a = process;', 'no-undef'),
  no('tools/script.mjs', 'export const a = window;', 'no-undef'),
  no('apps/api/src/left.ts', '// eslint-disable-next-line eqeqeq\nexport const a = 1;', 'unused'),
  no('apps/api/src/over.ts', '// oxlint-disable-next-line eqeqeq\nexport const a = 1;', 'unused'),
  no('tools/left.mjs', '// eslint-disable-next-line eqeqeq\nexport const a = 1;', 'unused'),
  no('apps/web/src/app/left.html', '<!-- eslint-disable-next-line eqeqeq -->\n<p>a</p>', 'unused'),
  // Each linter has its own comments.
  no(
    'apps/api/src/other.ts',
    '// eslint-disable-next-line no-debugger\ndebugger;',
    'no-debugger',
    'unused',
  ),
  no('apps/api/src/another.ts', `// oxlint-disable-next-line ${OWN}\n${NOW}`, OWN, 'unused'),
];

export const ALLOWED: readonly PlacedCase[] = [
  no('apps/api/src/wall-clock.ts', TIME),
  no('apps/cli/src/random-id.ts', CHANCE),
  no('apps/api/src/app/datasets-check.ts', ENVIRONMENT),
  no('examples/embed/environment.ts', ENVIRONMENT),
  no('apps/api/src/time.spec.ts', `${TIME} export const b = process.env['B'];`),
  no('test/time.ts', NOW),
  no('apps/api/src/value.controller.ts', "import { A } from './a.dto.js'; export type B = A;"),
  no('apps/api/src/async.spec.ts', ASYNC),
  no('test/unbound.ts', UNBOUND),
  no('apps/web/src/app/quiet.ts', 'export const f = (): void => { console.error(1); };'),
  no('apps/api/src/silenced.ts', '// oxlint-disable-next-line no-debugger\ndebugger;'),
  no('apps/api/src/silent.ts', `// eslint-disable-next-line ${OWN}\n${NOW}`),
  no(
    'apps/web/src/app/silent.html',
    '<!-- eslint-disable-next-line @angular-eslint/template/alt-text -->\n<img src="a.png" />',
  ),
  no(
    'apps/api/src/null.ts',
    'export const f = (a: number | null | undefined): boolean => a == null;',
  ),
  no(
    'apps/api/src/rest.ts',
    'export function f({ a, ...b }: Record<string, number>): object { return b; }',
  ),
  no('apps/api/src/shorthand.ts', 'export const f = (a: () => void): void => a();'),
  no(
    'apps/api/src/static.ts',
    'class A { static b(): number { return 1; } c = 2; } export const d = A.b; export const e = new A().c;',
  ),
  no(
    'apps/api/src/texts.ts',
    'export const f = (a: string, b: number, c: number[]): string => `${[...a].join("")}${b}${c}`;',
  ),
  no('apps/api/src/empty.ts', "export const f = (a: string | undefined): string => a || 'b';"),
  no(
    'apps/api/src/decorated.ts',
    "import { Module } from '@nestjs/common'; @Module({}) export class A {}",
  ),
  no(
    'apps/api/src/default.ts',
    "export function f(a: 'b' | 'c'): number { switch (a) { case 'b': return 1; default: return 2; } }",
  ),
  no(
    'apps/api/src/logged.ts',
    '// @ts-expect-error The compiler knows it.\nexport const a: string = 1;',
  ),
  no('tools/loop.mjs', 'export function f(a) { while (true) if (a()) return; }'),
  // The next iteration of the loop reads it.
  no(
    'apps/api/src/turns.ts',
    'export function f(a: () => number): void { let b = a(); for (let c = b; c > 0; c = b) b = a(); }',
  ),
];
