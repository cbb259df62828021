import { describe, expect, it } from 'vitest';
import { datasetIn, readDataset } from './valid-file.fixture.js';

const read = (onBadRow: unknown) => readDataset({ on_bad_row: onBadRow });

describe('on_bad_row', () => {
  it.each([
    [undefined, null],
    [null, null],
    [{ quarantine: 100 }, { rows: 100 }],
    [{ quarantine: '1%' }, { percent: 1 }],
    [{ quarantine: '0.5%' }, { percent: 0.5 }],
    [{ quarantine: '100%' }, { percent: 100 }],
  ])('%j is read', (written, expected) => {
    expect(datasetIn(read(written)).onBadRow).toEqual(expected);
  });

  it.each([
    ['skip', 'datasets[0].on_bad_row', 'fail, or a mapping with the key quarantine'],
    [{}, 'datasets[0].on_bad_row.quarantine', 'a whole number of rows from 1 to 100000'],
    [{ quarantine: 0 }, 'datasets[0].on_bad_row.quarantine', 'a whole number'],
    [{ quarantine: 1.5 }, 'datasets[0].on_bad_row.quarantine', 'a whole number'],
    [{ quarantine: '0%' }, 'datasets[0].on_bad_row.quarantine', 'or a percentage above 0%'],
    [{ quarantine: '101%' }, 'datasets[0].on_bad_row.quarantine', 'or a percentage above 0%'],
    [{ most: 1 }, 'datasets[0].on_bad_row.most', 'one of the keys quarantine'],
  ])('%j is an error with its path', (written, path, expected) => {
    const result = read(written);
    expect(result.ok ? [] : result.errors).toContainEqual(
      expect.objectContaining({ path, expected: expect.stringContaining(expected) as unknown }),
    );
  });

  it('makes another fingerprint than without quarantine, whatever its bound', () => {
    const of = (written: unknown): string => datasetIn(read(written)).fingerprint;
    expect(of('fail')).toBe(of(undefined));
    expect(of({ quarantine: 1 })).not.toBe(of('fail'));
    expect(of({ quarantine: 1 })).toBe(of({ quarantine: '2%' }));
  });
});
