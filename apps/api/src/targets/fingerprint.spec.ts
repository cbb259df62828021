import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draws } from '../../../../test/draws.js';
import type { ColumnType, TargetValue } from './column-types.js';
import { canonicalJson, canonicalJsonInSlices } from './exact-json.js';
import { EMPTY_FINGERPRINT, Fingerprint } from './fingerprint.js';

type Row = readonly TargetValue[];

const A = { name: 'a', type: 'text' } as const;
const B = { name: 'b', type: 'integer' } as const;
const TYPES: readonly ColumnType[] = ['text', 'integer', 'real', 'decimal', 'json'];
const rows = fc.array(
  fc.tuple(
    fc.option(fc.string({ unit: fc.constantFrom('a', '\t', '\\', 'N', '\n', '界', '') })),
    fc.option(fc.maxSafeInteger()),
    fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.option(fc.integer().map((cents) => (cents / 100).toFixed(2))),
    fc.option(fc.json()),
  ),
);

/** Columns whose names are in the order of the types. */
const columnsOf = (types: readonly ColumnType[]) =>
  types.map((type, at) => ({ name: `c${at}`, type }));

function fingerprintOf(types: readonly ColumnType[], all: readonly Row[]): string {
  const fingerprint = new Fingerprint(columnsOf(types));
  for (const row of all) void fingerprint.add(row);
  return fingerprint.value;
}

