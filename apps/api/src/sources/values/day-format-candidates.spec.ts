import { describe, expect, it } from 'vitest';
import { candidateFormats } from './day-format-candidates.js';

describe('the formats that a value may have', () => {
  it.each<[unknown, readonly string[]]>([
    ['2025-02-28', ['iso', 'yyyy-MM-dd', 'yyyy-M-d']],
    ['Jan 1 2000', ['MMM d yyyy']],
    ['Jan 01, 2000', ['MMM dd, yyyy', 'MMM d, yyyy']],
    ['May 3 2001', ['MMM d yyyy', 'MMMM d yyyy']],
    ['3 March 2001', ['d MMMM yyyy']],
    ['Monday, January 3 2000', ['EEEE, MMMM d yyyy']],
    ['31.12.2019', ['dd.MM.yyyy', 'd.M.yyyy']],
    ['03/04/2025', ['MM/dd/yyyy', 'M/d/yyyy', 'dd/MM/yyyy', 'd/M/yyyy']],
    ['3/4/2025', ['M/d/yyyy', 'd/M/yyyy']],
    ['20250304', ['yyyyMMdd']],
    ['2025年3月4日', ['yyyy年M月d日']],
    ['2015/01/01 01:00:00', ['yyyy/MM/dd HH:mm:ss', 'yyyy/MM/dd H:mm:ss']],
    ['01/13/2015 1:05 PM', ['MM/dd/yyyy h:mm a', 'M/d/yyyy h:mm a']],
    ['2015-W03', []],
    ['2012', ['year']],
    ['2012-03', ['year_month']],
    ['201203', ['year_month']],
    [1_262_304_000_000, ['epoch_ms']],
    [1_262_304_000, ['epoch_s']],
    [17, []],
    ['17.5', []],
    ['total', []],
    ['', []],
    ['2025-02-30', []],
    ['1/2/03', []],
  ])('%j', (value, formats) => {
    const found = candidateFormats(value);
    expect(found.slice(0, formats.length)).toEqual(formats);
    expect(found.length === 0).toBe(formats.length === 0);
  });

  it('of an ISO timestamp is iso, also without an offset', () => {
    expect(candidateFormats('2010-01-01T01:00:00')[0]).toBe('iso');
    expect(candidateFormats('2010-01-01T01:00:00.000Z')[0]).toBe('iso');
  });

  it('of a long text is found at once: none', () => {
    expect(candidateFormats('1 '.repeat(100_000))).toEqual([]);
  });
});
