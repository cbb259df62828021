import { describe, expect, it } from '@jest/globals';
import { decideOutcome } from './day-outcome.js';
import { rowsOf } from './sync.fixture.js';

describe('decideOutcome', () => {
  it('is a success with the count of the rows', () => {
    expect(decideOutcome(rowsOf(1, 2), 'skip', false)).toEqual({ state: 'success', rows: 2 });
  });

  it.each([
    ['skip', false, { state: 'skipped', reason: 'no_data' }],
    ['skip', true, { state: 'failed', error: { code: 'EMPTY_DAY_HAD_ROWS' } }],
    ['success', false, { state: 'success', rows: 0 }],
    ['success', true, { state: 'success', rows: 0 }],
    ['fail', false, { state: 'failed', error: { code: 'EMPTY_DAY' } }],
    ['fail', true, { state: 'failed', error: { code: 'EMPTY_DAY' } }],
  ] as const)('of an empty day with on_empty %s, rows before: %s', (onEmpty, hadRows, expected) => {
    expect(decideOutcome(rowsOf(), onEmpty, hadRows)).toMatchObject(expected);
  });

  it('keeps the error of a day that could not be fetched', () => {
    const error = { code: 'TIMEOUT', text: 'late', row: null, column: null };
    expect(decideOutcome({ kind: 'error', error }, 'success', true)).toEqual({
      state: 'failed',
      error,
    });
  });
});
