import { describe, expect, it } from 'vitest';
import type { Dataset } from '../api/wire';
import { attentionNotes } from './attention';
import { coverageOf, datasetOf, NO_ATTENTION, TWO_GAPS } from './dataset.fixture';

const notesOf = (
  attention: Partial<Dataset['attention']>,
  coverage: Partial<Dataset['coverage']> = {},
): unknown =>
  attentionNotes(
    datasetOf({ attention: { ...NO_ATTENTION, ...attention }, coverage: coverageOf(coverage) }),
  ).map(({ kind, count }) => [kind, count]);

describe('the notes of a dataset', () => {
  it('say what needs a person, the most urgent first', () => {
    const counts = { drifted_days: 4, quarantined_rows: 3, unusual_days: 2, uncovered_days: 1 };
    expect(notesOf(counts)).toEqual([
      ['uncovered', 1],
      ['unusual', 2],
      ['quarantined', 3],
      ['drifted', 4],
    ]);
    expect(notesOf({ late: true })).toEqual([]);
  });

  it('leave out missing and failed days that gaps or failures count already', () => {
    const uncovered_days = 3;
    expect(notesOf({ uncovered_days }, { gaps: TWO_GAPS })).toEqual([]);
    expect(notesOf({ uncovered_days }, { failed: 3 })).toEqual([]);
    expect(notesOf({ uncovered_days: 5 }, { gaps: TWO_GAPS, failed: 2 })).toEqual([
      ['uncovered', 5],
    ]);
  });
});
