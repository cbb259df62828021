import { describe, expect, it } from 'vitest';
import { classifyFailure, DatabaseUnavailableError, isBusy } from './unavailable.js';

const sqlite = (errcode: number): Error => Object.assign(new Error('sqlite'), { errcode });

describe('classifyFailure', () => {
  it.each([5, 6, 8, 10, 13, 14, 266])('knows result code %i as one that may pass', (code) => {
    expect(classifyFailure(sqlite(code))).toBeInstanceOf(DatabaseUnavailableError);
  });

  it.each([sqlite(19), new Error('other'), 'text', null])('leaves %o as it is', (error) => {
    expect(classifyFailure(error)).toBe(error);
  });

  it('recognises a lock by its primary code', () => {
    expect([isBusy(sqlite(5)), isBusy(sqlite(261)), isBusy(sqlite(13))]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
