import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Client } from 'pg';
import { DIALECTS, scratchDatabases } from '../../../../test/databases.js';
import { VALUES } from '../../../../test/round-trips/typed-values.js';
import { canonicalText, type ColumnType, type TargetValue } from './column-types.js';

const POSTGRES = DIALECTS.filter((dialect) => dialect === 'postgres');
const scratch = scratchDatabases();

/** Texts as PostgreSQL stores them. */
async function inPostgres(
  type: 'numeric' | 'jsonb',
  texts: readonly string[],
): Promise<readonly string[]> {
  const client = new Client({ connectionString: (await scratch('postgres')) ?? '' });
  await client.connect();
  try {
    const { rows } = await client.query<{ text: string }>(
      `select given::${type}::text as text
       from unnest($1::text[]) with ordinality as all_of (given, n) order by n`,
      [texts],
    );
    return rows.map(({ text }) => text);
  } finally {
    await client.end();
  }
}

const DECIMALS = [
  ...['0', '-0', '+0', '-0.00', '7', '+7.50', '007.10', '-007', '.5', '-.5', '5.', '-5.', '00'],
  ...['12345678901234567890.1234567890123456789000', '9'.repeat(1_000), `-0.${'0'.repeat(900)}1`],
];
const JSONS = [
  '{"b":1,"a":[1.10,1e3,1.50E1,1e-7,-0,-0.0,12345678901234567890,0.1e1,2E+2]}',
  ' { "a" : 1 , "a" : 2 , "\\u0061b" : "\\/\\u6c49\\ud83d\\ude00" , "" : null } ',
  '{"10":1,"9":2,"aa":3,"b":4,"😀":5,"ﬀ":6,"__proto__":{"x":1},"k\\\\":1,"k\\"":2}',
  ...['"text"', 'null', 'true', '[]', '{}', '[[[]],{}]', '1e308', '-1.7976931348623157e308'],
  `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
];

describe('the canonical text of a value', () => {
  it.each(POSTGRES)(
    'is the same for a decimal or JSON as written and as %s stores it',
    async () => {
      const decimals = [
        ...DECIMALS,
        ...fc.sample(VALUES.decimal, { seed: 7, numRuns: 300 }).map(({ text }) => text),
      ];
      const kept = await inPostgres('numeric', decimals);
      expect(kept.map((text) => canonicalText('decimal', text))).toEqual(kept);
      expect(decimals.map((text) => canonicalText('decimal', text))).toEqual(kept);
      const jsons = [
        ...JSONS,
        ...fc.sample(VALUES.json, { seed: 7, numRuns: 300 }).map(({ text }) => text),
      ]
        // `jsonb` refuses NUL characters.
        .filter((text) => !text.includes('\\u0000'));
      const values = await inPostgres('jsonb', jsons);
      expect(jsons.map((text) => canonicalText('json', text))).toEqual(
        values.map((text) => canonicalText('json', text)),
      );
    },
  );

  it.each<[ColumnType, TargetValue, TargetValue]>([
    ['decimal', '1.5', '1.50'],
    ['decimal', '1.5', '-1.5'],
    ['decimal', '10', '1'],
    ['json', '1.5', '1.50'],
    ['json', '{"a":1}', '{"a":"1"}'],
    ['json', '{"a":1}', '{"b":1}'],
    ['json', '[1,2]', '[2,1]'],
    ['json', '[12]', '[1,2]'],
    ['json', '"null"', 'null'],
    ['json', '9007199254740993', '9007199254740992'],
    ['json', 'null', null],
    ['text', '', null],
    ['text', 'a', 'a '],
    ['integer', 9_007_199_254_740_993n, '9007199254740992'],
    ['real', 0.1, 0.10000000000000002],
    ['boolean', 1n, 0],
  ])('of type %s: %o differs from %o', (type, one, other) => {
    expect(canonicalText(type, one)).not.toBe(canonicalText(type, other));
  });

  it.each<[ColumnType, TargetValue, TargetValue]>([
    ['integer', 4_611_686_018_427_387_904n, '4611686018427387904'],
    ['real', 3n, 3],
    ['real', 5e-324, 5e-324],
    ['boolean', 1n, 1],
    ['text', null, null],
  ])('of type %s is equal for %o and %o', (type, one, other) => {
    expect(canonicalText(type, one)).toBe(canonicalText(type, other));
  });
});
