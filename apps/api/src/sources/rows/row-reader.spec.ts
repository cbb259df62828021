import { describe, expect, it } from 'vitest';
import type { TargetColumn } from '../../targets/target.js';
import { SourceError } from '../day-source.js';
import { createRowReader } from './row-reader.js';
import { PLAIN_VALUES } from '../values/value-dialect.js';

const columns: TargetColumn[] = [
  { name: 'airport', from: 'Airport Name', type: 'text', nullable: false },
  { name: 'speed_knots', from: 'Speed', type: 'integer', nullable: true },
];
const read = createRowReader(columns);
const failureOf = (values: Record<string, unknown>, more: { file?: string } = {}): unknown => {
  try {
    return read({ row: 12, values, ...more });
  } catch (error) {
    return error;
  }
};

describe('createRowReader', () => {
  it('gives the values in the order of the columns', () => {
    expect(read({ row: 1, values: { Speed: '300', Other: 'x', 'Airport Name': 'BOS' } })).toEqual([
      'BOS',
      300,
    ]);
    expect(read({ row: 1, values: { Speed: '', 'Airport Name': '' } })).toEqual(['', null]);
  });

  it('takes undefined and null for nothing, and an empty text of a typed source for a text', () => {
    const note = createRowReader([{ name: 'note', from: 'note', type: 'text', nullable: true }]);
    expect(note({ row: 1, values: { note: undefined }, typed: true })).toEqual([null]);
    expect(note({ row: 1, values: { note: null }, typed: true })).toEqual([null]);
    expect(note({ row: 1, values: { note: '' }, typed: true })).toEqual(['']);
    expect(note({ row: 1, values: { note: '' } })).toEqual([null]);
  });

  it('names the file of a row where there are several', () => {
    const values = { 'Airport Name': 'x', Speed: 'fast' };
    expect(failureOf(values, { file: 'a/b.csv' })).toMatchObject({
      code: 'VALUE_INVALID',
      message: expect.stringMatching(/^a\/b\.csv: row 12, column speed_knots: /) as unknown,
      place: { row: 12 },
    });
  });

  it.each([
    ['number that is not finite', Number.NaN, 'NaN (number)'],
    ['value that does not fit', 'fast', '"fast" (text)'],
  ])('says where a %s lies, what was expected and what came', (_, Speed, received) => {
    const error = failureOf({ 'Airport Name': 'BOS', Speed });
    expect(error).toBeInstanceOf(SourceError);
    expect(error).toMatchObject({
      kind: 'lasting',
      code: 'VALUE_INVALID',
      message: `row 12, column speed_knots: expected an integer of 64 bits, got ${received}`,
      place: { row: 12, column: 'speed_knots' },
    });
  });

  it('has a hint for the first different values of a day that do not fit, again and again', () => {
    const column = { name: 'x', from: 'x', type: 'real', nullable: true } as const;
    const readRow = createRowReader([column], PLAIN_VALUES);
    const isHinted = (x: string): boolean => {
      try {
        readRow({ row: 1, values: { x } });
      } catch (error) {
        return error instanceof SourceError && error.message.includes("set `decimal: ','`");
      }
      return false;
    };
    const values = Array.from({ length: 1_000 }, (_, at) => `${at},5`);
    const hinted = values.filter(isHinted);
    expect(hinted).toEqual(values.slice(0, 100));
    expect(values.filter(isHinted)).toEqual(hinted);
  });

  it('shortens a value that does not fit', () => {
    const error = failureOf({ 'Airport Name': 'BOS', Speed: 'x'.repeat(1_000_000) });
    expect(error instanceof Error && error.message.length).toBeLessThan(200);
  });

  it('reports a missing column and those that exist', () => {
    expect(failureOf({ 'Airport Name': 'BOS', speed: '1' })).toMatchObject({
      kind: 'source_wide',
      code: 'SOURCE_COLUMN_MISSING',
      message:
        'row 12: expected a column "Speed" for speed_knots, got the columns "Airport Name", "speed"',
      place: { row: 12, column: 'Speed' },
    });
  });
});

