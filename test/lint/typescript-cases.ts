// Code that each of TypeScript's rules without types rejects, in a file of the API.
import type { Cases } from './lint-case.js';

export const SYNTAX: Cases = {
  eqeqeq: 'export const f = (a: number, b: number): boolean => a == b;',
  'no-array-constructor': 'export const a = new Array(0, 1);',
  'no-console': ['export const f = (): void => { console.error(1); };'],
  'no-empty-function': 'export function f(): void {}',
  'no-unused-expressions': [
    'export function f(a: number): void { a + 1; }',
    'export function f(a: boolean): void { a && f(a); }',
    'export function f(a: boolean): void { a ? f(a) : f(!a); }',
    'export function f(a: boolean): void { String.raw`${String(a)}`; }',
  ],
  'no-unused-vars': [
    'const a = 1;',
    'const _a = 1;',
    'type A = number;',
    'interface _A { b: number }',
    "import type { Stats } from 'node:fs';",
    'export function f(a: number, b: number): number { return a; }',
    'export function f(a: number, _b: number): number { return a; }',
    'export type A<B> = number;',
    'export function f(): void { try { f(); } catch (e) { f(); } }',
  ],
  'no-useless-constructor':
    'class A { b = 1; } export class C extends A { constructor() { super(); } }',
  'no-var': 'export var a = 1;',
  'prefer-const': [
    'export function f(): number { let a = 1; return a; }',
    'export function f(b: readonly [number, number]): number { let [a, c] = b; a += 1; return a + c; }',
  ],
  'prefer-rest-params': 'export function f(): unknown { return arguments[0]; }',
  'prefer-spread':
    'export const f = (a: (b: number) => number, c: [number]): number => a.apply(undefined, c);',
  'typescript/adjacent-overload-signatures':
    'export interface A { b(c: number): void; d: number; b(c: string, e: string): number }',
  'typescript/array-type': [
    'export type A = Array<number>;',
    'export type A = ReadonlyArray<number>;',
  ],
  'typescript/ban-ts-comment': [
    '// @ts-ignore This has a long description.\nexport const a = 1;',
    '// @ts-nocheck\nexport const a = 1;',
    '// @ts-expect-error\nexport const a: string = 1;',
    '// @ts-expect-error no\nexport const a: string = 1;',
    '// @ts-expect-error 123456789\nexport const a: string = 1;',
  ],
  'typescript/ban-tslint-comment': '// tslint:disable\nexport const a = 1;',
  'typescript/class-literal-property-style': "export class A { get b(): string { return 'c'; } }",
  'typescript/consistent-generic-constructors': 'export const a: Map<string, number> = new Map();',
  'typescript/consistent-indexed-object-style': 'export interface A { [b: string]: number }',
  'typescript/consistent-type-assertions': 'export const f = (a: unknown): number => <number>a;',
  'typescript/no-confusing-non-null-assertion': {
    code: 'export const f = (a: number | undefined): boolean => a! === 1;',
    also: ['typescript/no-non-null-assertion'],
  },
  'typescript/no-duplicate-enum-values': 'export enum A { B = 1, C = 1 }',
  'typescript/no-dynamic-delete':
    'export const f = (a: Record<string, number>, b: string): void => { delete a[b]; };',
  'typescript/no-empty-object-type': ['export type A = {};', 'export interface A {}'],
  'typescript/no-explicit-any': 'export type A = any;',
  'typescript/no-extra-non-null-assertion': {
    code: 'export const f = (a: number | undefined): number => a!!;',
    also: ['typescript/no-non-null-assertion', 'typescript/no-unnecessary-type-assertion'],
  },
  'typescript/no-extraneous-class': [
    'export class A {}',
    'export class A { static b = 1; }',
    'export class A { constructor() { f(); } } function f(): number { return 1; }',
  ],
  'typescript/no-inferrable-types': 'export const f = (a: number = 1): number => a;',
  'typescript/no-misused-new': 'export interface A { b: number; new (): A }',
  'typescript/no-namespace': 'export namespace A { export const b = 1; }',
  'typescript/no-non-null-asserted-nullish-coalescing': {
    code: 'export const f = (a: { b?: number }): number => a.b! ?? 1;',
    also: ['typescript/no-non-null-assertion', 'typescript/no-unnecessary-condition'],
  },
  'typescript/no-non-null-asserted-optional-chain': {
    code: 'export const f = (a: { b: number } | undefined): number => a?.b!;',
    also: ['typescript/no-non-null-assertion'],
  },
  'typescript/no-non-null-assertion':
    'export const f = (a: { b: number } | undefined): number => a!.b;',
  'typescript/no-require-imports': "import a = require('node:fs'); export { a };",
  'typescript/no-this-alias':
    'export class A { b = 1; c(): () => number { const d = this; return () => d.b; } }',
  'typescript/no-unnecessary-type-constraint':
    'export function f<T extends unknown>(a: T): T { return a; }',
  'typescript/no-unsafe-declaration-merging':
    'export interface A { b: number } export class A { c = 1; }',
  'typescript/no-unsafe-function-type': 'export type A = Function;',
  'typescript/no-wrapper-object-types': 'export type A = Number;',
  'typescript/prefer-as-const': "export class A { readonly b: 'c' = 'c'; }",
  'typescript/prefer-for-of':
    'export function f(a: readonly string[], b: (c?: string) => number): void { for (let i = 0; i < a.length; i += 1) b(a[i]); }',
  'typescript/prefer-function-type': 'export interface A { (b: number): number }',
  'typescript/prefer-literal-enum-member': 'const b = 1; export enum A { C = b }',
  'typescript/prefer-namespace-keyword': {
    code: 'export declare module A { export const b: number; }',
    also: ['typescript/no-namespace'],
  },
  'typescript/triple-slash-reference': '/// <reference path="./no-var.ts" />\nexport const a = 1;',
  'typescript/unified-signatures':
    'export declare function f(a: number): void; export declare function f(a: string): void;',
};
