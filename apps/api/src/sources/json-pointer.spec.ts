import { describe, expect, it } from 'vitest';
import { readExactNumber } from '../targets/exact-number.js';
import { followPointer, isPointer, parsePointer } from './json-pointer.js';

it.each<[string, string[] | undefined]>([
  ['', []],
  ['/', ['']],
  ['/a/b', ['a', 'b']],
  ['/a~1b/m~0n', ['a/b', 'm~n']],
  // In this order: `~01` is `~1`, and not a slash.
  ['/~01', ['~1']],
  ['a', undefined],
  ['/a~2', undefined],
  ['/a~', undefined],
  ['#/a', undefined],
])('parsePointer of %j', (text, steps) => {
  expect(parsePointer(text)).toEqual(steps);
});

it.each<[unknown, boolean]>([
  ['', true],
  ['/a~0b', true],
  ['a', false],
  [`/${'a'.repeat(999)}`, true],
  [`/${'a'.repeat(1_000)}`, false],
  [7, false],
  [['/a'], false],
])('isPointer of %j is %o', (value, expected) => {
  expect(isPointer(value)).toBe(expected);
});

describe('followPointer', () => {
  // The document of RFC 6901, section 5.
  const document: unknown = JSON.parse(
    String.raw`{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}`,
  );
  const at = (pointer: string, value: unknown = document) =>
    followPointer(value, parsePointer(pointer) ?? []);

  it.each<[string, unknown]>([
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/m~0n', 8],
  ])('%j of the RFC’s document', (pointer, value) => {
    expect(at(pointer)).toEqual({ kind: 'value', value });
  });

  it.each([
    ['/b', { a: 1 }],
    ['/a/b', { a: null }],
    ['/a/b', { a: undefined }],
    ['/a', { a: undefined }],
    ['/2', ['a', 'b']],
    ['/-', ['a', 'b']],
    ['/00', ['a', 'b']],
    ['/length', ['a', 'b']],
    ['/toString', {}],
    ['/__proto__', {}],
  ])('%j of %j is absent', (pointer, value) => {
    expect(at(pointer, value)).toEqual({ kind: 'absent' });
  });

  it.each(['text', 5, true, readExactNumber('1.10')])('is blocked by %j', (by) => {
    expect(at('/a/b', { a: by })).toEqual({ kind: 'blocked', by });
    expect(at('/a/rawJSON', { a: by })).toEqual({ kind: 'blocked', by });
  });

  it('gives null where it leads to null', () => {
    expect(at('/a', { a: null })).toEqual({ kind: 'value', value: null });
  });
});
