import { describe, expect, it } from 'vitest';
import { doneDays, durationOf, headline, displayStatus, segmentsOf } from './progress-view';
import { completed, progressOf } from './progress.fixture';
import { countsOf } from '../start/plan.fixture';

describe('headline', () => {
  it('has another mark for each way to end', () => {
    const marks = [
      completed(),
      completed(2),
      completed(9),
      progressOf({ status: 'failed' }),
      progressOf({ status: 'cancelled' }),
    ].map((progress) => headline(progress, 'zh').split(' ')[0]);
    expect(marks).toEqual(['✅', '⚠️', '❌', '❌', '⏹️']);
  });
});

describe('displayStatus', () => {
  it('shows a completed batch by the outcomes of its days', () => {
    expect(displayStatus(completed())).toBe('succeeded');
    expect(displayStatus(completed(1))).toBe('partly_failed');
    expect(displayStatus(completed(9))).toBe('all_failed');
    expect(displayStatus(completed(0, 0))).toBe('succeeded');
    // A day without data is no failure, nor is one that was verified and is the same.
    for (const reason of ['no_data', 'unchanged'] as const) {
      const skip_reasons = [{ reason, count: 1 }];
      expect(displayStatus({ ...completed(9), skip_reasons })).toBe('partly_failed');
    }
  });

  it('is the status otherwise', () => {
    expect(displayStatus(progressOf({ status: 'paused' }))).toBe('paused');
  });
});

describe('doneDays', () => {
  it('are the days that have finished: a pause, which gives days back, does not lower them', () => {
    const running = progressOf({ current: 4, finished: 3, success: 3, running: 1 });
    expect(doneDays(running)).toEqual({ done: 3, notRun: 0, percent: 30 });
    const paused = progressOf({ status: 'paused', current: 3, finished: 3, success: 3 });
    expect(doneDays(paused)).toEqual({ done: 3, notRun: 0, percent: 30 });
  });

  it('leave out what a cancelled batch has not run', () => {
    const cancelled = progressOf({
      ...{ status: 'cancelled', current: 10, finished: 10, percent: 100, success: 3, skipped: 7 },
      skip_reasons: countsOf({ already_synced: 1, cancelled: 6 }),
    });
    expect(doneDays(cancelled)).toEqual({ done: 4, notRun: 6, percent: 40 });
    const widths = segmentsOf(cancelled).map(({ kind, width }) => [kind, width]);
    expect(widths).toContainEqual(['skipped', 10]);
  });

  it('have the percent that the message has for the same number', () => {
    const one = progressOf({ total: 28, current: 1, finished: 1, success: 1, percent: 4 });
    expect(doneDays(one).percent).toBe(one.percent);
  });

  it('are 100 % only at the end, also of an empty batch', () => {
    expect(doneDays(progressOf({ total: 1_000, finished: 999 })).percent).toBe(99);
    expect(doneDays(progressOf({ total: 0, finished: 0 })).percent).toBe(100);
  });
});

describe('durationOf', () => {
  const start = Date.parse('2025-10-17T16:00:00.000Z');

  it('runs while the batch does, and ends with it', () => {
    expect(durationOf(progressOf(), start + 5_000)).toBe(5_000);
    expect(durationOf(completed(), start + 90_000)).toBe(42_000);
  });

  it('is nothing before the start, and never negative', () => {
    expect(durationOf(progressOf({ started_at: null }), start)).toBeUndefined();
    expect(durationOf(progressOf(), start - 1)).toBe(0);
  });
});

describe('segmentsOf', () => {
  it('shows days in flight apart from days that ended', () => {
    const progress = progressOf({ success: 2, failed: 1, skipped: 1, running: 1 });
    expect(segmentsOf(progress).map(({ kind, width }) => [kind, width])).toEqual([
      ['success', 20],
      ['failed', 10],
      ['skipped', 10],
      ['in_flight', 10],
    ]);
  });

  it('draws nothing for an empty batch', () => {
    expect(segmentsOf(progressOf({ total: 0 })).every(({ width }) => width === 0)).toBe(true);
  });
});
