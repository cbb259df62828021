import { describe, expect, it } from 'vitest';
import { isProgressOf, pollAnswerOf } from './poll-answer.js';

describe('pollAnswerOf', () => {
  const failure = (status: number, retryAfter: string | null = null) =>
    pollAnswerOf({ status, retryAfter, code: 'BATCH_NOT_FOUND' });

  it.each([400, 401, 403, 404])('is refused at %i', (status) => {
    expect(failure(status)).toEqual({ kind: 'refused', code: 'BATCH_NOT_FOUND' });
  });

  it.each([408, 425, 429, 500, 503])('is busy at %i, for the time of Retry-After', (status) => {
    expect(failure(status, '7')).toEqual({ kind: 'busy', retryAfterMs: 7_000 });
    expect(failure(status)).toEqual({ kind: 'busy', retryAfterMs: null });
  });

  it('ignores a Retry-After that is a date', () => {
    const date = 'Wed, 01 Oct 2025 08:00:00 GMT';
    expect(failure(503, date)).toEqual({ kind: 'busy', retryAfterMs: null });
  });

  it.each([0, 200, 204, 304, 502, 504])('is no answer at %i', (status) => {
    expect(failure(status)).toBeUndefined();
  });
});

describe('isProgressOf', () => {
  it('compares the id of the batch', () => {
    expect(isProgressOf('t1', { task_id: 't1' })).toBe(true);
    expect(
      [null, undefined, 't1', {}, { task_id: 't2' }].map((it) => isProgressOf('t1', it)),
    ).toEqual([false, false, false, false, false]);
  });
});
