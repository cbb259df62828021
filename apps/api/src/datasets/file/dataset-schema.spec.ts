import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDatasets } from './dataset-file.js';
import {
  changed,
  fileOf,
  isRead,
  placesIn,
  SOURCES,
  validate,
  type Mapping,
} from './dataset-schema.fixture.js';
import { datasetsSchema } from './dataset-schema.js';

const SHIPPED = new URL('../../../../../docs/datasets.schema.json', import.meta.url);
const OUR_FILE = new URL('../../../../../datasets.yaml', import.meta.url);

describe('the schema of the datasets file', () => {
  it('is shipped as it is made: `npm run datasets:schema` writes it', () => {
    expect(JSON.parse(readFileSync(SHIPPED, 'utf8'))).toEqual(datasetsSchema());
  });

  it('is named by the datasets file that comes with Daysync, and takes it', () => {
    const text = readFileSync(OUR_FILE, 'utf8');
    const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '';
    expect(new URL(named, OUR_FILE).href).toBe(SHIPPED.href);
    validate(parse(text));
    expect(validate.errors).toBeNull();
  });

  describe.each(Object.entries(SOURCES))('for a source of the kind %s', (_, source) => {
    const file = fileOf(source);

    it('takes every key', () => {
      validate(file);
      expect(validate.errors).toBeNull();
      expect(isRead(file)).toBe(true);
    });

    it('refuses an unknown key of any mapping, as the reader does', () => {
      // Options are the provider's; the keys of columns and headers are names, those of a map are values.
      const mappings = [[], ...placesIn(file)].filter((path) => {
        const key = path.at(-1);
        const value = path.reduce<unknown>((at, step) => (at as Mapping)[step], file);
        const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
        return isMapping && !['options', 'columns', 'headers', 'map'].includes(String(key));
      });
      expect(mappings.length).toBeGreaterThan(6);
      for (const path of mappings) {
        const other = changed(file, [...path, 'colour'], 'blue');
        expect([path, validate(other), isRead(other)]).toEqual([path, false, false]);
      }
    });
  });

  it.each([
    ['from and pointer', ['wind', 'pointer'], '/a', false],
    ['a pointer beside a from that is null', ['city', 'from'], null, true],
    ['a column name that is taken', ['sync_day'], 'text', false],
    ['a column name that is none', ['Wind'], 'text', false],
    ['a column name from the environment', ['${NAME}'], 'text', false],
    ['a value beside a from', ['origin', 'from'], 'b', false],
    ['a value beside a default', ['origin', 'default'], 'b', false],
    ['a format of a text', ['state', 'format'], 'iso', false],
    ['a format of a date', ['read_at', 'type'], 'date', true],
    ['a column by its type alone', ['wind'], 'json', true],
    ['a list of types', ['wind'], ['json'], false],
  ])('agrees with the reader on %s', (_, path, value, isValid) => {
    const other = changed(
      fileOf(SOURCES.csv),
      ['datasets', 0, 'target', 'columns', ...path],
      value,
    );
    expect([validate(other), isRead(other)]).toEqual([isValid, isValid]);
  });

  it('takes a title that is one text', () => {
    const other = changed(fileOf(SOURCES.csv), ['datasets', 0, 'title'], 'Weather');
    expect([validate(other), isRead(other)]).toEqual([true, true]);
  });

  it('lets a variable stand for every text, and for nothing else', () => {
    const env = { NAME: 'fail' };
    const withVariable = (key: string): [boolean, boolean] => {
      const file = changed(fileOf(SOURCES.csv), ['datasets', 0, key], '${NAME}');
      return [validate(file), readDatasets(JSON.stringify(file), { folder: '/', env }).ok];
    };
    expect(withVariable('name')).toEqual([true, true]);
    expect(withVariable('on_empty')).toEqual([true, true]);
    expect(withVariable('concurrency')).toEqual([false, false]);
  });

  it('takes what only the whole file, its variables or Node can refuse', () => {
    const [dataset] = fileOf(SOURCES.csv)['datasets'] as Mapping[];
    const twice = { datasets: [dataset, dataset] };
    expect([validate(twice), isRead(twice)]).toEqual([true, false]);
    for (const [key, value] of [
      ['schedule', { cron: '0 0 30 2 *', lookback_days: 1 }],
      ['schedule', { cron: '60 6 * * *', lookback_days: 1 }],
      ['time_zone', 'Atlantis/Capital'],
      ['title', '${UNSET}'],
      ['title', 'a\0b'],
      // In UTF-16 twice as long.
      ['title', '𝄞'.repeat(501)],
    ] as const) {
      const file = changed(fileOf(SOURCES.csv), ['datasets', 0, key], value);
      expect([validate(file), isRead(file)]).toEqual([true, false]);
    }
  });
});
