import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { addDays, calendarDay, listDays, type CalendarDay, type DayRange } from '@daysync/progress';
import type { BatchDay, RecordedDay } from '../api/wire';
import { batchDayOf } from '../live/batch-day.fixture';
import {
  cellOf,
  cellsOf,
  countStates,
  failedInGaps,
  gapsOf,
  knownDays,
  openInGaps,
  rangesToFill,
  sumStates,
  withChanges,
  type KnownDays,
} from './day-states';
import { recorded } from './recorded-day.fixture';

const day = calendarDay;
const START = day('2012-03-01');

const failed = (on: string, synced: boolean): RecordedDay =>
  recorded(on, { status: 'failed', rows: null, error_code: 'TIMEOUT', synced });
const empty = (on: string): RecordedDay =>
  recorded(on, { status: 'skipped', reason: 'no_data', rows: 0, synced: false });

const changed = (on: string, state: BatchDay['state'], changes: Partial<BatchDay> = {}): BatchDay =>
  batchDayOf(on, { state, rows: state === 'success' ? 3 : null, ...changes });

function known(...items: readonly RecordedDay[]): KnownDays {
  return knownDays({ items, today: day('2012-03-31'), not_expected: [], settled: [] });
}

const SOME = known(recorded('2012-03-05'), failed('2012-03-06', true), recorded('2012-03-20'));

/** Their rows are in another table; the last one has failed since. */
const ELSEWHERE = [
  recorded('2012-03-10', { synced: false, elsewhere: true }),
  recorded('2012-03-14', { status: 'failed', synced: false, elsewhere: true }),
];

describe('what a day is', () => {
  it.each([
    ['synced', '2012-03-05', SOME],
    ['kept', '2012-03-06', SOME],
    ['failed', '2012-03-07', known(failed('2012-03-07', false))],
    ['empty', '2012-03-07', known(empty('2012-03-07'))],
    ['gap', '2012-03-10', SOME],
    ['missing', '2012-03-04', SOME],
    ['missing', '2012-03-21', SOME],
    ['missing', '2012-03-31', known()],
    ['future', '2012-04-01', SOME],
    ['running', '2012-03-05', withChanges(SOME, [changed('2012-03-05', 'running')])],
    ['gap', '2012-03-10', known(...ELSEWHERE)],
    ['gap', '2012-03-12', known(...ELSEWHERE)],
    ['failed', '2012-03-14', known(...ELSEWHERE)],
    ['waiting', '2012-03-10', withChanges(known(...ELSEWHERE), [changed('2012-03-10', 'pending')])],
    ['synced', '2012-03-10', withChanges(known(...ELSEWHERE), [changed('2012-03-10', 'success')])],
    ['waiting', '2012-03-10', withChanges(SOME, [changed('2012-03-10', 'pending')])],
    ['waiting', '2012-03-06', withChanges(SOME, [changed('2012-03-06', 'pending')])],
  ])('%s: %s', (state, on, days) => {
    expect(cellOf(day(on), days).state).toBe(state);
  });

  it('stays what it is while a batch has yet to come to a day that is in, or that is to come', () => {
    const changes = [changed('2012-03-05', 'pending'), changed('2012-04-02', 'pending')];
    const days = withChanges(SOME, changes);
    expect(cellOf(day('2012-03-05'), days).state).toBe('synced');
    expect(cellOf(day('2012-04-02'), days).state).toBe('future');
  });

  it('has the rows and the error of the last attempt', () => {
    expect(cellOf(day('2012-03-05'), SOME)).toMatchObject({ rows: 2, error_code: null });
    expect(cellOf(day('2012-03-06'), SOME)).toMatchObject({ rows: null, error_code: 'TIMEOUT' });
  });
});

describe('the changes of a batch', () => {
  it('leave a record where a day was tried, and none where it was passed over', () => {
    const error = { code: 'TIMEOUT', text: 'took 60 s', row: null, column: null };
    const days = withChanges(SOME, [
      changed('2012-03-10', 'success'),
      changed('2012-03-11', 'failed', { error }),
      changed('2012-03-12', 'skipped', { reason: 'no_data' }),
      changed('2012-03-13', 'skipped', { reason: 'cancelled' }),
      changed('2012-03-20', 'failed', { error }),
      changed('2012-03-05', 'skipped', { reason: 'already_synced' }),
    ]);
    const states = ['10', '11', '12', '13', '20', '05'].map(
      (date) => cellOf(day(`2012-03-${date}`), days).state,
    );
    expect(states).toEqual(['synced', 'failed', 'empty', 'gap', 'kept', 'synced']);
  });

  it('close a day that was in flight', () => {
    const running = withChanges(SOME, [changed('2012-03-10', 'running')]);
    const after = withChanges(running, [changed('2012-03-10', 'success')]);
    expect(cellOf(day('2012-03-10'), after).state).toBe('synced');
    expect(after.open.size).toBe(0);
  });

  it('stretch the range in which a missing day is a gap', () => {
    const after = withChanges(SOME, [changed('2012-03-25', 'success')]);
    expect(cellOf(day('2012-03-22'), SOME).state).toBe('missing');
    expect(cellOf(day('2012-03-22'), after).state).toBe('gap');
  });

  it('leave what was known as it was', () => {
    withChanges(SOME, [changed('2012-03-10', 'success')]);
    expect(cellOf(day('2012-03-10'), SOME).state).toBe('gap');
    expect(withChanges(SOME, [])).toBe(SOME);
  });
});