describe('a fingerprint', () => {
  it('of no rows is zero', () => {
    expect(fingerprintOf(TYPES, [])).toBe(EMPTY_FINGERPRINT);
  });

  it('is the sum of the MD5 of its rows', () => {
    const texts = ['a\\tb\t1\t\\N', 'a\t\\\\N\t\\N', 'c\t2\t1.5'];
    const sum = texts.reduce(
      (total, text) => total + BigInt(`0x${createHash('md5').update(text).digest('hex')}`),
      0n,
    );
    const types = ['text', 'text', 'real'] as const;
    const all: readonly Row[] = [
      ['a\tb', '1', null],
      ['a', '\\N', null],
      ['c', '2', 1.5],
    ];
    const expected = (sum % 2n ** 128n).toString(16).padStart(32, '0');
    expect(fingerprintOf(types, all)).toBe(expected);
  });

  it('of rows of any length is that of their texts', () => {
    // As many bytes as fit, and one more; ASCII, and not; a long one between short ones.
    for (const character of ['a', 'é', '界', '\u{1F600}', '\ud800', '\\', '\t']) {
      for (const length of [0, 1, 10_000, 21_844, 21_845, 21_846, 65_534, 65_535, 65_536, 70_000]) {
        const row = [character.repeat(length), 7] as const;
        const escaped = row[0].replaceAll('\\', '\\\\').replaceAll('\t', '\\t');
        const texts = ['x\t1', `${escaped}\t7`, 'y\t2'];
        const sum = texts.reduce(
          (total, text) => total + BigInt(`0x${createHash('md5').update(text).digest('hex')}`),
          0n,
        );
        const expected = (sum % 2n ** 128n).toString(16).padStart(32, '0');
        expect(fingerprintOf(['text', 'integer'], [['x', 1], row, ['y', 2]])).toBe(expected);
      }
    }
  });

  it('does not depend on the order of the columns in the datasets file', () => {
    const [one, other] = [new Fingerprint([A, B]), new Fingerprint([B, A])];
    void one.add(['x', 1]);
    void other.add([1, 'x']);
    expect(other.value).toBe(one.value);
  });

  it('of astral characters is the same wherever a slice ends', async () => {
    // Runs of them at every offset, longer than a slice.
    for (const before of ['', ' ', '  ']) {
      const text = `${before}["${'😀𠀀'.repeat(draws(50_000, 300_000))}"]`;
      expect(await canonicalJsonInSlices(text)).toBe(canonicalJson(text));
    }
  });

  it('does not depend on the order of the rows', () => {
    const shuffled = rows.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(fingerprintOf(TYPES, other)).toBe(fingerprintOf(TYPES, all));
      }),
    );
  });

  it('is another after any single change: a value, a row less, a row more, a row twice', () => {
    const change = fc.tuple(rows, rows, fc.nat());
    fc.assert(
      fc.property(change, ([all, [other], at]) => {
        if (other === undefined) return;
        const known = fingerprintOf(TYPES, all);
        expect(fingerprintOf(TYPES, [...all, other])).not.toBe(known);
        if (all.length === 0) return;
        const place = at % all.length;
        const own = all[place] ?? [];
        expect(fingerprintOf(TYPES, [...all, own])).not.toBe(known);
        expect(fingerprintOf(TYPES, all.toSpliced(place, 1))).not.toBe(known);
        const isSame = fingerprintOf(TYPES, [own]) === fingerprintOf(TYPES, [other]);
        const changed = fingerprintOf(TYPES, all.with(place, other));
        expect(changed === known).toBe(isSame);
      }),
    );
  });

  it.each<[ColumnType, TargetValue, TargetValue]>([
    ['decimal', '1.50', '1.5'],
    ['decimal', '-0.00', '0'],
    ['decimal', '+007.10', '7.1'],
    ['decimal', '.5', '0.50'],
    ['decimal', '100', '100.00'],
    ['real', -0, 0],
    ['real', 1e21, '1000000000000000000000'],
    ['real', 5e-324, '5e-324'],
    ['integer', 9_007_199_254_740_993n, '9007199254740993'],
    ['json', '{"b":1,"a":2}', '{"a": 2, "b": 1}'],
    ['json', '1e2', '100'],
  ])('of type %s is one for %o and %o', (type, one, other) => {
    expect(fingerprintOf([type], [[one]])).toBe(fingerprintOf([type], [[other]]));
  });

  it.each<[ColumnType, TargetValue, TargetValue]>([
    ['decimal', '10', '1'],
    ['decimal', '-0.1', '0.1'],
    // Written into a target by hand.
    ['decimal', 'abc', '0.00'],
    ['decimal', '', '0'],
    ['decimal', 'abc', 'abd'],
    ['real', Infinity, 0],
    ['real', 'oops', 0],
    ['json', 'oops', 'null'],
    ['json', '{"a":1', '{"a":1}'],
    ['real', 0.1, 0.10000000000000002],
    ['text', '', null],
    ['text', '\\N', null],
    ['text', 'a\\t', 'a\t'],
    ['json', '"null"', 'null'],
    ['json', 'null', null],
  ])('of type %s is another for %o than for %o', (type, one, other) => {
    expect(fingerprintOf([type], [[one]])).not.toBe(fingerprintOf([type], [[other]]));
  });

  it('of JSON of many megabytes is the same, and blocks nothing', async () => {
    const names = ['b', 'a', '10', '9', '__proto__', 'k"', '\u{1F600}'];
    const item = `{${names.map((name, n) => `${JSON.stringify(name)}:[${n}.50,1e3,"\u6c49\\n😀"]`).join(',')}}`;
    const text = `[${Array.from({ length: draws(6_500, 20_000) }, () => item).join(',\n ')}]`;
    expect(text.length).toBeGreaterThan(1_000_000);
    const sliced = new Fingerprint(columnsOf(['text', 'json']));
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    await sliced.add(['a', text]);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(10);
    const whole = createHash('md5').update(`a\t${canonicalJson(text).replaceAll('\\', '\\\\')}`);
    expect(sliced.value).toBe(whole.digest('hex'));
  });

  it('of JSON that is nested too deeply is that of its text, read at once or in slices', async () => {
    const nested = '['.repeat(1_001) + ']'.repeat(1_001);
    const large = `${nested}${' '.repeat(1_000_000)}`;
    expect(await canonicalJsonInSlices(large)).toBe(canonicalJson(large));
    expect(fingerprintOf(['json'], [[nested]])).toBe(fingerprintOf(['text'], [[nested]]));
  });
});
