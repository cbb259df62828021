import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { coverageOf, dailyInShanghai, datasetOf, NO_ATTENTION } from './dataset.fixture';
import {
  directionOf,
  orderedBy,
  readOrder,
  sortDatasets,
  writeOrder,
  type DatasetSort,
} from './datasets-order';

const NOW = Date.parse('2026-05-09T23:00:00.000Z');
const day = calendarDay('2026-05-08');

const DATASETS = [
  datasetOf({
    name: 'b',
    coverage: coverageOf({
      synced: 9,
      failed: 2,
      last_success: { day, at: '2026-05-09T10:00:00.000Z' },
    }),
  }),
  datasetOf({ name: 'a10', coverage: coverageOf({ synced: 10 }) }),
  datasetOf({
    name: 'a9',
    coverage: coverageOf({ failed: 3, last_success: { day, at: '2026-05-08T10:00:00.000Z' } }),
    schedule: dailyInShanghai(),
  }),
];

const sorted = (text: string): string =>
  sortDatasets(DATASETS, readOrder(text), ({ name }) => name, NOW)
    .map(({ name }) => name)
    .join(' ');

describe('the order of the datasets', () => {
  it('has those first that need a person: late ones, then by their most urgent kind', () => {
    const needs: readonly (readonly [string, Partial<typeof NO_ATTENTION>])[] = [
      ['none', {}],
      ['drifted', { rank: 4 }],
      ['quarantined', { rank: 3 }],
      ['unusual', { rank: 2 }],
      ['unusual as well', { rank: 2 }],
      ['uncovered', { rank: 1 }],
      ['late', { rank: 0 }],
      ['none as well', {}],
    ];
    const datasets = needs.map(([name, changes]) =>
      datasetOf({ name, attention: { ...NO_ATTENTION, ...changes } }),
    );
    const names = sortDatasets(datasets, undefined, ({ name }) => name, NOW).map(
      ({ name }) => name,
    );
    expect(names).toEqual([
      ...['late', 'uncovered', 'unusual', 'unusual as well', 'quarantined', 'drifted'],
      ...['none', 'none as well'],
    ]);
  });

  it('is that of the file, or that of a column, numbers in names by their value', () => {
    expect(sorted('')).toBe('b a10 a9');
    expect(sorted('by_chance')).toBe('b a10 a9');
    expect(sorted('name')).toBe('a9 a10 b');
    expect(sorted('-name')).toBe('b a10 a9');
    expect(sorted('-synced')).toBe('a10 b a9');
    expect(sorted('-failed')).toBe('a9 b a10');
  });

  it('puts datasets without a value last in both directions', () => {
    expect(sorted('last_success')).toBe('a9 b a10');
    expect(sorted('-last_success')).toBe('b a9 a10');
    expect(sorted('next_run')).toBe('a9 b a10');
    expect(sorted('-next_run')).toBe('a9 b a10');
  });

  it('starts with what needs attention, and turns around at the second click', () => {
    const clicks = (field: DatasetSort): string[] => {
      const first = orderedBy(readOrder('name'), field);
      return [writeOrder(first), writeOrder(orderedBy(first, field))];
    };
    expect(clicks('failed')).toEqual(['-failed', 'failed']);
    expect(clicks('last_success')).toEqual(['last_success', '-last_success']);
    expect(clicks('name')).toEqual(['-name', 'name']);
    expect(directionOf(readOrder('-failed'), 'failed')).toBe('descending');
    expect(directionOf(readOrder('-failed'), 'name')).toBeNull();
  });
});
