import {
  calendarDay,
  listDays,
  SYNC_MODES,
  type CalendarDay,
  type Outcome,
} from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { EVERY_DAY, expectedDaysOf } from '../datasets/expected/expected-days.js';
import {
  planChosen,
  planDays,
  planHash,
  withRechecks,
  type PlanInput,
  type PlannedDay,
} from './plan.js';

const day = calendarDay;

function plan(overrides: Partial<PlanInput> = {}): ReturnType<typeof planDays> {
  return planDays({
    start: day('2025-10-01'),
    end: day('2025-10-04'),
    order: 'asc',
    mode: 'missing_and_failed',
    expected: EVERY_DAY,
    lastTries: new Map<CalendarDay, Outcome>([
      [day('2025-10-01'), 'success'],
      [day('2025-10-02'), 'failed'],
      [day('2025-10-03'), 'skipped'],
    ]),
    elsewhere: new Set(),
    kept: new Set(),
    incomplete: new Set(),
    today: day('2025-12-31'),
    ...overrides,
  });
}

const written = (planned: ReturnType<typeof planDays>): string[] =>
  planned.map(({ action, reason }) => `${action} ${reason}`);

/** The modes that sync days; `verify` compares them. */
const MODES = SYNC_MODES.filter((mode) => mode !== 'verify' && mode !== 'move');

/** Every day but the first two days of October 2025. */
const afterTheSecond = expectedDaysOf({
  expected: {
    ...{ rule: 'FREQ=DAILY', from: day('2025-10-03'), until: null, except: [] },
    writtenExcept: null,
  },
});

describe('days that are not expected', () => {
  it.each(SYNC_MODES)('are skipped in mode %s, whatever their last try was', (mode) => {
    const planned = plan({ mode, expected: afterTheSecond });
    const all = plan({ mode });
    expect(written(planned.slice(0, 2))).toEqual(['skip not_expected', 'skip not_expected']);
    expect(planned.slice(2)).toEqual(all.slice(2));
  });

  it('are so in the future too', () => {
    expect(written(plan({ expected: afterTheSecond, today: day('2025-09-30') }))).toEqual([
      ...['skip not_expected', 'skip not_expected'],
      ...['skip future_date', 'skip future_date'],
    ]);
  });

  it('are skipped where they were chosen by themselves', () => {
    expect(planChosen(day('2025-10-01'), 'failed', afterTheSecond)).toEqual({
      ...{ day: '2025-10-01', action: 'skip', reason: 'not_expected' },
    });
    expect(planChosen(day('2025-10-03'), 'failed', afterTheSecond)).toEqual({
      ...{ day: '2025-10-03', action: 'run', reason: 'failed' },
    });
  });
});

describe('planDays', () => {
  it.each([
    ['missing', ['skip already_synced', 'skip failed_before', 'run missing', 'run missing']],
    ['missing_and_failed', ['skip already_synced', 'run failed', 'run missing', 'run missing']],
    ['incomplete', ['skip already_synced', 'run failed', 'run missing', 'run missing']],
    ['all', ['run synced', 'run failed', 'run missing', 'run missing']],
    ['verify', ['run verify', 'skip not_synced', 'run verify', 'skip not_synced']],
  ] as const)('in mode %s tries the days that the mode is for, and says why', (mode, expected) => {
    expect(written(plan({ mode }))).toEqual(expected);
  });

  it('in mode verify runs every day whose rows are in the target, or that has none', () => {
    const kept = new Set([day('2025-10-02')]);
    const elsewhere = new Set([day('2025-10-01')]);
    expect(written(plan({ mode: 'verify', kept, elsewhere }))).toEqual([
      ...['skip not_synced', 'run verify', 'run verify', 'skip not_synced'],
    ]);
  });

  it('in mode move runs every day that has succeeded and is in another target', () => {
    const elsewhere = new Set([day('2025-10-01'), day('2025-10-02')]);
    const [succeeded, failed, ...others] = written(plan({ mode: 'move', elsewhere }));
    expect([succeeded, failed]).toEqual(['run move', 'run move']);
    expect(others).toEqual(['skip not_synced', 'skip not_synced']);
    expect(written(plan({ mode: 'move' }))[0]).toBe('skip already_synced');
  });

  it.each(MODES)('in mode %s takes for missing what is in another table', (mode) => {
    const elsewhere = new Set([day('2025-10-01'), day('2025-10-02')]);
    const [first, second] = written(plan({ mode, elsewhere }));
    expect(first).toBe('run missing');
    // It has failed since: nothing of it is in the target, so that no mode leaves it out.
    expect(second).toBe(mode === 'missing' ? 'run missing' : 'run failed');
  });

  it.each([
    ['missing', 'skip already_synced'],
    ['missing_and_failed', 'skip already_synced'],
    ['incomplete', 'run incomplete'],
    ['all', 'run synced'],
  ] as const)('in mode %s does this with a day that lacks a column: %s', (mode, expected) => {
    expect(written(plan({ mode, incomplete: new Set([day('2025-10-01')]) }))[0]).toBe(expected);
  });

  it('skips the days after today, in every mode', () => {
    for (const mode of SYNC_MODES) {
      const planned = written(plan({ mode, today: day('2025-10-02'), lastTries: new Map() }));
      const isKept = mode === 'verify' || mode === 'move';
      const past = isKept ? 'skip not_synced' : 'run missing';
      expect(planned).toEqual([past, past, 'skip future_date', 'skip future_date']);
    }
  });

  it('takes the days from the last to the first when asked to', () => {
    const days = listDays(day('2025-10-01'), day('2025-10-04'));
    expect(plan().map((planned) => planned.day)).toEqual(days);
    expect(plan({ order: 'desc' }).map((planned) => planned.day)).toEqual(days.toReversed());
  });
});

