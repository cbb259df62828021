import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { readDatasets } from './dataset-file.js';
import { spoil, VALID } from './valid-file.fixture.js';

/** With a module of a provider, and a folder. */
const FOLDER = await scratchFolder();
writeFileSync(path.join(FOLDER, 'a.ts'), '');
mkdirSync(path.join(FOLDER, 'folder'));

const read = (text: string, env: Record<string, string> = {}) =>
  readDatasets(text, { folder: FOLDER, env });

const errorsOf = (text: string, env?: Record<string, string>) => {
  const result = read(text, env);
  return result.ok ? [] : result.errors;
};

const placedErrorsOf = (text: string): readonly string[] =>
  errorsOf(text).map(
    ({ line, column, path: at, expected, received }) =>
      `${String(line)}:${String(column)} ${at}: ${expected}, got ${received}`,
  );

/**
 * What is wrong: a change of the valid file, where ⏎ begins a line as deep as the one before; then the place, the path,
 * the beginning of what is expected, and what came.
 */
const WRONG = String.raw`
name: weather => name: Weather
  2:11 datasets[0].name: a name that matches [a-z][a-z0-9_]{0,62}, got "Weather" (text)
table: weather_daily => table: weather_daily⏎key: [date, place]
  6:19 datasets[0].target.key[1]: the name of a column of the target, got "place" (text)
table: weather_daily => table: weather_daily⏎key: [date, date]
  6:12 datasets[0].target.key: a list of 1 to 100 column names, each once, got a list
name: weather => names: weather
  2:5 datasets[0].names: one of the keys name, title, source,, got the key "names"
name: weather => name: weather⏎title: { zh: x }
  3:12 datasets[0].title.en: text of 1 to 1000 characters, got nothing
name: weather => name: weather⏎title: [x]
  3:12 datasets[0].title: a mapping with the keys zh, en, got a list of 1
name: weather => name: weather⏎time_zone: Mars/Olympus
  3:16 datasets[0].time_zone: an IANA time zone, got "Mars/Olympus" (text)
from: Wind speed => pointer: wind/speed
  8:26 datasets[0].target.columns.wind.pointer: a JSON pointer from the row to a value in it, got "wind/speed" (text)
from: Wind speed => from: wind, pointer: /wind/speed
  8:38 datasets[0].target.columns.wind.pointer: from or pointer, not both, got "/wind/speed" (text)
name: weather => name: weather⏎concurrency: 0
  3:18 datasets[0].concurrency: a whole number from 1 to 100, got 0 (number)
name: weather => name: weather⏎on_empty: ignore
  3:15 datasets[0].on_empty: one of skip, fail, success, got "ignore" (text)
name: weather => name: weather⏎throttle: { days_per_minute: .nan }
  3:34 datasets[0].throttle.days_per_minute: a number above 0, got NaN (number)
name: weather => name: weather⏎schedule: { cron: "30 6 * *", lookback_days: 1 }
  3:23 datasets[0].schedule.cron: a cron expression of five fields, got "30 6 * *" (text)
{ kind: csv, path: data/weather.csv, day_column: date } => []
  3:13 datasets[0].source: a mapping with the key kind (csv or , got a list of 0
kind: csv,  => 
  3:13 datasets[0].source.kind: csv or , got nothing
kind: csv => kind: constructor
  3:21 datasets[0].source.kind: csv or , got "constructor" (text)
path: data/weather.csv => path: "data/{day}/../*.csv"
  3:32 datasets[0].source.path: a path without ".." after a placeholder or a *, got "data/{day}/../*.csv" (text)
, day_column: date => 
  3:13 datasets[0].source.day_column: the column with the day of a row, or a path with a placeholder, got nothing
path: data/weather.csv, day_column: date => path: "{yyyy}/{mm}.csv"
  3:32 datasets[0].source.path: a path without "..", whose placeholders, got "{yyyy}/{mm}.csv" (text)
path: data/weather.csv => path: "s3://bucket/weather.csv"
  3:32 datasets[0].source.path: a path on this machine: s3:// and other schemes are not supported, got "s3://bucket/weather.csv" (text)
path: data/weather.csv => path: folder
  3:32 datasets[0].source.path: the path of a file, got a folder or a device at folder
kind: csv, path: data/weather.csv, day_column: date => kind: provider, module: ./b.ts
  3:39 datasets[0].source.module: the file of a module, its path relative to the datasets file, got nothing at /
kind: csv, path: data/weather.csv, day_column: date => kind: provider, module: ./folder
  3:39 datasets[0].source.module: the file of a module, got a folder or a device at
kind: csv, path: data/weather.csv, day_column: date => kind: sql, url: "sqlite:folder", query: select 1 where 1 = :day
  3:31 datasets[0].source.url: a file of SQLite, got a folder or a device at sqlite:folder
day_column: date => day_column: 5
  3:62 datasets[0].source.day_column: the name of a column, or a mapping with the keys from, pointer, format, time_zone, got 5 (number)
day_column: date => day_column: { format: iso }
  3:62 datasets[0].source.day_column: from, the name of a column, or pointer, got neither
day_column: date => day_column: { from: a, pointer: /a }
  3:62 datasets[0].source.day_column: from, the name of a column, or pointer, got both
day_column: date => day_column: { pointer: /a }
  3:73 datasets[0].source.day_column.pointer: from, the name of a column: a CSV file has no pointers, got "/a" (text)
day_column: date => day_column: { from: [y] }
  3:70 datasets[0].source.day_column.from: the name of a column, or a list of 2 to 4 different names, got a list of 1
day_column: date => day_column: { from: [y, m] }
  3:62 datasets[0].source.day_column.format: how the values of the 2 columns are written with - between them, such as year_month or yyyy-M-d-H (only three columns have a default, yyyy-M-d), got nothing
day_column: date => day_column: { from: [y, m], format: yyyy-M }
  3:86 datasets[0].source.day_column.format: iso, epoch_s, epoch_ms, year, year_month, or a date pattern, got "yyyy-M": it has no day: write dd, or the format year_month where a row has only a month
day_column: date => day_column: { from: [y, m], format: year }
  3:86 datasets[0].source.day_column.format: year_month, or a date pattern such as yyyy-M-d: the day is in 2 columns, got "year" (text)
day_column: date => day_column: { from: a, format: dd.MM.yy }
  3:81 datasets[0].source.day_column.format: iso, epoch_s, epoch_ms, year, year_month, or a date pattern, got "dd.MM.yy": yy is a year of two digits
day_column: date => day_column: { from: a, time_zone: Europe/Atlantis }
  3:84 datasets[0].source.day_column.time_zone: an IANA time zone, got "Europe/Atlantis" (text)
, day_column: date => , day_column: date, delimiter: ";;"
  3:79 datasets[0].source.delimiter: one character such as ; or \t, or auto, got ";;" (text)
, day_column: date => , day_column: date, quote: ","
  3:75 datasets[0].source.quote: a quote that is neither the delimiter nor the comment, got "," (text)
, day_column: date => , day_column: date, encoding: utf-99
  3:78 datasets[0].source.encoding: an encoding such as utf-8, windows-1252, got "utf-99" (text)
kind: csv, path: data/weather.csv, day_column: date => kind: provider
  3:13 datasets[0].source.module: text of 1 to 4096 characters, got nothing
kind: csv, path: data/weather.csv, day_column: date => kind: provider, module: a.ts, options: [eu]
  3:54 datasets[0].source.options: a mapping, got a list of 1
kind: csv, path: data/weather.csv, day_column: date => kind: provider, module: a.ts, options: &all { all: [*all] }
  3:67 datasets[0].source.options.all[0]: an alias outside of what it stands for, got "*all" (text)
table: weather_daily => table: batch
  5:14 datasets[0].target.table: a table name that is not Daysync's own, got "batch" (text)
date: date => sync_day: date
  7:9 datasets[0].target.columns.sync_day: a column name that is neither Daysync's own nor a database's, got "sync_day" (text)
date: date => "a b": date
  7:9 datasets[0].target.columns["a b"]: a name that matches, got "a b" (text)
date: date => __proto__: date
  7:9 datasets[0].target.columns.__proto__: a name that matches, got "__proto__" (text)
date: date => date: daet
  7:15 datasets[0].target.columns.date.type: one of text, integer, real, decimal, boolean, date, timestamp, json, got "daet" (text)
date: date => date:
  7:14 datasets[0].target.columns.date: a mapping with the keys from, pointer, value, type, format, time_zone, nullable, got null
nullable: true => nullable: maybe
  8:57 datasets[0].target.columns.wind.nullable: true or false, got "maybe" (text)
nullable: true => __proto__: {}
  8:47 datasets[0].target.columns.wind.__proto__: one of the keys from, pointer, value, type, format, time_zone, nullable, got the key "__proto__"
`;