describe('the cells of days', () => {
  const days = listDays(START, day('2012-03-31'));

  it('are the very objects that they were where nothing has changed', () => {
    const before = cellsOf(days, SOME);
    expect(cellsOf(days, { ...SOME }, before)).toBe(before);
    const after = cellsOf(days, withChanges(SOME, [changed('2012-03-10', 'success')]), before);
    expect(after).not.toBe(before);
    const others = after.filter((cell, index) => cell !== before[index]).map((cell) => cell.day);
    expect(others).toEqual(['2012-03-10']);
  });

  it('are counted by their states', () => {
    const counts = countStates(cellsOf(days, SOME));
    expect(counts).toMatchObject({ synced: 2, kept: 1, gap: 13, missing: 15, failed: 0 });
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(days.length);
    expect(sumStates([counts, counts])).toMatchObject({ synced: 4, gap: 26, failed: 0 });
  });
});

describe('gaps', () => {
  const MARCH: DayRange = { start_date: START, end_date: day('2012-03-31') };

  it('are the runs of days that are missing between the first and the last synced day', () => {
    const days = known(
      recorded('2012-03-05'),
      failed('2012-03-06', false),
      empty('2012-03-08'),
      failed('2012-03-10', true),
      recorded('2012-03-13'),
      failed('2012-03-20', false),
    );
    expect(gapsOf(days, MARCH)).toEqual([
      { start_date: '2012-03-06', end_date: '2012-03-07' },
      { start_date: '2012-03-09', end_date: '2012-03-09' },
      { start_date: '2012-03-11', end_date: '2012-03-12' },
    ]);
  });

  it('are found only in the shown days', () => {
    const shown = { start_date: day('2012-03-07'), end_date: day('2012-03-09') };
    expect(gapsOf(SOME, shown)).toEqual([shown]);
    expect(gapsOf(known(), MARCH)).toEqual([]);
  });

  it('leave out the days of an active batch, which are counted apart', () => {
    const days: KnownDays = {
      ...known(recorded('2012-03-01'), failed('2012-03-03', false), recorded('2012-03-10')),
      open: new Map([
        [day('2012-03-05'), 'running'],
        [day('2012-03-06'), 'waiting'],
        // It is synced, and runs again.
        [day('2012-03-10'), 'waiting'],
      ]),
    };
    const gaps = gapsOf(days, MARCH);
    expect(gaps).toEqual([
      { start_date: '2012-03-02', end_date: '2012-03-04' },
      { start_date: '2012-03-07', end_date: '2012-03-09' },
    ]);
    expect([openInGaps(days, MARCH), failedInGaps(days, MARCH)]).toEqual([2, 1]);
    expect(rangesToFill(gaps, days)).toEqual(gaps);
    expect(rangesToFill(gaps, { open: new Map() })).toEqual([
      { start_date: '2012-03-02', end_date: '2012-03-09' },
    ]);
    const retried: KnownDays = { ...days, open: new Map([[day('2012-03-03'), 'waiting']]) };
    expect([openInGaps(retried, MARCH), failedInGaps(retried, MARCH)]).toEqual([1, 0]);
  });

  it('have each open day once, and no other', () => {
    const kinds = fc.array(fc.constantFrom('none', 'synced', 'failed', 'empty'), { maxLength: 31 });
    fc.assert(
      fc.property(kinds, (kinds) => {
        const items = kinds.flatMap((kind, index): RecordedDay[] => {
          const on = addDays(START, index);
          if (kind === 'none') return [];
          if (kind === 'empty') return [empty(on)];
          return [kind === 'synced' ? recorded(on) : failed(on, false)];
        });
        const [first, last] = [kinds.indexOf('synced'), kinds.lastIndexOf('synced')];
        const open = kinds.flatMap((kind, index): CalendarDay[] =>
          index > first && index < last && (kind === 'none' || kind === 'failed')
            ? [addDays(START, index)]
            : [],
        );
        const gaps = gapsOf(known(...items), MARCH);
        expect(gaps.flatMap((gap) => listDays(gap.start_date, gap.end_date))).toEqual(open);
        for (const [index, gap] of gaps.entries()) {
          const next = gaps[index + 1];
          if (next !== undefined) expect(addDays(gap.end_date, 1) < next.start_date).toBe(true);
        }
      }),
    );
  });
});

