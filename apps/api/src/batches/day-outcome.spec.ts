import { describe, expect, it } from 'vitest';
import type { VerifyAction } from '@daysync/progress';
import {
  decideCancelled,
  decideDay,
  replacesRows,
  type Attempt,
  type Verification,
} from './day-outcome.js';
import { failedWith, rowsOf } from '../sync/sync.fixture.js';

const decide = (attempt: Partial<Attempt>): ReturnType<typeof decideDay> =>
  decideDay({
    fetched: rowsOf(1),
    onEmpty: 'skip',
    hadRows: false,
    attempt: 1,
    attempts: 3,
    backoffMs: (attempts) => attempts * 1_000,
    ...attempt,
  });

describe('a day with an answer', () => {
  it('is a success with the count of the rows', () => {
    expect(decide({ fetched: rowsOf(1, 2) })).toEqual({ state: 'success', rows: 2 });
  });

  it.each([
    ['skip', false, { state: 'skipped', reason: 'no_data' }],
    ['skip', true, { state: 'failed', error: { code: 'EMPTY_DAY_HAD_ROWS' } }],
    ['success', false, { state: 'success', rows: 0 }],
    ['success', true, { state: 'success', rows: 0 }],
    ['fail', false, { state: 'failed', error: { code: 'EMPTY_DAY' } }],
    ['fail', true, { state: 'failed', error: { code: 'EMPTY_DAY' } }],
  ] as const)('that is empty, with on_empty %s, rows before: %s', (onEmpty, hadRows, expected) => {
    expect(decide({ fetched: rowsOf(), onEmpty, hadRows })).toMatchObject(expected);
  });
});

describe('a day that is verified', () => {
  const sample = { columns: ['value'], added: [], removed: [], changed: [] };
  const finding = { code: 'TARGET_CHANGED', added: 2, removed: 0, changed: null, sample } as const;
  const changed = (action: VerifyAction): Verification => ({ kind: 'changed', action, finding });

  it('is skipped where nothing has changed, also without rows', () => {
    const verification = { kind: 'unchanged', rows: 1, fingerprint: '', version: 1 } as const;
    const unchanged = { state: 'skipped', reason: 'unchanged' };
    expect(decide({ verification })).toEqual(unchanged);
    expect(decide({ verification, fetched: rowsOf(), onEmpty: 'fail' })).toEqual(unchanged);
  });

  it('is written again, or fails with what was found', () => {
    expect(decide({ verification: changed('repair') })).toEqual({ state: 'success', rows: 1 });
    expect(decide({ verification: changed('report') })).toMatchObject({
      state: 'failed',
      error: {
        code: 'TARGET_CHANGED',
        text: 'expected the rows of the last sync, and the target has changed (rows added: 2, removed: 0)',
      },
    });
  });

  it('loses rows that were written into the target by hand, where the source has never had any', () => {
    const fetched = rowsOf();
    expect(decide({ verification: changed('repair'), fetched, hadRows: true })).toEqual({
      ...{ state: 'skipped', reason: 'no_data' },
    });
    const decided = { state: 'skipped', reason: 'no_data' } as const;
    expect(replacesRows(decided, changed('repair'))).toBe(true);
    expect(replacesRows(decided, undefined)).toBe(false);
  });

  it('is not emptied by accident', () => {
    const verification: Verification = {
      kind: 'changed',
      action: 'repair',
      finding: { ...finding, code: 'SOURCE_CHANGED' },
    };
    expect(decide({ verification, fetched: rowsOf(), hadRows: true })).toMatchObject({
      error: { code: 'EMPTY_DAY_HAD_ROWS' },
    });
  });
});

describe('a day with an error', () => {
  it('that lasts fails, whatever attempts are left', () => {
    expect(decide({ fetched: failedWith('lasting') })).toMatchObject({
      state: 'failed',
      error: { code: 'BROKEN' },
    });
  });

  it('that may pass waits longer after each attempt, and is deferred with its last one', () => {
    const fetched = failedWith('passing');
    expect([1, 2, 3].map((attempt) => decide({ fetched, attempt }))).toMatchObject([
      { state: 'waiting', waitsFor: 'retry', waitMs: 1_000 },
      { state: 'waiting', waitsFor: 'retry', waitMs: 2_000 },
      { state: 'deferred', error: { code: 'BROKEN' } },
    ]);
  });

  it('that names its time waits for that, even after its last attempt, but a second at least and a day at most', () => {
    const fetched = failedWith('passing', { retryAfterMs: 7_000 });
    expect(decide({ fetched, attempt: 3 })).toMatchObject({
      state: 'waiting',
      waitsFor: 'rate_limit',
      waitMs: 7_000,
    });
    const forever = failedWith('passing', { retryAfterMs: 1e12 });
    expect(decide({ fetched: forever })).toMatchObject({ waitMs: 86_400_000 });
    const now = failedWith('passing', { retryAfterMs: 0 });
    expect(decide({ fetched: now })).toMatchObject({ waitMs: 1_000 });
  });

  it('that is only the want of room waits for the disk, even after its last attempt', () => {
    const error = { code: 'NO_ROOM', text: 'full', row: null, column: null };
    const fetched = { kind: 'no_room', what: 'disk', error } as const;
    expect(decide({ fetched, attempt: 3 })).toMatchObject({ state: 'waiting', waitsFor: 'disk' });
    expect(decideCancelled(decide({ fetched }))).toMatchObject({ reason: 'cancelled' });
  });

  it('that concerns the whole source is deferred', () => {
    expect(decide({ fetched: failedWith('source_wide') })).toMatchObject({ state: 'deferred' });
  });

  it.each([
    ['passing', { state: 'skipped', reason: 'cancelled' }],
    ['source_wide', { state: 'failed' }],
    ['lasting', { state: 'failed' }],
  ] as const)('that is %s waits for nothing once the batch is cancelling', (kind, expected) => {
    expect(decideCancelled(decide({ fetched: failedWith(kind) }))).toMatchObject(expected);
  });
});