describe('a wrong file', () => {
  const wrong = WRONG.trim()
    .split(/\n(?! )/)
    .map((lines) => {
      const parts = /^(.*) => (.*)\n {2}(.*), got (.*)$/.exec(lines)?.slice(1);
      if (parts === undefined) throw new Error(`expected a change and its error, got ${lines}`);
      return parts as [string, string, string, string];
    });
  it.each(wrong)('%s written as %s is reported', (from, change, expected, received) => {
    const before = VALID.slice(0, VALID.indexOf(from));
    const indent = ' '.repeat(before.length - before.lastIndexOf('\n') - 1);
    const to = change.replace('⏎', `\n${indent}`);
    const errors = placedErrorsOf(spoil(from, to));
    const isFound = errors.some(
      (error) => error.includes(expected) && error.includes(`, got ${received}`),
    );
    expect([errors, isFound]).toEqual([errors, true]);
    // `names` for `name` leaves the name missing as well.
    expect(errors).toHaveLength(to === 'names: weather' ? 2 : 1);
  });

  it.each([
    ['', '', 'a mapping with the keys datasets', 'null'],
    ['datasets: []', 'datasets', 'a list of at least one dataset', 'a list of 0'],
    ['{}', 'datasets', 'a list of at least one dataset', 'nothing'],
    ['datasets: [[]]', 'datasets[0]', 'a mapping with the keys name,', 'a list of 0'],
    ['datasets: [null]', 'datasets[0]', 'a mapping with the keys name,', 'null'],
  ])('%j is reported', (text, path, expected, received) => {
    expect(errorsOf(text)).toEqual([
      {
        path,
        line: 1,
        column: expect.any(Number) as unknown,
        expected: expect.stringContaining(expected) as unknown,
        received,
      },
    ]);
  });

  it('reports two datasets with one name and one table, at the second', () => {
    const second = VALID.replace('datasets:\n', '');
    expect(placedErrorsOf(VALID + second)).toEqual([
      '9:11 datasets[1].name: a dataset name of its own, not that of datasets[0].name, got "weather" (text)',
      '12:14 datasets[1].target.table: a table name of its own, not that of datasets[0].target.table, got "weather_daily" (text)',
    ]);
  });

  it('takes names for the same whatever their case', () => {
    const small = VALID.replace('datasets:\n', '');
    const large = small.replace('weather_daily', 'Weather_Daily');
    for (const entries of [small + large, large + small]) {
      expect(errorsOf(`datasets:\n${entries}`).map(({ expected }) => expected)).toContain(
        'a table name of its own, not that of datasets[0].target.table',
      );
    }
  });

  it('reports all errors at once, in the order of the file', () => {
    const errors = errorsOf(`datasets:
  - name: A
    colour: red
    source: { kind: csv, path: a.csv }
    target: { table: batch, columns: { x: int, sync_day: text } }
    attempts: many
  - 7
`);
    expect(errors.map(({ path, line }) => `${String(line)} ${path}`)).toEqual([
      '2 datasets[0].name',
      '3 datasets[0].colour',
      '4 datasets[0].source.day_column',
      '5 datasets[0].target.table',
      '5 datasets[0].target.columns.x.type',
      '5 datasets[0].target.columns.sync_day',
      '6 datasets[0].attempts',
      '7 datasets[1]',
    ]);
  });
});

