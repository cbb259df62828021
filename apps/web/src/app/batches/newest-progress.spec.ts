import { describe, expect, it } from 'vitest';
import { completed, progressOf } from '../sync/progress.fixture';
import { durationOf, withNewest } from './newest-progress';

describe('withNewest', () => {
  const listed = progressOf({ task_id: 'a', rev: 3 });
  const other = progressOf({ task_id: 'b', rev: 9 });

  it('takes what is followed where it is newer than the list', () => {
    const newer = progressOf({ task_id: 'a', rev: 4, current: 2 });
    expect(withNewest([listed, other], newer)).toEqual([newer, other]);
  });

  it('keeps the list where it is newer, or nothing of it is followed', () => {
    const older = progressOf({ task_id: 'a', rev: 2 });
    const elsewhere = progressOf({ task_id: 'c', rev: 99 });
    for (const followed of [older, elsewhere, undefined]) {
      expect(withNewest([listed, other], followed)).toEqual([listed, other]);
    }
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
