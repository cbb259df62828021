import { describe, expect, it } from 'vitest';
import { drawUntilMet, draws } from '../../../test/draws.js';
import fc from 'fast-check';
import { calendarDay } from './calendar-day.js';
import { applyChange, IllegalStepError, type ProgressEvent } from './apply-event.js';
import {
  ACTIVE_STATUSES,
  isTerminal,
  OUTCOMES,
  TERMINAL_STATUSES,
  type BatchStatus,
  type Progress,
} from './progress.js';
import { batchOf } from './progress.fixture.js';

const DAY = calendarDay('2025-10-01');
const LATER = '2025-10-01T08:00:02.000Z';

describe('rows without a readable day', () => {
  it('are counted, and change no day', () => {
    const progress = applyChange(batchOf({ total: 3 }), {
      ...{ at: LATER, events: [{ type: 'rows_unreadable', count: 2 }] },
    });
    expect(progress).toEqual({
      ...batchOf({ total: 3 }),
      unreadable_rows: 2,
      rev: 2,
      updated_at: LATER,
    });
  });

  it.each([0, -1, 1.5])('are refused in the number %s', (count) => {
    const change = { at: LATER, events: [{ type: 'rows_unreadable', count }] } as const;
    expect(() => applyChange(batchOf({ total: 3 }), change)).toThrow(IllegalStepError);
  });
});

describe('any sequence of events', () => {
  const day = fc.constant(DAY);
  const anyEvent: fc.Arbitrary<ProgressEvent> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ type: fc.constant('day_started'), day }) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('day_finished'),
        day,
        outcome: fc.constantFrom(...OUTCOMES),
      }),
    },
    { weight: 2, arbitrary: fc.constant<ProgressEvent>({ type: 'batch_started' }) },
    fc.constant<ProgressEvent>({ type: 'day_returned' }),
    fc.record({ type: fc.constant('days_skipped'), count: fc.integer({ min: -1, max: 4 }) }),
    fc.record({ type: fc.constant('days_failed'), count: fc.integer({ min: -1, max: 4 }) }),
    fc.record({ type: fc.constant('rows_unreadable'), count: fc.integer({ min: -1, max: 4 }) }),
    fc.constant<ProgressEvent>({ type: 'batch_paused', error: null }),
    fc.constant<ProgressEvent>({ type: 'batch_resumed' }),
    fc.constant<ProgressEvent>({ type: 'batch_cancelling' }),
    fc.constant<ProgressEvent>({ type: 'waiting_changed', waiting_for: null }),
    fc.constant<ProgressEvent>({ type: 'estimate_changed', eta: null }),
    fc.constant<ProgressEvent>({ type: 'batch_cancelled' }),
    fc.constant<ProgressEvent>({ type: 'batch_completed' }),
    fc.constant<ProgressEvent>({ type: 'batch_failed', error: { code: 'C', text: 't' } }),
  );

  it('keeps the sums, or is refused and changes nothing', () => {
    const reached = new Set<BatchStatus>();
    const sums = fc.property(fc.nat(6), fc.array(anyEvent, { maxLength: 60 }), (total, events) => {
      let progress = Object.freeze(batchOf({ total }));
      for (const event of events) {
        const before = JSON.stringify(progress);
        const next = applyOrRefuse(progress, event);
        expect(JSON.stringify(progress)).toBe(before);
        if (next === undefined) continue;
        expect(isTerminal(progress.status)).toBe(false);
        expectSums(next);
        expect(next.finished).toBeGreaterThanOrEqual(progress.finished);
        expect(next.rev).toBe(progress.rev + 1);
        progress = Object.freeze(next);
        reached.add(progress.status);
      }
    });
    drawUntilMet(
      () => [...ACTIVE_STATUSES, ...TERMINAL_STATUSES].filter((status) => !reached.has(status)),
      () => {
        fc.assert(sums, { numRuns: draws(300, 2_000) });
      },
    );
  });

  function applyOrRefuse(progress: Progress, event: ProgressEvent): Progress | undefined {
    try {
      return applyChange(progress, { at: LATER, events: [event] });
    } catch (error) {
      if (error instanceof IllegalStepError) return undefined;
      throw error;
    }
  }

  function expectSums(p: Progress): void {
    expect(p.success + p.failed + p.skipped).toBe(p.finished);
    expect(p.finished + p.running).toBe(p.current);
    expect(p.current).toBeLessThanOrEqual(p.total);
    expect(Math.min(p.success, p.failed, p.skipped, p.running)).toBeGreaterThanOrEqual(0);
    const rounded = Math.round((100 * p.current) / p.total);
    expect(p.percent).toBe(p.current === p.total ? 100 : Math.min(99, rounded));
    if (isTerminal(p.status)) {
      expect(p).toMatchObject({ finished: p.total, running: 0, finished_at: LATER, percent: 100 });
    } else {
      expect(p.finished_at).toBeNull();
    }
  }
});
