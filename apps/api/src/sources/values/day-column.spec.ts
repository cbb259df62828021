import { describe, expect, it } from 'vitest';
import { readDatasets } from '../../datasets/file/dataset-file.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { createDayReader, type DayColumn } from './day-column.js';

function read(dayColumn: string, { kind = 'json', zone = 'UTC' } = {}): Dataset {
  const source = `{ kind: ${kind}, path: a.json, day_column: ${dayColumn} }`;
  const target = '{ table: t, columns: { x: text } }';
  const text = `datasets: [{ name: d, time_zone: ${zone}, source: ${source}, target: ${target} }]`;
  const result = readDatasets(text, { folder: '/', env: { PATTERN: 'dd.MM.yyyy' } });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  const [dataset] = result.datasets;
  if (dataset === undefined) throw new Error('expected a dataset');
  return dataset;
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

  it('decides the rows: each of its keys makes another fingerprint', () => {
    const prints = [
      read('day').fingerprint,
      read('other').fingerprint,
      read('{ from: day, format: epoch_s }').fingerprint,
      read('{ pointer: /day }').fingerprint,
      read('{ from: day, time_zone: Asia/Tokyo }').fingerprint,
    ];
    expect(new Set(prints).size).toBe(prints.length);
    expect(read('{ from: day, format: iso }').fingerprint).toBe(prints[0]);
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
    const ofPointer = createDayReader({
      from: 'p',
      pointer: '/p/0',
      format: 'iso',
      timeZone: 'UTC',
    });
    expect(ofPointer.valueOf({ p: ['2025-01-01'] })).toBe('2025-01-01');
    expect(ofPointer.valueOf({ p: 5 })).toBeUndefined();
    expect(ofPointer.day('2025-01-01T10:00')).toBe('2025-01-01');
  });
});
