// Code that the compiler has to reject in each of the projects, by its option.

/** The number of the error, and code with it. */
export type TypeCase = readonly [error: string, code: string];

export const STRICT: Readonly<Record<string, TypeCase>> = {
  types: ['TS2322', "export const a: number = 'b';"],
  'an unused @ts-expect-error': [
    'TS2578',
    '// @ts-expect-error Nothing is wrong.\nexport const a = 1;',
  ],
  'an import of nothing': ['TS2307', "export * from './nothing.js';"],
  noImplicitAny: ['TS7006', 'export const f = (a) => 1;'],
  noImplicitThis: ['TS2683', 'export function f(): number { return this.a; }'],
  strictNullChecks: ['TS2322', 'export const a: number = undefined;'],
  strictFunctionTypes: [
    'TS2322',
    'export const f = (a: (b: string) => void): ((b: string | number) => void) => a;',
  ],
  strictBindCallApply: ['TS2345', "export const a = parseInt.call(undefined, '1', '2');"],
  strictBuiltinIteratorReturn: [
    'TS2322',
    'export const f = (a: Set<number>): number => a.values().next().value;',
  ],
  useUnknownInCatchVariables: [
    'TS18046',
    'export function f(): unknown { try { return f(); } catch (error) { return error.message; } }',
  ],
  noUncheckedIndexedAccess: ['TS2322', 'export const f = (a: number[]): number => a[0];'],
  exactOptionalPropertyTypes: ['TS2375', 'export const a: { b?: number } = { b: undefined };'],
  noPropertyAccessFromIndexSignature: [
    'TS4111',
    'export const f = (a: Record<string, number>): unknown => a.b;',
  ],
  noImplicitOverride: [
    'TS4114',
    'class A { b(): number { return 1; } } export class C extends A { b(): number { return 2; } }',
  ],
  noImplicitReturns: ['TS7030', 'export function f(a: boolean) { if (a) return 1; }'],
  noFallthroughCasesInSwitch: [
    'TS7029',
    'export function f(a: number): number { let b = 1; switch (a) { case 1: b = 2; case 2: return 3; default: return b; } }',
  ],
  isolatedModules: ['TS2748', 'declare const enum A { B = 1 } export const c = A.B;'],
};

/** The option is off for the API, because Nest fills the fields of DTOs. */
export const STRICT_FIELDS: Readonly<Record<string, TypeCase>> = {
  strictPropertyInitialization: ['TS2564', 'export class A { b: number; }'],
};

/** For projects whose modules Node resolves. */
export const IN_NODE: Readonly<Record<string, TypeCase>> = {
  nodenext: ['TS2835', "export * from './types-1';"],
};

/** The console has no types of Node. */
export const IN_BROWSER: Readonly<Record<string, TypeCase>> = {
  'no types of Node': ['TS2591', 'export const a = process;'],
};
