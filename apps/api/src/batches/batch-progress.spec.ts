import { describe, expect, it } from 'vitest';
import type { Progress } from '@daysync/progress';
import type { BatchRow, LaneRow } from '../database/schema.js';
import { progressOf, withOutcome } from './batch-progress.js';
import { instant, queuedBatch, withLanes } from './store/batch-model.fixture.js';

/** A running batch of 100 days, with the seconds at which the latest days of each lane have ended, ten rows each. */
function running(
  lanes: readonly (readonly number[])[],
  { batch = {}, lane = {} }: { batch?: Partial<BatchRow>; lane?: Partial<LaneRow> } = {},
): Progress {
  const state = withLanes(queuedBatch(100), lanes.length);
  const filled = state.lanes.map((one, index) => {
    const seconds = lanes[index] ?? [];
    const day = (second: number) => ({ at: Date.parse(instant(second)), rows: 10 });
    const lists = seconds.reduce((known, second) => withOutcome(known, day(second)), {
      outcomes: one.outcomes,
      outcome_rows: one.outcome_rows,
    });
    const last = Math.max(0, ...seconds);
    return { ...one, ...lists, ...lane, success: seconds.length, updated_at: instant(last) };
  });
  return progressOf({
    batch: { ...state.batch, status: 'running', running_since: instant(0), ...batch },
    lanes: filled,
  });
}

/** In how many seconds after the last change the batch is expected to end. */
function leftOf({ eta, updated_at }: Progress): number {
  return (Date.parse(eta?.likely ?? '') - Date.parse(updated_at)) / 1_000;
}

describe('the pace of a batch', () => {
  it('is that of its latest days', () => {
    expect(running([[10, 20, 30]])).toMatchObject({ days_per_minute: 6, rows_per_minute: 60 });
    expect(running([[10, 20]])).toMatchObject({ days_per_minute: null, rows_per_minute: null });
  });

  it('counts a fast and a slow lane by the same time', () => {
    // One a second in the first lane, one every hundred seconds in the second: 61 a minute, not 8.
    const fast = Array.from({ length: 40 }, (_, index) => 761 + index);
    const slow = [100, 200, 300, 400, 500, 600, 700, 800];
    const progress = running([fast, slow]);
    expect(progress.days_per_minute).toBeGreaterThan(60);
    expect(progress.rows_per_minute).toBeGreaterThan(600);
    expect(leftOf(progress)).toBeLessThan(60);
  });

  it('begins anew after a pause', () => {
    const days = [10, 20, 30, 3_640, 3_650];
    const resumed = { running_since: instant(3_630) };
    expect(running([days], { batch: resumed })).toMatchObject({ days_per_minute: null, eta: null });
    const three = running([[...days, 3_660]], { batch: resumed });
    expect(three.days_per_minute).toBe(6);
    expect(leftOf(three)).toBe(940);
  });

  it('is right with the lists of an older version, which has no rows', () => {
    const progress = running([[10, 20, 30]], { lane: { outcome_rows: '[]' } });
    expect(progress).toMatchObject({ days_per_minute: 6, rows_per_minute: 0 });
  });
});

describe('the expected end of a batch', () => {
  it('comes after a wait that its source has asked for', () => {
    const wait = { wait_until: instant(3_630), current_at: instant(29) };
    const progress = running([[10, 20, 30]], { lane: { ...wait, wait_kind: 'rate_limit' } });
    expect(progress.waiting_for?.until).toBe(instant(3_630));
    expect(leftOf(progress)).toBe(3_600 + 96 * 10);
  });

  it('is unknown while it does not run', () => {
    const progress = running([[10, 20, 30]], { batch: { status: 'paused' } });
    expect(progress).toMatchObject({ eta: null, days_per_minute: null, rows_per_minute: null });
  });
});

describe('what a batch has counted', () => {
  it('is the sum of its row and its lanes', () => {
    const progress = running([[10], [20]], {
      batch: { rows: 5, skip_reasons: '{"future_date":1,"no_data":2}' },
      lane: { rows: 2 ** 40, skip_reasons: '{"no_data":3,"already_synced":4}' },
    });
    expect(progress.rows).toBe(2 ** 41 + 5);
    expect(progress.skip_reasons).toEqual([
      { reason: 'already_synced', count: 8 },
      { reason: 'future_date', count: 1 },
      { reason: 'no_data', count: 8 },
    ]);
  });
});
