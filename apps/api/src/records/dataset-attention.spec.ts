import { calendarDay, type DayRange } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { EVERY_DAY } from '../datasets/expected/expected-days.js';
import { withoutSettled } from '../datasets/expected/settled-days.js';
import { attentionOf, type KnownOfDataset } from './dataset-attention.js';

const day = (date: string) => calendarDay(`2025-01-${date}`);
const range = (start: string, end: string): DayRange => ({
  start_date: day(start),
  end_date: day(end),
});
const FINE: KnownOfDataset = {
  counts: {
    ...{ drifted: 0, unusual: 0, failures_without_rows: [] },
    ever_synced: range('05', '20'),
  },
  ...{ gaps: [], expected: EVERY_DAY, quarantinedRows: 0, isLate: false },
};
const NONE = {
  ...{ needed: false, late: false, uncovered_days: 0, unusual_days: 0 },
  ...{ quarantined_rows: 0, drifted_days: 0 },
};

describe('what of a dataset needs a person', () => {
  it.each<[string, Partial<KnownOfDataset>, object]>([
    ['nothing', {}, NONE],
    ['a late day', { isLate: true }, { ...NONE, needed: true, late: true }],
    [
      'unusual days',
      { counts: { ...FINE.counts, unusual: 2 } },
      { ...NONE, needed: true, unusual_days: 2 },
    ],
    [
      'drifted days',
      { counts: { ...FINE.counts, drifted: 3 } },
      { ...NONE, needed: true, drifted_days: 3 },
    ],
    ['rows in quarantine', { quarantinedRows: 4 }, { ...NONE, needed: true, quarantined_rows: 4 }],
    [
      'the days of gaps, failed ones among them, and failed days outside, each once',
      {
        gaps: [range('07', '09'), range('12', '12')],
        counts: { ...FINE.counts, failures_without_rows: [day('08'), day('21'), day('02')] },
      },
      { ...NONE, needed: true, uncovered_days: 6 },
    ],
    [
      'no failed day that is settled',
      {
        expected: withoutSettled(EVERY_DAY, [{ day: day('21') }]),
        counts: { ...FINE.counts, failures_without_rows: [day('21')] },
      },
      NONE,
    ],
    [
      'failed days of a dataset that was never synced',
      { counts: { ...FINE.counts, ever_synced: null, failures_without_rows: [day('08')] } },
      { ...NONE, needed: true, uncovered_days: 1 },
    ],
  ])('is %s', (_, known, attention) => {
    expect(attentionOf({ ...FINE, ...known })).toEqual(attention);
  });
});