describe('a column with a key that stands for the source', () => {
  const column = { name: 'n', from: 'm', type: 'integer', nullable: true } as const;

  it('has its constant in each row, whatever the row has', () => {
    const constant = createRowReader([{ ...column, value: 7 }]);
    expect(constant({ row: 1, values: { m: 'x' } })).toEqual([7]);
    expect(constant({ row: 1, values: {} })).toEqual([7]);
  });

  it('has its default where the row lacks the column', () => {
    const values = (fallback: unknown, row: object) =>
      createRowReader([{ ...column, default: fallback }])({ row: 1, values: { ...row } });
    expect(values(7, {})).toEqual([7]);
    expect(values(null, {})).toEqual([null]);
    expect(values(7, { m: '5' })).toEqual([5]);
    const inherited = { ...column, from: 'constructor', default: 7 };
    expect(createRowReader([inherited])({ row: 1, values: {} })).toEqual([7]);
    const inside = { ...column, pointer: '/m/n', default: 7 };
    expect(createRowReader([inside])({ row: 1, values: { m: {} } })).toEqual([7]);
  });
});

describe('a column with a pointer', () => {
  const pointing = (pointer: string, nullable: boolean, type: TargetColumn['type'] = 'text') =>
    createRowReader([{ name: 'city', from: 'address', pointer, type, nullable }]);
  const rowOf = (address: unknown) => ({ row: 3, values: { address }, typed: true });

  it('reads a value inside of a row', () => {
    expect(pointing('/address/city', false)(rowOf({ city: 'Rome' }))).toEqual(['Rome']);
    expect(pointing('/address/0/city', false)(rowOf([{ city: '' }]))).toEqual(['']);
    expect(pointing('/address', false)(rowOf('Rome'))).toEqual(['Rome']);
    expect(pointing('/address/at', false, 'json')(rowOf({ at: [1n] }))).toEqual(['[1]']);
  });

  it.each([[{}], [{ city: null }], [{ city: undefined }], [null], [undefined], [[]]])(
    'is NULL for %j where it may be, and else refused',
    (address) => {
      expect(pointing('/address/city', true)(rowOf(address))).toEqual([null]);
      expect(() => pointing('/address/city', false)(rowOf(address))).toThrow(
        /^row 3, column city: expected well-formed text .* at "\/address\/city", got (nothing|null): set /,
      );
    },
  );

  it('is refused where a text or a number stands in its way', () => {
    expect(() => pointing('/address/city', true)(rowOf('Rome'))).toThrow(
      'row 3, column city: expected a mapping or a list on the way to "/address/city", got "Rome" (text)',
    );
  });

  it('refuses a value that can’t be read, whatever it throws', () => {
    const no = (): never => {
      throw new Proxy(new Error('refused'), { getPrototypeOf: no });
    };
    const trap = new Proxy({}, { get: no, ownKeys: no, getPrototypeOf: no });
    const date = Object.assign(new Date(0), { getTime: no, toISOString: no });
    for (const Speed of [trap, date]) {
      expect(failureOf({ 'Airport Name': 'BOS', Speed })).toMatchObject({
        kind: 'lasting',
        code: 'VALUE_INVALID',
        place: { row: 12, column: 'speed_knots' },
      });
    }
  });
});

describe('the JSON in the texts of a row', () => {
  const two = createRowReader(
    ['a', 'b'].map((name) => ({ name, from: name, type: 'json', nullable: false })),
  );
  const list = (count: number): string => `[${Array.from({ length: count }, () => '0').join()}]`;
  const levels = (count: number): string => '['.repeat(count) + ']'.repeat(count);

  it('may have 1,000 levels, and no more', () => {
    expect(two({ row: 1, values: { a: levels(1_000), b: '{}' } })).toHaveLength(2);
    expect(() => two({ row: 2, values: { a: '{}', b: levels(200_000) } })).toThrow(
      expect.objectContaining({
        kind: 'lasting',
        code: 'SOURCE_TOO_DEEP',
        place: { row: 2, column: 'b' },
        message:
          'row 2, column b: expected JSON of at most 1000 levels, got 200000: nest it less deeply, or store it as text',
      }),
    );
  });

  it('may have 100,000 values, all columns of a row together', () => {
    const values = { a: list(60_000), b: list(60_000) };
    for (const row of [1, 2]) {
      expect(() => two({ row, values })).toThrow(
        expect.objectContaining({
          kind: 'lasting',
          code: 'SOURCE_TOO_MANY_VALUES',
          place: { row, column: 'b' },
          message: expect.stringContaining(
            'at most 100000 values in the JSON of a row, got 120002',
          ) as unknown,
        }),
      );
      expect(two({ row: row + 10, values: { ...values, b: '{}' } })).toHaveLength(2);
    }
  });

  it('does not count what stands in a text', () => {
    const text = JSON.stringify({ a: '[[{,,"\\\\'.repeat(100_000) });
    expect(two({ row: 1, values: { a: text, b: text } })).toEqual([text, text]);
  });
});