const START = calendarDay('2025-10-01');
const END = calendarDay('2025-10-02');
const REQUEST = {
  dataset: 'weather',
  fingerprint: 'f1',
  start: START,
  end: END,
  order: 'asc',
  mode: 'all',
  verify: null,
} as const;
const DAYS: readonly PlannedDay[] = [
  { day: START, action: 'run', reason: 'missing' },
  { day: END, action: 'skip', reason: 'already_synced' },
];

describe('planHash', () => {
  it('is the same for the same plan', () => {
    expect(planHash(REQUEST, DAYS)).toBe(planHash({ ...REQUEST }, [...DAYS]));
    expect(planHash(REQUEST, DAYS)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is the same where a day that runs does so for another reason', () => {
    const failedMeanwhile: PlannedDay = { day: START, action: 'run', reason: 'failed' };
    expect(planHash(REQUEST, [failedMeanwhile, ...DAYS.slice(1)])).toBe(planHash(REQUEST, DAYS));
  });

  it.each<[string, string]>([
    [
      'another day runs',
      planHash(
        REQUEST,
        DAYS.map(({ day }) => ({ day, action: 'run', reason: 'missing' })),
      ),
    ],
    [
      'a day is skipped for another reason',
      planHash(REQUEST, [...DAYS.slice(0, 1), { day: END, action: 'skip', reason: 'future_date' }]),
    ],
    ['it verifies', planHash({ ...REQUEST, mode: 'verify', verify: 'repair' }, DAYS)],
    ['it only reports', planHash({ ...REQUEST, mode: 'verify', verify: 'report' }, DAYS)],
    ['the order turns', planHash({ ...REQUEST, order: 'desc' }, DAYS)],
    ['the dataset is configured anew', planHash({ ...REQUEST, fingerprint: 'f2' }, DAYS)],
  ])('is another one when %s', (_what, hash) => {
    expect(hash).not.toBe(planHash(REQUEST, DAYS));
  });
});

describe('days that are verified beside a plan', () => {
  const at = (text: string): CalendarDay => day(`2025-01-${text}`);
  const recorded = {
    ...{ incomplete: new Set<never>(), kept: new Set<never>() },
    elsewhere: new Set([at('03')]),
    lastTries: new Map([
      [at('01'), 'success'],
      [at('02'), 'skipped'],
      [at('03'), 'success'],
      [at('04'), 'failed'],
      [at('09'), 'success'],
    ] as const),
    expected: EVERY_DAY,
  };

  it('are those that are synced, in the order of the calendar', () => {
    const planned = [
      { day: at('09'), action: 'skip', reason: 'already_synced' },
      { day: at('10'), action: 'run', reason: 'missing' },
    ] as const;
    const rechecks = ['01', '02', '03', '04', '05', '09', '10'].map(at);
    const lines = withRechecks(planned, rechecks, recorded).map(
      (plan) => `${plan.day} ${plan.action} ${plan.reason}`,
    );
    expect(lines).toEqual([
      '2025-01-01 run verify',
      '2025-01-02 run verify',
      '2025-01-09 run verify',
      '2025-01-10 run missing',
    ]);
  });
});
