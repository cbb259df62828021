import { describe, expect, it } from 'vitest';
import { readDatasets } from '../../datasets/file/dataset-file.js';
import { datasetIn } from '../../datasets/file/valid-file.fixture.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { readExactNumber } from '../../targets/exact-number.js';
import { createDayReader, type DayColumn } from './day-column.js';

function read(dayColumn: string, { kind = 'json', zone = 'UTC' } = {}): Dataset {
  const source = `{ kind: ${kind}, path: a.json, day_column: ${dayColumn} }`;
  const target = '{ table: t, columns: { x: text } }';
  const text = `datasets: [{ name: d, time_zone: ${zone}, source: ${source}, target: ${target} }]`;
  return datasetIn(readDatasets(text, { folder: '/', env: { PATTERN: 'dd.MM.yyyy' } }));
}

function columnOf(dayColumn: string, zone?: string): DayColumn | undefined {
  const { source } = read(dayColumn, zone === undefined ? {} : { zone });
  return 'dayColumn' in source ? (source.dayColumn ?? undefined) : undefined;
}

describe('day_column', () => {
  it('is a name, read as ISO 8601 in the time zone of the dataset', () => {
    const column = { from: 'day', format: 'iso', timeZone: 'Asia/Tokyo' };
    expect(columnOf('day', 'Asia/Tokyo')).toEqual(column);
    expect(columnOf('{ from: day }', 'Asia/Tokyo')).toEqual(column);
  });

  it('has a format and a time zone of its own', () => {
    expect(columnOf('{ pointer: /a~1b/c, format: epoch_ms, time_zone: Europe/Berlin }')).toEqual({
      ...{ from: 'a/b', pointer: '/a~1b/c', format: 'epoch_ms', timeZone: 'Europe/Berlin' },
    });
    expect(columnOf('{ from: day, format: "${PATTERN}" }')?.format).toBe('dd.MM.yyyy');
  });

  it('is in several columns, read as year, month and day where no format says otherwise', () => {
    const three = columnOf('{ from: [year, month, day] }', 'Asia/Tokyo');
    expect(three).toEqual({
      ...{ from: ['year', 'month', 'day'], format: 'yyyy-M-d', timeZone: 'Asia/Tokyo' },
    });
    expect(columnOf('{ from: [y, m, d], format: yyyy-M-d }', 'Asia/Tokyo')?.format).toBe(
      three?.format,
    );
    expect(columnOf('{ from: [d, m, y], format: d-M-yyyy }')?.format).toBe('d-M-yyyy');
    expect(columnOf('{ from: [year, month], format: year_month }')?.format).toBe('year_month');
  });

  it('decides the rows: each of its keys makes another fingerprint', () => {
    const prints = [
      ...['day', 'other', '{ from: day, format: epoch_s }', '{ pointer: /day }'],
      ...['{ from: day, time_zone: Asia/Tokyo }', '{ from: [y, m, d] }', '{ from: [y, d, m] }'],
      '{ from: "y, m, d", format: yyyy-M-d }',
      '{ from: [y, m, d], format: yyyy-MM-dd }',
    ].map((dayColumn) => read(dayColumn).fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
    expect(read('{ from: day, format: iso }').fingerprint).toBe(prints[0]);
    const written = read('{ from: [y, m, d], format: yyyy-M-d }').fingerprint;
    expect(written).toBe(read('{ from: [y, m, d] }').fingerprint);
    // The zone of the dataset holds where there is no other.
    expect(read('day', { zone: 'Asia/Tokyo' }).fingerprint).toBe(prints[4]);
    const own = '{ from: day, time_zone: Asia/Tokyo }';
    expect(read(own, { zone: 'Europe/Berlin' }).fingerprint).toBe(prints[4]);
  });
});

describe('createDayReader', () => {
  it('reads the value of a column or of a pointer', () => {
    const ofColumn = createDayReader({ from: 'a/b', format: 'iso', timeZone: 'UTC' });
    expect(ofColumn.valueOf({ 'a/b': '2025-01-01' })).toBe('2025-01-01');
    expect(ofColumn.valueOf({})).toBeUndefined();
    const column = { from: 'p', pointer: '/p/0', format: 'iso', timeZone: 'UTC' };
    const ofPointer = createDayReader(column);
    expect(ofPointer.valueOf({ p: ['2025-01-01'] })).toBe('2025-01-01');
    expect(ofPointer.valueOf({ p: 5 })).toBeUndefined();
    expect(ofPointer.day('2025-01-01T10:00')).toBe('2025-01-01');
  });

  it('reads several columns as one text, with the values of numbers', () => {
    const from = ['y', 'm', 'd'];
    const reader = createDayReader({ from, format: 'yyyy-M-d', timeZone: 'UTC' });
    const dayOf = (y: unknown, m: unknown, d: unknown): string | undefined => {
      const day = reader.day(reader.valueOf({ y, m, d }));
      expect(reader.day(reader.valueAt([d, y, m], [1, 2, 0]))).toBe(day);
      return day;
    };
    expect(reader.columns).toEqual(from);
    expect(dayOf('2025', '1', '3')).toBe('2025-01-03');
    expect(dayOf(' 2025 ', '01', '\t03')).toBe('2025-01-03');
    expect(dayOf(2025, 12n, readExactNumber('3.0'))).toBe('2025-12-03');
    expect(reader.valueOf({ y: 2025, m: 2, d: 30 })).toBe('2025-2-30');
    expect(dayOf(2025, 2, 30)).toBeUndefined();
    expect(reader.hasNumber({ y: '2025', m: '1', d: 3 })).toBe(true);
    expect(reader.hasNumber({ y: '2025', m: '1', d: '3' })).toBe(false);
  });

  it.each([[null], [undefined], [''], [' '], [true], [[1]], ['1'.repeat(1_001)]])(
    'reads no day where a part is %j',
    (part) => {
      const column = { from: ['y', 'm', 'd', 'x'], format: 'yyyy-M-d-', timeZone: 'UTC' };
      const reader = createDayReader(column);
      expect(reader.valueOf({ y: 2025, m: 1, d: 3, x: part })).toBeUndefined();
      expect(reader.valueOf({ y: 2025, m: part, d: 3, x: '.' })).toBeUndefined();
    },
  );

  it('reads a month of one digit beside its year', () => {
    const column = { from: ['y', 'm'], format: 'year_month', timeZone: 'UTC' };
    const reader = createDayReader(column);
    const dayOf = (m: unknown): unknown => reader.day(reader.valueOf({ y: 2025, m }));
    expect(['01', '1', 1, 12].map(dayOf)).toEqual([
      ...['2025-01-01', '2025-01-01', '2025-01-01', '2025-12-01'],
    ]);
    expect([0, 13, '001', -1, 1.5].map(dayOf)).toEqual(Array.from({ length: 5 }));
  });
});
