import { describe, expect, it } from 'vitest';
import { readDatasets } from './dataset-file.js';
import { datasetIn, errorsIn } from './valid-file.fixture.js';

/** A file with one column `a`, and where it is asked for, other keys of the dataset and its source. */
function read(column: string, { source = '', dataset = '', env = {} } = {}) {
  const text = [
    'datasets:',
    '- name: w',
    `  source: { kind: csv, path: w.csv, day_column: day${source} }`,
    '  target:',
    '    table: w',
    '    columns:',
    `      a: ${column}`,
    dataset,
  ].join('\n');
  return readDatasets(text, { folder: '/srv', env });
}

/** They begin at the dataset, those of a column at the columns. */
const errorsOf = (...parameters: Parameters<typeof read>): readonly string[] =>
  errorsIn(read(...parameters)).map((error) =>
    error.replace(/^datasets\[0\]\.(?:target\.columns\.)?/, ''),
  );

function columnOf(...parameters: Parameters<typeof read>): unknown {
  return datasetIn(read(...parameters)).target.columns[0];
}

const PLAIN = { name: 'a', from: 'a', nullable: false };

describe('a column', () => {
  it.each<[string, object]>([
    ['{ value: eu, type: text }', { ...PLAIN, value: 'eu', type: 'text' }],
    ['{ value: 0, type: integer }', { ...PLAIN, value: 0, type: 'integer' }],
    ['{ value: { b: [1] }, type: json }', { ...PLAIN, value: { b: [1] }, type: 'json' }],
    ['{ value: null, from: b, type: text }', { ...PLAIN, from: 'b', type: 'text' }],
    ['{ type: integer, default: 0 }', { ...PLAIN, type: 'integer', default: 0 }],
    [
      '{ type: text, nullable: true, default: null }',
      { ...PLAIN, type: 'text', nullable: true, default: null },
    ],
    ['{ type: text, trim: true }', { ...PLAIN, type: 'text', trim: true }],
    ['{ type: text, trim: false }', { ...PLAIN, type: 'text' }],
    [
      '{ type: boolean, map: { Y: true, N: false } }',
      { ...PLAIN, type: 'boolean', map: { Y: true, N: false } },
    ],
    [
      '{ type: integer, map: { NA: null }, default: 0 }',
      { ...PLAIN, type: 'integer', map: { NA: null }, default: 0 },
    ],
    [
      '{ type: date, format: dd.MM.yyyy }',
      { ...PLAIN, type: 'date', format: 'dd.MM.yyyy', timeZone: 'Asia/Tokyo' },
    ],
    [
      '{ type: timestamp, time_zone: Europe/Berlin }',
      { ...PLAIN, type: 'timestamp', format: 'iso', timeZone: 'Europe/Berlin' },
    ],
    ['{ type: timestamp, format: null }', { ...PLAIN, type: 'timestamp' }],
  ])('%s', (written, expected) => {
    expect(columnOf(written, { dataset: '  time_zone: Asia/Tokyo' })).toStrictEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    [
      '{ value: eu, from: b, type: text, trim: true, default: x, map: { a: b } }',
      ['from', 'trim', 'default', 'map'].map(
        (key) => `a.${key}: nothing beside value, which is the same in each row, got `,
      ),
    ],
    ['{ value: eu, pointer: /b, type: text }', ['a.pointer: nothing beside value']],
    [
      '{ value: 1, format: iso, time_zone: UTC, type: date }',
      ['a.value: a date written', 'a.format: nothing beside value', 'a.time_zone: nothing beside'],
    ],
    ['{ value: x, type: integer }', ['a.value: an integer of 64 bits, got "x" (text)']],
    ['{ value: 5, type: text }', ['a.value: well-formed text without a NUL character, in quotes']],
    ['{ value: 2025-02-30, type: date }', ['a.value: a date written YYYY-MM-DD, got "2025-02-30"']],
    ['{ value: x, type: none }', ['a.type: one of text']],
    ['{ default: x, type: real }', ['a.default: a finite number, got "x" (text)']],
    [
      '{ default: null, type: real }',
      ['a.default: a finite number, or nullable: true in the column, got null'],
    ],
    ['{ map: { a: x }, type: real }', ['a.map.a: a finite number, got "x" (text)']],
    ['{ map: { a: null }, type: real }', ['a.map.a: a finite number, or nullable: true in the']],
    ['{ map: {}, type: real }', ['a.map: a mapping of 1 to 10000 written values']],
    [
      '{ format: dd.MM.yyyy, time_zone: UTC, type: text }',
      ['format', 'time_zone'].map(
        (key) => `a.${key}: nothing for a column of type text: it is for date and timestamp, got`,
      ),
    ],
    ['{ format: dd.MM, type: date }', ['a.format: iso, epoch_s,']],
    ['{ format: dd.MM.yyyy, time_zone: Mars/Base, type: date }', ['a.time_zone: an IANA time']],
  ])('%s is refused', (written, expected) => {
    const errors = errorsOf(written);
    expect(errors).toEqual(expected.map((text) => expect.stringContaining(text) as unknown));
  });

  it('has no value from the environment', () => {
    const env = { SECRET: 'hunter22' };
    const column = '{ type: text, default: "${SECRET}", map: { a: "x${SECRET}" } }';
    expect(errorsOf(column, { env })).toEqual(
      ['default', 'map.a'].map(
        (key) =>
          expect.stringMatching(
            `^a.${key}: a value that does not come from the environment, got `,
          ) as unknown,
      ),
    );
    expect(errorsOf(column, { env }).join()).not.toContain('hunter22');
  });
});

