import { describe, expect, it } from 'vitest';
import { readExactNumber } from './exact-number.js';
import { isJson, writeJson } from './json-text.js';

describe('writeJson', () => {
  it.each<[unknown, string]>([
    [{ a: [1, 'b', null, false] }, '{"a":[1,"b",null,false]}'],
    [{ id: 9_007_199_254_740_993n }, '{"id":9007199254740993}'],
    [[new Date('2025-10-03T08:00:00Z')], '["2025-10-03T08:00:00.000Z"]'],
    [{ left: undefined, list: [undefined] }, '{"list":[null]}'],
    [{ toJSON: () => 'own' }, '"own"'],
    [new URL('http://a/b'), '"http://a/b"'],
    [
      new (class Venue {
        readonly name = 'x';
        toJSON(): object {
          return { name: this.name };
        }
      })(),
      '{"name":"x"}',
    ],
    [Object.assign(Object.create(null), { a: readExactNumber('1.10') }), '{"a":1.10}'],
    [['\uD800'], '["\\ud800"]'],
  ])('writes %o', (value, text) => {
    expect(writeJson(value)).toBe(text);
    expect(isJson(text)).toBe(true);
  });

  const circle: { self?: unknown } = {};
  circle.self = circle;
  it.each([
    [Number.NaN],
    [{ a: [Number.POSITIVE_INFINITY] }],
    [{ at: new Date(Number.NaN) }],
    [{ call: () => 1 }],
    [[Symbol('a')]],
    [new Map([['a', 1]])],
    [{ set: new Set([1]) }],
    [undefined],
    [circle],
    [new ArrayBuffer(3)],
    [new Uint8Array([1, 2])],
    [{ bytes: Buffer.from('ab') }],
    [new Error('x')],
    [/x/],
    [Promise.resolve(1)],
    [new WeakMap()],
    [[Object(Number.NaN)]],
    [Object('text')],
    [
      new (class Sealed {
        readonly #id = 1;
        get id(): number {
          return this.#id;
        }
      })(),
    ],
    [
      {
        venue: new (class Venue {
          readonly name = 'x';
        })(),
      },
    ],
  ])('refuses what would lose something: %o', (value) => {
    expect(writeJson(value)).toBeUndefined();
  });

  it('refuses a value whose own form fails', () => {
    const broken = {
      toJSON: () => {
        throw new Error('no');
      },
    };
    expect(writeJson([broken])).toBeUndefined();
  });
});

describe('isJson', () => {
  it.each([
    ['{"a": 12345678901234567890}', true],
    ['null', true],
    ['{a: 1}', false],
    ['', false],
    ['"\uD800"', false],
  ])('of %j is %o', (text, expected) => {
    expect(isJson(text)).toBe(expected);
  });
});
