import { describe, expect, it } from 'vitest';
import type { Plan, PlannedDay } from '../api/wire.js';
import { MESSAGES } from '../terminal/messages.js';
import { planLines } from './preview.js';

const day = (date: string, reason: PlannedDay['reason'], action: PlannedDay['action'] = 'run') => ({
  day: `2012-01-${date}`,
  action,
  reason,
});

const PLAN: Plan = {
  ...{ dataset: 'weather', plan_hash: '0f3a', total: 6, run: 5, skip: 1 },
  run_reasons: [
    { reason: 'missing', count: 4 },
    { reason: 'failed', count: 1 },
  ],
  skip_reasons: [{ reason: 'already_synced', count: 1 }],
  elsewhere: null,
  incomplete: null,
  estimate: { likely_ms: 65_000, late_ms: 90_000 },
  days: [
    day('01', 'missing'),
    day('02', 'missing'),
    day('03', 'failed'),
    day('04', 'missing'),
    day('05', 'already_synced', 'skip'),
    day('06', 'missing'),
  ],
};

describe('planLines', () => {
  it('groups days by action and reason, and joins consecutive days', () => {
    expect(planLines(PLAN, MESSAGES.en)).toEqual([
      'weather: 6 days',
      'to sync: 5',
      '  missing: 4 (2012-01-01…2012-01-02, 2012-01-04, 2012-01-06)',
      '  failed before: 1 (2012-01-03)',
      'to skip: 1',
      '  already synced: 1 (2012-01-05)',
      'about 1 min 5 s',
      'Start exactly this plan with --plan-hash 0f3a',
    ]);
  });

  it('counts the days that are not expected, without their ranges', () => {
    const plan: Plan = {
      ...PLAN,
      ...{ total: 8, skip: 3 },
      skip_reasons: [...PLAN.skip_reasons, { reason: 'not_expected', count: 2 }],
      days: [...PLAN.days, day('07', 'not_expected', 'skip'), day('08', 'not_expected', 'skip')],
    };
    expect(planLines(plan, MESSAGES.en).slice(0, 6)).toEqual([
      'weather: 8 days',
      '6 expected days, 2 others skipped',
      'to sync: 5',
      '  missing: 4 (2012-01-01…2012-01-02, 2012-01-04, 2012-01-06)',
      '  failed before: 1 (2012-01-03)',
      'to skip: 1',
    ]);
    expect(planLines(plan, MESSAGES.zh)[1]).toBe('数据日 6 天，其余 2 天跳过');
  });

  it('says which synced days are not in the target, and which lack a column', () => {
    const range = { start_date: '2012-01-01', end_date: '2012-01-02' };
    const target = {
      elsewhere: { table: 'orders_v2', days: 2, tables: ['orders'], range },
      incomplete: { table: 'orders_v2', days: 1, columns: ['discount'], range },
    };
    const lines = planLines({ ...PLAN, ...target }, MESSAGES.en);
    expect(lines.slice(6, 8)).toEqual([
      'orders_v2 is new: 2 synced days are missing from it (their rows are in orders, which stays as it is)',
      '1 day lacks discount: sync them again with --mode incomplete',
    ]);
    const dropped = { ...target.elsewhere, tables: [] };
    expect(planLines({ ...PLAN, ...target, elsewhere: dropped }, MESSAGES.zh)[6]).toBe(
      'orders_v2 是新表，缺少 2 个此前已同步的日期',
    );
  });

  it('has no duration without an estimate', () => {
    const lines = planLines({ ...PLAN, total: 1, estimate: null }, MESSAGES.zh);
    expect(lines.slice(0, 2)).toEqual(['weather：共 1 天', '将同步：5']);
    expect(lines).toHaveLength(7);
  });
});
