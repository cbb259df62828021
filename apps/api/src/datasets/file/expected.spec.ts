import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { MOST_EXCEPT_BYTES, readExcept } from './except-file.js';
import { readDatasets, type DatasetsResult } from './dataset-file.js';
import { datasetIn, errorsIn } from './valid-file.fixture.js';

const folder = await scratchFolder();

/** Reads a dataset whose `expected` is this YAML. */
function read(expected: string): DatasetsResult {
  const text = `datasets:
  - name: prices
    source: { kind: provider, module: ./prices.mjs }
    target: { table: prices, columns: { price: real } }
    expected: ${expected}
`;
  writeFileSync(join(folder, 'prices.mjs'), '');
  return readDatasets(text, { folder, env: { RULE: 'FREQ=DAILY' } });
}

const errorsOf = (expected: string): readonly string[] => errorsIn(read(expected));

const WORKDAYS = 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';

describe('the key expected', () => {
  it('is a rule, or a rule with days that are left out and with ends', () => {
    writeFileSync(
      join(folder, 'holidays.txt'),
      '\u{feff}# 2026\r\n2026-12-25 # Christmas\r\n\r\n2026-01-01\n2026-12-25\n',
    );
    const expectedOf = (expected: string) => datasetIn(read(expected)).expected;
    expect(expectedOf(`'${WORKDAYS}'`)).toEqual({
      ...{ rule: WORKDAYS, from: null, until: null, except: [], writtenExcept: null },
    });
    const ends = 'from: 2026-01-01, until: 2026-12-31';
    expect(expectedOf(`{ rule: '${WORKDAYS}', except: holidays.txt, ${ends} }`)).toEqual({
      ...{ rule: WORKDAYS, from: '2026-01-01', until: '2026-12-31' },
      ...{ except: ['2026-01-01', '2026-12-25'], writtenExcept: 'holidays.txt' },
    });
    expect(expectedOf('null')).toBeNull();
  });

  it('makes a dataset another one: by its rule and its days, whatever file they are from', () => {
    const fingerprintOf = (expected: string): string => datasetIn(read(expected)).fingerprint;
    writeFileSync(join(folder, 'one.txt'), '2026-12-25\n');
    writeFileSync(join(folder, 'same.txt'), '# the same\n2026-12-25\n');
    writeFileSync(join(folder, 'two.txt'), '2026-12-25\n2026-12-26\n');
    const [none, rule, one, same, two] = [
      fingerprintOf('null'),
      fingerprintOf(`'${WORKDAYS}'`),
      fingerprintOf(`{ rule: '${WORKDAYS}', except: one.txt }`),
      fingerprintOf(`{ rule: '${WORKDAYS}', except: same.txt }`),
      fingerprintOf(`{ rule: '${WORKDAYS}', except: two.txt }`),
    ];
    expect(same).toBe(one);
    expect(new Set([none, rule, one, two]).size).toBe(4);
  });

  it.each([
    ['[MO]', 'datasets[0].expected: a rule of RFC 5545, or a mapping with the keys rule'],
    ['{ from: 2026-01-01 }', 'datasets[0].expected.rule: text of 1 to 1000 characters'],
    [
      "'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO'",
      'datasets[0].expected: the key from beside rule, the first day that such a rule counts from, got INTERVAL=2',
    ],
    [
      "{ rule: 'FREQ=DAILY;COUNT=10' }",
      'datasets[0].expected.rule: the key from beside rule, the first day that such a rule counts from, got COUNT=10',
    ],
    [
      '{ rule: FREQ=DAILY, from: 2026-02-30 }',
      'datasets[0].expected.from: a day such as 2026-12-31, got "2026-02-30"',
    ],
    [
      '{ rule: FREQ=DAILY, from: 2026-03-02, until: 2026-03-01 }',
      'datasets[0].expected.until: a day that is not before 2026-03-02, got "2026-03-01"',
    ],
    [
      "'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30'",
      'datasets[0].expected: a rule with a day in the 50 years after 2000-01-01',
    ],
    [
      '{ rule: FREQ=DAILY, except: none.txt }',
      'datasets[0].expected.except: a file that can be read, got no file none.txt',
    ],
    [
      '{ rule: FREQ=DAILY, except: sub }',
      'datasets[0].expected.except: a file, got something else at sub',
    ],
    [
      '{ rule: FREQ=DAILY, except: outside.txt }',
      'datasets[0].expected.except: a file in its folder, got outside.txt, a link that leads out of it',
    ],
    [
      '{ rule: FREQ=DAILY, except: large.txt }',
      `datasets[0].expected.except: a file of at most ${MOST_EXCEPT_BYTES} bytes, got ${MOST_EXCEPT_BYTES + 1} in large.txt`,
    ],
    [
      "'${RULE}'",
      'datasets[0].expected: a value that does not come from the environment, got "${RULE}"',
    ],
  ])('refuses %s', (expected, error) => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    rmSync(join(folder, 'outside.txt'), { force: true });
    symlinkSync('/etc/passwd', join(folder, 'outside.txt'));
    writeFileSync(join(folder, 'large.txt'), '#'.repeat(MOST_EXCEPT_BYTES + 1));
    const errors = errorsOf(expected);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(error);
  });

  it('has all its errors at once, those of its file with their lines', () => {
    writeFileSync(join(folder, 'wrong.txt'), '2026-12-25\n25.12.2026\n\n2026-02-30 # no day\n');
    expect(errorsOf("{ rule: 'FREQ=DAILY;BYHOUR=1', except: wrong.txt, from: x }")).toEqual([
      'datasets[0].expected.rule: a rule for whole days, without BYHOUR, got BYHOUR=1',
      'datasets[0].expected.except: a day such as 2026-12-25 in each line, got "25.12.2026" in wrong.txt:2',
      'datasets[0].expected.except: a day such as 2026-12-25 in each line, got "2026-02-30" in wrong.txt:4',
      'datasets[0].expected.from: a day such as 2026-12-31, got "x" (text)',
    ]);
  });
});

