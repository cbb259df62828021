import { describe, expect, it, vi } from 'vitest';
import { draws } from '../../../../test/draws.js';
import fc from 'fast-check';
import { readExactNumber } from './exact-number.js';
import { isJson, parseExactly, writeJson } from './exact-json.js';

/** Every value looked at: what the fast way has to agree with. */
function parseEachValue(text: string): unknown {
  return JSON.parse(text, ((_: string, value: unknown, { source }: { source: string }) =>
    typeof value === 'number' ? readExactNumber(source) : value) as (
    key: string,
    value: unknown,
  ) => unknown);
}

const zeros = fc.integer({ min: 0, max: 8 }).map((count) => '0'.repeat(count));
const digits = fc.stringMatching(/^\d{1,18}$/);
const exponent = fc.stringMatching(/^([eE][+-]?\d{1,3})?$/);
const writtenNumber = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((number) => JSON.stringify(number)),
  fc.integer().map(String),
  // Digits between zeros: where JavaScript begins or ends to write them otherwise.
  fc
    .tuple(fc.constantFrom('', '-'), fc.stringMatching(/^(0|[1-9]\d{0,17})$/), zeros, digits, zeros)
    .map(([sign, whole, before, middle, after]) => `${sign}${whole}.${before}${middle}${after}`),
  fc
    .tuple(fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,20})?$/), exponent)
    .map(([number, power]) => number + power),
);
const writtenString = fc
  .oneof(
    fc.string(),
    writtenNumber,
    fc.tuple(fc.string(), writtenNumber).map((two) => two.join(', ')),
  )
  .map((text) => JSON.stringify(text));
const blank = fc.constantFrom('', '', ' ', '\n', '\t', '\r\n');

/** JSON texts with blanks wherever they may be. */
const { jsonText } = fc.letrec<{ jsonText: string; value: string }>((tie) => {
  const blanked = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(blank, inner, blank).map((parts) => parts.join(''));
  const part = blanked(tie('value'));
  const member = fc.tuple(blanked(writtenString), part).map((two) => two.join(':'));
  return {
    jsonText: part,
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      writtenNumber,
      writtenString,
      fc.constantFrom('true', 'null'),
      fc.array(part).map((items) => `[${items.join(',')}]`),
      fc.array(member).map((members) => `{${members.join(',')}}`),
    ),
  };
});

describe('parseExactly', () => {
  it.each([
    ['{"k":0,"k\\\\":1}', '{"k":0,"k\\"":2}', 'k"'],
    ['{"k":0,"a\\\\nb":1}', '{"k":0,"a\\nb":1.10}', 'a\nb'],
    ['{"k":0,"\\\\u0041":1}', '{"k":0 , "\\u0041" : 2}', 'A'],
  ])('is not led astray by the names of an object before: %s, then %s', (before, text, name) => {
    parseExactly(before);
    expect(Object.keys(parseExactly(text) as object)).toEqual(['k', name]);
    expect(JSON.stringify(parseExactly(before))).toBe(before);
  });

  it.each([
    ['a text', JSON.stringify({ note: '\n'.repeat(draws(800_000, 8_000_000)), 'k"': 1 })],
    ['a name', JSON.stringify({ ['line"'.repeat(400_000)]: 1 })],
    ['no JSON', `{"a":"${'\\"'.repeat(400_000)}`],
  ])('takes no longer for an escape the more of them %s has', (_, text) => {
    const parsed = ((): unknown => {
      try {
        return parseExactly(text);
      } catch (error) {
        return error;
      }
    })();
    expect(JSON.stringify(parsed) === text || parsed instanceof SyntaxError).toBe(true);
  });

  it('finds in any JSON text what looking at each of its values finds', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(parseExactly(text)).toEqual(parseEachValue(text));
      }),
      { numRuns: draws(200, 2_000) },
    );
  });

  it.each([
    '-0',
    '1.0',
    '1e3',
    '[1,1.10]',
    '{"a" : 9007199254740993}',
    '[0.0000001]',
    '[0.10000000000000001]',
    '[[1],\n-0\n]',
  ])('keeps %j as it is written', (text) => {
    expect(parseExactly(text)).toEqual(parseEachValue(text));
    expect(parseExactly(text)).not.toEqual(JSON.parse(text));
  });

  it.each([
    '[7, -1.5, 0.14285714285714285, 1e-7, 9007199254740991]',
    '{"note":"the 3 rows of 2025-10-03 (1)","n":1}',
    '{"at":"2025-10-03T08:00:00.000Z","id":"550e8400-e29b-41d4-a716-446655440000","n":1}',
  ])('needs no look at each value of %j', (text) => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      parseExactly(text);
      expect(parse.mock.calls).toEqual([[text]]);
    } finally {
      parse.mockRestore();
    }
  });

  it.each(['{"a":1.0,}', '{"a":01}', '[1.]', ''])('refuses %j', (text) => {
    expect(() => parseExactly(text)).toThrow(SyntaxError);
  });
});

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
