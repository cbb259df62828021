// Code that each of the rules with types rejects, in a file of the API.
import type { Cases } from './lint-case.js';

export const TYPED: Cases = {
  'typescript/await-thenable': 'export async function f(a: number): Promise<void> { await a; }',
  'typescript/no-array-delete': 'export const f = (a: number[]): void => { delete a[0]; };',
  'typescript/no-base-to-string': [
    'export const f = (a: { b: number }): string => a.toString();',
    'export const f = (a: { b: number }): string => String(a);',
  ],
  'typescript/no-confusing-void-expression': [
    'export function f(a: () => void): void { return a(); }',
    'export const f = (a: () => void): unknown => [a()];',
  ],
  'typescript/no-deprecated': [
    '/** @deprecated It is old. */\nconst a = 1;\nexport const b = a;',
    'export const f = (a: string): string => a.substr(1);',
  ],
  'typescript/no-duplicate-type-constituents': 'export type A = string | string;',
  'typescript/no-floating-promises': [
    'export function f(a: Promise<number>): void { a.then(() => 1); }',
    'export async function f(): Promise<void> { f(); await f(); }',
  ],
  'typescript/no-for-in-array':
    'export function f(a: number[], b: (c: string) => void): void { for (const c in a) b(c); }',
  'typescript/no-generated-empty-object-type': "export type A = Omit<{ b: 1 }, 'b'>;",
  'typescript/no-implied-eval': "export const f = (): unknown => new Function('return 1');",
  'typescript/no-meaningless-void-operator': 'export function f(a: undefined): void { void a; }',
  'typescript/no-misused-promises': [
    'export function f(a: (b: () => void) => void, c: () => Promise<void>): void { a(async () => { await c(); }); }',
    {
      code: 'export const f = (a: Promise<boolean>): number => (a ? 1 : 2);',
      also: ['typescript/no-unnecessary-condition'],
    },
    {
      code: 'export const f = (a: Promise<object>): object => ({ ...a });',
      also: ['typescript/no-misused-spread'],
    },
    'export interface A { b(): void } export class C implements A { async b(): Promise<void> { await this.b(); } }',
  ],
  'typescript/no-misused-spread':
    'export const f = (a: Map<string, number>): object => ({ ...a });',
  'typescript/no-mixed-enums': "export enum A { B = 1, C = 'd' }",
  'typescript/no-redundant-type-constituents': [
    'export type A = unknown | string;',
    "export type A = string | 'b';",
  ],
  'typescript/no-unnecessary-boolean-literal-compare':
    'export const f = (a: boolean): boolean => a === true;',
  'typescript/no-unnecessary-condition': [
    'export const f = (a: object): number => (a ? 1 : 2);',
    'export const f = (a: { b: number }): number => a?.b;',
    'export const f = (a: number): number => a ?? 1;',
    "export const f = (a: 'b'): boolean => a === 'b';",
    'export const f = (a: string): boolean => a === null;',
    'export function f(a: object): void { while (a) f(a); }',
    'export const f = (a: object, b: number): number => a && b;',
  ],
  'typescript/no-unnecessary-template-expression': "export const a = `b${'c'}`;",
  'typescript/no-unnecessary-type-arguments':
    'declare function f<T = string>(a: (b: T) => T): T; export const a = f<string>((b) => b);',
  'typescript/no-unnecessary-type-assertion': [
    'export const f = (a: string): string => a as string;',
  ],
  'typescript/no-unnecessary-type-conversion': [
    'export const f = (a: string): string => String(a);',
    'export const f = (a: string): string => a.toString();',
    'export const f = (a: number): number => +a;',
    'export const f = (a: boolean): boolean => !!a;',
  ],
  'typescript/no-unnecessary-type-parameters':
    'export function f<T>(a: T, b: (c: unknown) => number): number { return b(a); }',
  'typescript/no-unsafe-argument':
    "export const f = (a: (b: number) => number): number => a(JSON.parse('1'));",
  'typescript/no-unsafe-assignment': "const a: number = JSON.parse('1'); export { a };",
  'typescript/no-unsafe-call': "export function f(): void { JSON.parse('1')(); }",
  'typescript/no-unsafe-enum-assignment': 'enum A { B, C } export let d: A = A.C; d = 1;',
  'typescript/no-unsafe-enum-comparison':
    'enum A { B, C } export const f = (a: A): boolean => a === 1;',
  'typescript/no-unsafe-member-access': "export const f = (): unknown => JSON.parse('1').b;",
  'typescript/no-unsafe-return': "export const f = (): number => JSON.parse('1');",
  'typescript/no-unsafe-unary-minus': 'export const f = (a: string): number => -a;',
  'typescript/no-useless-default-assignment':
    'export const f = (a: readonly number[]): number[] => a.map((b = 2) => b);',
  'typescript/non-nullable-type-assertion-style':
    'export const f = (a: string | undefined): string => a as string;',
  'typescript/only-throw-error': "export function f(): never { throw 'a'; }",
  'typescript/prefer-find':
    'export const f = (a: readonly number[]): unknown => a.filter((b) => b > 1)[0];',
  'typescript/prefer-includes':
    'export const f = (a: readonly number[]): boolean => a.indexOf(1) !== -1;',
  'typescript/prefer-nullish-coalescing': [
    'export const f = (a: number | undefined): number => a || 1;',
    'export const f = (a: object | null): object => (a !== null ? a : {});',
  ],
  'typescript/prefer-optional-chain': [
    'export const f = (a: { b: number } | undefined): unknown => a && a.b;',
    'export const f = (a: { b: number } | undefined): boolean => !a || a.b !== 1;',
  ],
  'typescript/prefer-promise-reject-errors':
    'export const f = (): Promise<never> => Promise.reject(1);',
  'typescript/prefer-reduce-type-parameter':
    'export const f = (a: readonly number[]): number[] => a.reduce((b, c) => b.concat(c), [] as number[]);',
  'typescript/prefer-regexp-exec': 'export const f = (a: string): unknown => a.match(/b/);',
  'typescript/prefer-return-this-type':
    'export class A { b = 1; c(): A { this.b = 2; return this; } }',
  'typescript/prefer-string-starts-ends-with': [
    "export const f = (a: string): boolean => a[0] === 'b';",
    "export const f = (a: string): boolean => a.indexOf('b') === 0;",
    'export const f = (a: string): boolean => /^b/.test(a);',
  ],
  'typescript/related-getter-setter-pairs':
    'export interface A { get b(): string; set b(c: number) }',
  'typescript/require-await': 'export async function f(): Promise<number> { return 1; }',
  'typescript/restrict-plus-operands': 'export const f = (a: number, b: string): string => a + b;',
  'typescript/restrict-template-expressions': [
    'export const f = (a: string | undefined): string => `${a}`;',
    'export const f = (a: unknown): string => `${a}`;',
    'export const f = (a: never): string => `${a}`;',
  ],
  'typescript/return-await':
    'export async function f(a: () => Promise<number>): Promise<number> { try { await a(); return a(); } catch { return 1; } }',
  'typescript/switch-exhaustiveness-check':
    "export function f(a: 'b' | 'c'): number { switch (a) { case 'b': return 1; } return 2; }",
  'typescript/unbound-method': [
    'class A { b = 1; c(): number { return this.b; } } export const d = new A().c;',
    'class A { b = 1; c(): number { return this.b; } } export const { c } = new A();',
  ],
  'typescript/use-unknown-in-catch-callback-variable':
    'export const f = (a: Promise<number>): Promise<unknown> => a.catch((e: Error) => e);',
};