describe('data that is not there yet', () => {
  const warningsOf = (from: string, to: string) => {
    const result = read(spoil(from, to), { DIR: 'out' });
    return result.ok ? result.warnings.map(({ line, path: at, text }) => [line, at, text]) : result;
  };
  const later = (what: string): string =>
    `${what} is not there yet: its days fail with SOURCE_FILE_MISSING until it is`;

  it.each([
    ['path: data/weather.csv', 'path: "${DIR}/w.csv"', 'path', '${DIR}/w.csv'],
    ['path: data/weather.csv, day_column: date', 'path: "in/{day}.csv"', 'path', 'the folder in/'],
    [
      'kind: csv, path: data/weather.csv, day_column: date',
      'kind: sql, url: sqlite:w.db, query: select 1 where 1 = :day',
      'url',
      'sqlite:w.db',
    ],
  ])('is a warning: %s as %s', (from, to, key, what) => {
    expect(warningsOf(from, to)).toEqual([[3, `datasets[0].source.${key}`, later(what)]]);
  });

  it('is a warning where the file is a link out of its folder', () => {
    symlinkSync('/etc/passwd', path.join(FOLDER, 'link.csv'));
    const warnings = warningsOf('path: data/weather.csv', 'path: link.csv');
    expect(JSON.stringify(warnings)).toContain('its days fail with SOURCE_BLOCKED');
  });

  it('is none where it is there', () => {
    expect(warningsOf('path: data/weather.csv', 'path: a.ts')).toEqual([]);
    expect(warningsOf('path: data/weather.csv, day_column: date', 'path: "{day}.csv"')).toEqual([]);
  });
});