describe('days that are not expected', () => {
  /** March 2012 without its weekends; Saturday the 10th was synced before. */
  const items = [
    recorded('2012-03-01'),
    recorded('2012-03-10'),
    failed('2012-03-11', false),
    failed('2012-03-17', true),
    recorded('2012-03-21'),
  ];
  const weekends = ['03', '10', '17', '24', '31'].map((date) => ({
    start_date: day(`2012-03-${date}`),
    end_date: date === '31' ? day('2012-03-31') : addDays(day(`2012-03-${date}`), 1),
  }));
  const settled_at = '2012-04-01T00:00:00.000Z';
  const byAna = { reason: 'A power cut', settled_by: 'ana', settled_at };
  /** Of these days only the 11th is not in the target; the 21st was synced after it was marked. */
  const settled = [
    { start_date: day('2012-03-10'), end_date: day('2012-03-11'), ...byAna },
    { start_date: day('2012-03-21'), end_date: day('2012-03-21'), ...byAna },
  ];
  const days = knownDays({ items, today: day('2012-03-26'), not_expected: weekends, settled });

  it.each([
    ['not_expected', '2012-03-03', 'between synced days'],
    ['not_expected', '2012-03-24', 'after all synced days'],
    ['not_expected', '2012-03-31', 'in the future'],
    ['not_expected', '2012-03-11', 'even if it has failed'],
    ['not_expected', '2012-03-17', 'even if it has failed after a success'],
    ['synced', '2012-03-10', 'unless it was synced'],
    ['gap', '2012-03-02', 'unlike an expected day'],
    ['missing', '2012-03-22', 'unlike an expected day'],
    ['future', '2012-03-30', 'unlike an expected day'],
  ] as const)('are %s: %s, %s', (...[state, on]) => {
    expect(cellOf(day(on), days).state).toBe(state);
  });

  it('say who has marked them and why, unless they are in the target', () => {
    expect(cellOf(day('2012-03-11'), days).settlement).toEqual(byAna);
    for (const on of ['2012-03-10', '2012-03-21', '2012-03-03'] as const) {
      expect(cellOf(day(on), days).settlement).toBeNull();
    }
  });

  it('are drawn anew with another reason, and not with the same one', () => {
    const on = [day('2012-03-11')];
    const cells = cellsOf(on, days);
    const withReason = (reason: string): KnownDays => ({
      ...days,
      settled: new Map([[day('2012-03-11'), { ...byAna, reason }]]),
    });
    expect(cellsOf(on, withReason('A power cut'), cells)).toBe(cells);
    expect(cellsOf(on, withReason('Another'), cells)).not.toBe(cells);
  });

  it('are no gaps, and no failed days of gaps', () => {
    const shown = { start_date: day('2012-01-01'), end_date: day('2012-12-31') };
    expect(gapsOf(days, shown)).toEqual([
      { start_date: '2012-03-02', end_date: '2012-03-02' },
      { start_date: '2012-03-05', end_date: '2012-03-09' },
      { start_date: '2012-03-12', end_date: '2012-03-16' },
      { start_date: '2012-03-19', end_date: '2012-03-20' },
    ]);
    expect(failedInGaps(days, shown)).toBe(0);
    expect(openInGaps(withChanges(days, [changed('2012-03-11', 'pending')]), shown)).toBe(0);
  });
});

describe('a marked day', () => {
  const marked = recorded('2012-03-02', { unusual: ['rows'] });
  const mark = { kind: 'unusual', of: 'rows', text: 't', value: 1, median: 2, days: 8 } as const;

  it('is unusual while its rows are in the target, and counted apart', () => {
    const state = known(recorded('2012-03-01'), marked);
    expect(cellOf(marked.day, state)).toMatchObject({ state: 'synced', unusual: true });
    const cells = cellsOf([day('2012-03-01'), marked.day], state);
    expect(countStates(cells)).toMatchObject({ synced: 2, unusual: 1 });
    const failedSince = known(recorded('2012-03-02', { ...marked, status: 'failed' }));
    expect(cellOf(marked.day, failedSince)).toMatchObject({ state: 'kept', unusual: false });
  });

  it('follows the outcomes of a batch', () => {
    const before = known(marked);
    const good = withChanges(before, [changed('2012-03-02', 'success')]);
    expect(cellOf(marked.day, good).unusual).toBe(false);
    const unusual = withChanges(good, [changed('2012-03-02', 'success', { marks: [mark] })]);
    expect(cellOf(marked.day, unusual).unusual).toBe(true);
    const [cell] = cellsOf([marked.day], good);
    expect(cell && cellsOf([marked.day], unusual, [cell])[0]).not.toBe(cell);
  });
});
