// Code that each of JavaScript's rules rejects, in a script of the tools.
import type { Cases } from './lint-case.js';

export const EVERYWHERE: Cases = {
  'for-direction': 'export function f() { for (let i = 0; i < 3; i -= 1) f(); }',
  'no-async-promise-executor': 'export const a = new Promise(async (resolve) => resolve(1));',
  'no-case-declarations':
    'export function f(a) { switch (a) { case 1: let b = a; return b; default: return 2; } }',
  'no-compare-neg-zero': 'export const f = (a) => a === -0;',
  'no-cond-assign': 'export function f(a) { let b; if (b = a) return b; return a; }',
  'no-constant-binary-expression': 'export const f = (a) => ({}) ?? a;',
  'no-constant-condition': [
    'export function f(a) { if (1) return a; return 2; }',
    'export function f() { while (1) f(); }',
  ],
  'no-control-regex': String.raw`export const a = /\x1f/;`,
  'no-debugger': 'debugger;',
  'no-dupe-else-if':
    'export const f = (a) => { if (a) return 1; else if (a) return 2; return 3; };',
  'no-duplicate-case':
    'export function f(a) { switch (a) { case 1: return 1; case 1: return 2; default: return 3; } }',
  'no-empty': [
    'export function f(a) { if (a) {} }',
    'export function f() { try { f(); } catch {} }',
  ],
  'no-empty-character-class': 'export const a = /[]/;',
  'no-empty-pattern': ['export const f = ({}) => 1;', 'export const { a: {} } = { a: 1 };'],
  'no-empty-static-block': 'export class A { static {} }',
  'no-ex-assign': 'export function f() { try { f(); } catch (e) { e = 1; f(e); } }',
  'no-extra-boolean-cast': 'export const f = (a) => (!!a ? 1 : 2);',
  'no-global-assign': 'export function f() { Object = 1; }',
  'no-invalid-regexp': "export const a = new RegExp('[');",
  'no-irregular-whitespace': [
    'export const a =\u00A01;',
    '// A\u00A0comment.\nexport const a = 1;',
    'export const a = `\u00A0`;',
  ],
  'no-loss-of-precision': 'export const a = 9007199254740993;',
  'no-misleading-character-class': 'export const a = /[👍]/;',
  'no-prototype-builtins': "export const f = (a) => a.hasOwnProperty('b');",
  'no-regex-spaces': 'export const a = /a  b/;',
  'no-self-assign': [
    'export const f = (a) => { a.b = a.b; };',
    'export function f(a) { a = a; return a; }',
  ],
  'no-shadow-restricted-names': [
    'export const f = (NaN) => NaN;',
    'export const f = (globalThis) => globalThis;',
  ],
  'no-sparse-arrays': 'export const a = [1, , 2];',
  'no-unassigned-vars': 'let a; export const f = () => a;',
  'no-unexpected-multiline': 'export const f = (a, b) => {\n  const c = a\n  (b);\n  return c;\n};',
  'no-unsafe-finally': 'export function f() { try { return 1; } finally { return 2; } }',
  'no-unsafe-optional-chaining': 'export const f = (a) => (a?.b).c;',
  'no-unused-labels': 'export function f() { a: while (true) f(); }',
  'no-unused-private-class-members': 'export class A { #b = 1; }',
  'no-useless-assignment': 'export function f() { let a = 1; a = 2; return a; }',
  'no-useless-backreference': String.raw`export const a = /\1(a)/;`,
  'no-useless-catch': 'export function f() { try { f(); } catch (e) { throw e; } }',
  'no-useless-escape': [String.raw`export const a = '\d';`, String.raw`export const a = /\#/;`],
  'preserve-caught-error':
    'export function f() { try { f(); } catch (e) { throw new Error(`No: ${e.message}`); } }',
  'require-yield': 'export function* f() { return 1; }',
  'use-isnan': [
    'export const f = (a) => a === NaN;',
    'export function f(a) { switch (a) { case NaN: return 1; default: return 2; } }',
  ],
  'valid-typeof': "export const f = (a) => typeof a === 'strng';",
};

/** Rules for files that no compiler checks. */
export const SCRIPTS: Cases = {
  'constructor-super': 'export class A extends Object { constructor() {} }',
  'getter-return': 'export const a = { get b() {} };',
  'no-class-assign': 'class A {} A = 1; export { A };',
  'no-const-assign': 'export const a = 1; export function f() { a = 2; }',
  'no-dupe-class-members': 'export class A { b() {} b() {} }',
  'no-dupe-keys': 'export const a = { b: 1, b: 2 };',
  'no-fallthrough':
    'export function f(a) { switch (a) { case 1: f(2); case 2: return 1; default: return 2; } }',
  'no-func-assign': 'function f() {} f = 1; export { f };',
  'no-import-assign': "import fs from 'node:fs'; fs = 1; export { fs };",
  'no-new-native-nonconstructor': 'export const a = new Symbol();',
  'no-obj-calls': 'export const a = Math();',
  'no-redeclare': 'export function f() { var b = 1; f(b); var b = 2; f(b); }',
  'no-setter-return': 'export const a = { set b(c) { return c; } };',
  'no-this-before-super':
    'export class A extends Object { constructor() { this.b = 1; super(); } }',
  'no-undef': [
    'export const a = b;',
    // Defined neither by Node nor by the project.
    'export const a = document;',
    'export const f = () => { a = 1; };',
  ],
  'no-unreachable': 'export function f() { return 1; f(); }',
  'no-unsafe-negation': 'export const f = (a, b) => !a in b;',
  'no-unused-vars': [
    'const a = 1;',
    'const _a = 1;',
    'export function f(a, b) { return a; }',
    'export function f(a, _b) { return a; }',
    'export function f() { try { f(); } catch (e) { f(); } }',
    'export function f({ a, ...b }) { return b; }',
  ],
};

/** Syntax errors in modules, which need no rule. */
export const NO_MODULE: Cases = {
  'no-delete-var': 'export function f(a) { delete a; }',
  'no-dupe-args': 'export function f(a, a) { return a; }',
  'no-nonoctal-decimal-escape': String.raw`export const a = '\8';`,
  'no-octal': 'export const a = 071;',
  'no-with': 'export function f(a) { with (a) f(a); }',
};
