import { describe, expect, it } from 'vitest';
import { rawJSON } from '../../targets/exact-number.js';
import { createTimeReader, formatFault } from './time-format.js';

const reader = (format: string, timeZone = 'UTC') => createTimeReader({ format, timeZone });
const NEW_YORK = 'America/New_York';

describe('createTimeReader', () => {
  it.each([
    ['iso', '2025-01-31', '2025-01-31'],
    ['iso', ' 2025-01-31 ', '2025-01-31'],
    ['iso', '2025-01-31T23:30:00Z', '2025-01-31'],
    ['iso', '2025-01-31T23:30:00', '2025-01-31'],
    ['iso', '2025-01-31 23:30', '2025-01-31'],
    ['iso', '2025-01-31T23:30:00.123-05:00', '2025-02-01'],
    ['iso', `2025-01-31${' '.repeat(990)}`, '2025-01-31'],
    ['iso', `2025-01-31${' '.repeat(991)}`, undefined],
    ['iso', '2025-02-30', undefined],
    ['iso', '2025-02-30T00:00:00', undefined],
    ['iso', '2025-01-31T24:00:00', undefined],
    ['iso', '2025-01-31T12:00:00+24:00', undefined],
    ['iso', '20250131', undefined],
    ['iso', '25-01-31', undefined],
    ['iso', '', undefined],
    ['iso', null, undefined],
    ['iso', 20_250_131, undefined],
    ['epoch_s', '1738367999', '2025-01-31'],
    ['epoch_s', 1_738_367_999.5, '2025-01-31'],
    ['epoch_s', -1, '1969-12-31'],
    ['epoch_s', 1_738_367_999n, '2025-01-31'],
    ['epoch_s', rawJSON('1738367999.10'), '2025-01-31'],
    ['epoch_s', 1_738_367_999_000_000, undefined],
    ['epoch_s', '1e9', undefined],
    ['epoch_ms', 1_738_367_999_999, '2025-01-31'],
    ['epoch_ms', '1738368000000', '2025-02-01'],
    ['epoch_ms', 'now', undefined],
    ['year', '2025', '2025-01-01'],
    ['year', 2025, '2025-01-01'],
    ['year', '25', undefined],
    ['year_month', '2025-02', '2025-02-01'],
    ['year_month', '2025/02', '2025-02-01'],
    ['year_month', 202_502, '2025-02-01'],
    ['year_month', '2025-13', undefined],
    ['year_month', '2025-2', undefined],
    ['year', rawJSON('2025.0'), '2025-01-01'],
    ['year', rawJSON('2.025e3'), '2025-01-01'],
    ['year', rawJSON('2025.1'), undefined],
    ['year', '2025.0', undefined],
    ['year_month', rawJSON('202502.00'), '2025-02-01'],
    ['epoch_s', 1e-7, '1970-01-01'],
    ['yyyyMMdd', 20_250_131, '2025-01-31'],
    ['yyyyMMdd', rawJSON('20250131.0'), '2025-01-31'],
    ['yyyyMMddHHmmssSSS', 20_250_131_235_959_999n, '2025-01-31'],
    ['MMM d yyyy', 'Jan 1 2000', '2000-01-01'],
    ['yyyy/MM/dd HH:mm:ss', '2015/01/01 01:00:00', '2015-01-01'],
    ['iso', new Date('2025-01-31T12:00Z'), '2025-01-31'],
    ['iso', new Date(Number.NaN), undefined],
  ])('%s has the day of %o', (format, value, day) => {
    expect(reader(format).day(value)).toBe(day);
  });

  it('takes the day of an instant in the time zone, and that of a wall clock as it is written', () => {
    const iso = reader('iso', NEW_YORK);
    expect(iso.day('2025-01-31T03:00:00Z')).toBe('2025-01-30');
    expect(iso.day('2025-01-31T03:00:00')).toBe('2025-01-31');
    expect(reader('epoch_s', NEW_YORK).day(1_738_292_400)).toBe('2025-01-30');
  });

  it.each([
    ['iso', '2025-01-31', '2025-01-31T05:00:00.000000Z'],
    ['iso', '2025-01-31T12:00:00', '2025-01-31T17:00:00.000000Z'],
    ['iso', '2025-07-31T12:00:00.123456', '2025-07-31T16:00:00.123456Z'],
    ['iso', '2025-07-31T12:00:00.1234+02:00', '2025-07-31T10:00:00.123400Z'],
    ['iso', '0001-01-01T00:00:00+02:00', undefined],
    ['epoch_s', '1738292400.123456', '2025-01-31T03:00:00.123456Z'],
    ['epoch_ms', '-1.5', '1969-12-31T23:59:59.998500Z'],
    ['dd.MM.yyyy HH:mm', '31.01.2025 12:00', '2025-01-31T17:00:00.000000Z'],
    ['dd.MM.yyyy HH:mm', '31.02.2025 12:00', undefined],
  ])('%s has the instant of %j in New York', (format, value, timestamp) => {
    expect(reader(format, NEW_YORK).timestamp(value)).toBe(timestamp);
  });

  it('takes the earlier instant of a time that a clock change skips or shows twice, and counts it', () => {
    const unclear = { count: 0 };
    const zoned = { format: 'iso', timeZone: NEW_YORK };
    const iso = createTimeReader(zoned, unclear);
    expect(iso.timestamp('2025-03-09T02:30:00')).toBe('2025-03-09T06:30:00.000000Z');
    expect(iso.timestamp('2025-11-02T01:30:00')).toBe('2025-11-02T05:30:00.000000Z');
    expect(unclear.count).toBe(2);
    const days = createTimeReader(zoned, unclear);
    for (const text of ['2025-11-02T01:30:00', '2025-11-02T01:30:00', '2025-11-02']) {
      expect(days.day(text)).toBe('2025-11-02');
    }
    expect(unclear.count).toBe(4);
    expect(days.day('2025-11-02T01:30:00-04:00')).toBe('2025-11-02');
    expect(unclear.count).toBe(4);
  });

  it('refuses a format or a zone that there is not', () => {
    expect(() => reader('yy')).toThrow(RangeError);
    expect(() => reader('iso', 'Europe/Atlantis')).toThrow(RangeError);
  });
});

it('formatFault is why a text is no format', () => {
  expect(formatFault('epoch_ms')).toBeUndefined();
  expect(formatFault('dd.MM.yyyy')).toBeUndefined();
  expect(formatFault('dd.MM.yy')).toContain('two digits');
});