describe('the values of a source', () => {
  it('are read from its keys', () => {
    const source = `, decimal: ',', thousands: '.', nulls: ['', NA, -999, true], booleans: { true: [Yes, 1], false: [No, 0] }`;
    expect(datasetIn(read('real', { source })).source).toMatchObject({
      values: {
        ...{ decimal: ',', thousands: '.', nulls: ['', 'NA', '-999', 'true'] },
        booleans: { true: ['Yes', '1'], false: ['No', '0'] },
      },
    });
  });

  it.each<[string, string]>([
    ["decimal: ';'", 'source.decimal: one of ., ,, got ";" (text)'],
    ["thousands: '.'", "source.thousands: another sign than decimal, which is '.' unless it is"],
    ["decimal: ',', thousands: ','", 'source.thousands: another sign than decimal'],
    ["thousands: ';'", 'source.thousands: one of ., ,'],
    ['nulls: NA', "source.nulls: a list of 1 to 100 different texts, such as ['', NA, '-'], got"],
    ['nulls: [NA, NA]', 'source.nulls: a list of 1 to 100 different texts'],
    [
      'nulls: [n], booleans: { true: [Y], false: [N] }',
      'source.nulls: texts that booleans does not have, got a list of 1',
    ],
    ['booleans: { true: [Y] }', 'source.booleans: { true: [Yes, Y], false: [No, N] } with 1 to'],
    [
      'booleans: { true: [Y, x], false: [N, X] }',
      'source.booleans: words that are either true or false, not both',
    ],
  ])('%s is refused', (keys, expected) => {
    expect(errorsOf('real', { source: `, ${keys}` })).toEqual([expect.stringContaining(expected)]);
  });

  it('are the provider’s own work', () => {
    const text = `datasets: [{ name: w, source: { kind: provider, module: column-shape.spec.ts, decimal: ',' }, target: { table: w, columns: { a: text } } }]`;
    expect(readDatasets(text, { folder: import.meta.dirname, env: {} })).toMatchObject({
      errors: [
        {
          path: 'datasets[0].source.decimal',
          expected: 'a provider that yields numbers, true, false and null by itself',
        },
      ],
    });
  });
});

describe('where', () => {
  const where = (tests: string): { readonly dataset: string } => ({ dataset: `  where: ${tests}` });

  it('is a list of tests', () => {
    const tests = `[{ column: b, equals: 7 }, { pointer: /at/side, not_in: ['', true] }, { column: c, starts_with: DE }]`;
    expect(datasetIn(read('text', where(tests))).where).toMatchObject([
      { from: 'b', test: 'equals', values: ['7'] },
      { from: 'at', pointer: '/at/side', test: 'not_in', values: ['', 'true'] },
      { from: 'c', test: 'starts_with', values: ['DE'] },
    ]);
  });

  it('has no other test', () => {
    expect(errorsOf('text', where('[{ column: b, like: x }]'))).toEqual([
      'where[0]: one of equals, in, not_in, starts_with, got none',
      'where[0].like: one of the keys column, pointer, equals, in, not_in, starts_with, got the key "like"',
    ]);
  });

  it.each<[string, string]>([
    ['[]', 'where: a list of 1 to 100 tests'],
    ['[{ equals: 1 }]', 'where[0]: either column or pointer, got neither'],
    ['[{ column: b, pointer: /b, equals: 1 }]', 'where[0]: either column or pointer, got both'],
    ['[{ pointer: b, equals: 1 }]', 'where[0].pointer: a JSON pointer'],
    ['[{ column: b }]', 'where[0]: one of equals, in, not_in, starts_with, got none'],
    [
      '[{ column: b, equals: 1, in: [2] }]',
      'where[0]: one of equals, in, not_in, starts_with, got',
    ],
    ['[{ column: b, equals: [1] }]', 'where[0].equals: a text, a whole number'],
    ['[{ column: b, in: 1 }]', 'where[0].in: a list of 1 to 1000 values'],
    ["[{ column: b, starts_with: '' }]", 'where[0].starts_with: text of 1 to 1000 characters'],
    ['[{ column: b, in: ["${NAME}"] }]', 'where[0].in[0]: a value that does not come from the'],
  ])('%s is refused', (tests, expected) => {
    const [first] = errorsOf('text', { ...where(tests), env: { NAME: 'x' } });
    expect(first).toContain(expected);
  });
});

describe('the fingerprint', () => {
  const fingerprintOf = (...parameters: Parameters<typeof read>): string =>
    datasetIn(read(...parameters)).fingerprint;

  it('changes with each key', () => {
    const fingerprints = [
      fingerprintOf('real'),
      fingerprintOf('{ type: real, value: 1 }'),
      fingerprintOf('{ type: real, default: 1 }'),
      fingerprintOf('{ type: real, trim: true }'),
      fingerprintOf('{ type: real, map: { a: 1 } }'),
      fingerprintOf('{ type: real, map: { a: 2 } }'),
      fingerprintOf('date'),
      fingerprintOf('{ type: date, format: dd.MM.yyyy }'),
      fingerprintOf('{ type: date, format: dd.MM.yyyy, time_zone: Asia/Tokyo }'),
      fingerprintOf('real', { source: ", decimal: ','" }),
      fingerprintOf('real', { source: ", thousands: ','" }),
      fingerprintOf('real', { source: ', nulls: [NA]' }),
      fingerprintOf('real', { source: ', booleans: { true: [Y], false: [N] }' }),
      fingerprintOf('real', { dataset: '  where: [{ column: b, equals: 1 }]' }),
      fingerprintOf('real', { dataset: '  where: [{ column: b, not_in: [1] }]' }),
    ];
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });
});
