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
    ...{ drifted: [], unusual: [], failures_without_rows: [] },
    ever_synced: range('05', '20'),
  },
  ...{ gaps: [], expected: EVERY_DAY, unfilled: [], quarantined: [], isLate: false },
};
const NONE = {
  ...{ needed: false, rank: null, late: false, uncovered_days: 0, unusual_days: 0 },
  ...{ quarantined_rows: 0, drifted_days: 0 },
};
const needing = (rank: number, found: object): object => ({
  ...{ ...NONE, needed: true, rank },
  ...found,
});

describe('what of a dataset needs a person', () => {
  it.each<[string, Partial<KnownOfDataset>, object]>([
    ['nothing', {}, NONE],
    ['a late day', { isLate: true }, needing(0, { late: true })],
    [
      'unusual days',
      { counts: { ...FINE.counts, unusual: [day('06'), day('08')] } },
      needing(2, { unusual_days: 2 }),
    ],
    [
      'drifted days',
      { counts: { ...FINE.counts, drifted: [day('06'), day('07'), day('08')] } },
      needing(4, { drifted_days: 3 }),
    ],
    [
      'rows in quarantine, those that belong to no day among them',
      {
        quarantined: [
          { day: '', rows: 1 },
          { day: day('06'), rows: 3 },
        ],
      },
      needing(3, { quarantined_rows: 4 }),
    ],
    [
      'the days of gaps, failed ones among them, and failed days outside, each once',
      {
        gaps: [range('07', '09'), range('12', '12')],
        counts: {
          ...{ ...FINE.counts, drifted: [day('05')] },
          failures_without_rows: [day('08'), day('21'), day('02')],
        },
      },
      needing(1, { uncovered_days: 6, drifted_days: 1 }),
    ],
    [
      'days without rows that the rule names, wherever they are',
      { unfilled: [day('06'), day('25')] },
      needing(1, { uncovered_days: 2 }),
    ],
    [
      'no day that batches skip',
      {
        expected: withoutSettled(EVERY_DAY, [{ day: day('21') }]),
        unfilled: [day('21')],
        counts: {
          ...FINE.counts,
          ...{ drifted: [day('21')], failures_without_rows: [day('21')], unusual: [day('21')] },
        },
        quarantined: [{ day: day('21'), rows: 1 }],
      },
      NONE,
    ],
    [
      'failed days of a dataset that was never synced',
      { counts: { ...FINE.counts, ever_synced: null, failures_without_rows: [day('08')] } },
      needing(1, { uncovered_days: 1 }),
    ],
  ])('is %s', (_, known, attention) => {
    expect(attentionOf({ ...FINE, ...known })).toEqual(attention);
  });
});
