import { describe, expect, it } from 'vitest';
import { compareFiles } from './file-changes.js';

const weather = {
  name: 'weather',
  source: { kind: 'csv', path: 'weather.csv', day_column: 'date' },
  target: { table: 'weather', columns: { wind: 'real', rain: { type: 'real', nullable: true } } },
};
const NONE = { added: [], removed: [], changed: [] };

describe('what differs between two datasets files', () => {
  it('is nothing where only the order of keys does', () => {
    const { name, source, target } = weather;
    const after = { datasets: [{ target, source, name }] };
    expect(compareFiles({ datasets: [weather] }, after)).toEqual({
      datasets: NONE,
      webhooks: NONE,
    });
    // Before the first file, everything is new.
    expect(compareFiles(undefined, after).datasets.added).toEqual(['weather']);
  });

  it('names each key that has changed, down to a column or a header', () => {
    const after = {
      ...weather,
      title: 'Weather',
      throttle: { days_per_minute: 60 },
      source: { ...weather.source, path: 'other.csv' },
      target: { table: 'weather', columns: { rain: 'real', 'a b': 'text' } },
    };
    const { changed } = compareFiles({ datasets: [weather] }, { datasets: [after] }).datasets;
    expect(changed).toEqual([
      {
        name: 'weather',
        keys: [
          'source.path',
          'target.columns.wind',
          'target.columns.rain',
          'target.columns["a b"]',
          'title',
          'throttle',
        ],
      },
    ]);
  });
});