describe('a file of days', () => {
  it('lists twenty wrong lines, and counts the others', () => {
    const result = readExcept('x\n'.repeat(30), 'days.txt');
    expect(result.ok ? [] : result.problems).toHaveLength(21);
    expect(!result.ok && result.problems.at(-1)).toEqual({
      expected: 'days alone',
      received: '10 more wrong lines in days.txt',
    });
  });
});

describe('the key fresh_by', () => {
  const freshBy = (written: string): unknown => {
    const result = read(`'${WORKDAYS}'\n    fresh_by: ${written}`);
    return result.ok ? datasetIn(result).freshBy : errorsIn(result);
  };

  it.each([
    ["'08:00'", { time: '08:00', days: 1 }],
    ["{ time: '23:59', days: 0 }", { time: '23:59', days: 0 }],
    ["{ time: '00:00' }", { time: '00:00', days: 1 }],
    ['null', null],
  ])('is read from %s', (written, expected) => {
    expect(freshBy(written)).toEqual(expected);
  });

  it.each([
    [
      "'8:00'",
      'datasets[0].fresh_by: a time of the day such as "08:00", or a mapping with the keys time, days, got "8:00"',
    ],
    [
      "{ time: '24:00' }",
      'datasets[0].fresh_by.time: a time of the day such as "08:00", got "24:00"',
    ],
    ['{ days: 1 }', 'datasets[0].fresh_by.time: a time of the day such as "08:00", got nothing'],
  ])('is refused as %s', (written, error) => {
    expect(freshBy(written)).toEqual([expect.stringContaining(error) as unknown]);
  });

  it('does not make a dataset another one', () => {
    const [one, other] = ["'08:00'", 'null'].map(
      (written) => datasetIn(read(`'${WORKDAYS}'\n    fresh_by: ${written}`)).fingerprint,
    );
    expect(one).toBe(other);
  });
});
